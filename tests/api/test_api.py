"""The API over a picture that the test made: shapes, and one form of error. Kafka has its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dashboard import running
from dashboard.picture.observations import Event, EventsSeen
from dashboard.running import Running
from tests.conftest import now_ms
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def script() -> Client:
    """A script on this machine: no Origin, no cookie."""
    return Client(headers={"host": "127.0.0.1:8000"})


def post(script: Client, path: str, body: object = None, **headers: str) -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    return script.post(path, content, content_type="application/json", headers=headers)


def problem(answer: Any) -> dict[str, Any]:
    """The problem details of an answer that is an error."""
    assert answer.status_code >= 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    read = json.loads(answer.content)
    assert read["status"] == answer.status_code
    assert read["title"]
    return dict(read)


def test_flow_is_the_picture_as_lists(script: Client, served: Running) -> None:
    flow = script.get("/api/flow").json()
    shown = served.pipeline.view()
    assert flow["cluster"]["bootstrap"] == "127.0.0.1:9092"
    assert flow["cluster"]["reachable"] is True
    by_name = {service["name"]: service for service in flow["services"]}
    assert set(by_name) == {"scanner", "quality"}
    assert by_name["quality"] == {"id": "s:quality"} | shown.services["s:quality"]
    assert set(by_name["quality"]["actions"]) >= {"pause", "resume"}
    assert [topic["id"] for topic in flow["topics"]] == ["t:parts.scanned"]
    assert {edge["id"] for edge in flow["edges"]} == set(shown.edges)
    for name in ("commands", "reports", "events"):
        assert flow[name] == []
    groups = {group["group"]: group for group in flow["groups"]}
    assert groups["quality"]["lag"] is None, "nothing is known of it, and null says so"
    assert isinstance(groups["quality"]["partitions"], list)


def test_one_group_is_given_with_its_partitions(script: Client) -> None:
    group = script.get("/api/groups/quality").json()
    assert group["group"] == "quality"
    assert isinstance(group["partitions"], list)
    assert "no consumer group 'other/one'" in problem(script.get("/api/groups/other/one"))["detail"]


def test_the_lag_of_the_last_two_minutes_is_told_second_by_second(
    script: Client, served: Running
) -> None:
    until(lambda: len(served.pipeline.view().history) > 1, "two samples were taken")
    whole = script.get("/api/lag").json()
    assert whole["groups"] == {"quality": [None] * len(whole["at"])}, "never surveyed: not known"
    assert script.get("/api/lag?seconds=1").json()["at"][-1] >= whole["at"][-1]
    for wrong in ("0", "121", "soon"):
        assert problem(script.get(f"/api/lag?seconds={wrong}"))["status"] == 422


def test_a_trace_is_found_among_the_newest_events(script: Client, served: Running) -> None:
    def event(offset: int, name: str, trace: str | None, cause: str | None) -> Event:
        at = now_ms()
        return Event(
            "parts.scanned",
            0,
            offset,
            None,
            name,
            "scanner",
            "t",
            at,
            at,
            trace,
            cause,
            1,
            True,
            None,
        )

    events = (event(0, "a", "tr1", None), event(1, "b", "tr1", "a"), event(2, "c", "tr2", None))
    served.pipeline.observe(EventsSeen(now_ms(), events))
    until(lambda: len(served.pipeline.view().events) == 3, "the events are on the tape")
    for wanted in ("tr1", "a", "b"):
        trace = script.get(f"/api/traces/{wanted}").json()
        assert trace["trace"] == "tr1"
        assert [one["id"] for one in trace["events"]] == ["a", "b"]
    assert problem(script.get("/api/traces/unknown"))["status"] == 404


def test_healthz_is_503_with_the_reason_while_this_is_no_live_picture(
    script: Client, served: Running
) -> None:
    answer = problem(script.get("/healthz"))
    assert answer["status"] == 503
    assert answer["detail"]


def test_without_anything_running_every_answer_says_so(script: Client) -> None:
    running.declare(None)
    for path in (
        "/api/flow",
        "/api/lag",
        "/api/groups/g",
        "/api/traces/t",
        "/api/topics/t/events",
        "/healthz",
    ):
        assert problem(script.get(path))["detail"] == running.NOTHING_RUNS
    assert problem(post(script, "/api/services/quality/pause"))["detail"] == running.NOTHING_RUNS


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/services/nobody/pause", 404, "no service 'nobody'"),
        ("/api/services/a/b/c/pause", 404, "no service 'a/b/c'"),
        ("/api/services/quality/explode", 404, "no action 'explode'"),
        ("/api/services/scanner/slow", 409, "nothing to slow down"),
        ("/api/services/quality/pause", 503, "Kafka is not there yet"),
        ("/api/all/pause", 503, "Kafka is not there yet"),
        ("/api/all/resume", 503, "Kafka is not there yet"),
        ("/api/all/right", 503, "Kafka is not there yet"),
        ("/api/all/explode", 404, "there are pause, resume and right"),
        ("/api/broker/kill", 409, "own Kafka"),
        ("/api/broker/explode", 404, "no action 'broker-explode'"),
        ("/api/demo/start-over", 409, "own Kafka"),
    ],
)
def test_what_cannot_be_done_is_said(script: Client, path: str, status: int, said: str) -> None:
    answer = problem(post(script, path, {}))
    assert answer["status"] == status
    assert said in answer["detail"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "not JSON"),
        (b"[" * 5_000, "not JSON"),
        (b"[]", "JSON object"),
        (b'"pause"', "JSON object"),
        (b'{"seconds": "soon"}', "seconds must be a number"),
        (b'{"seconds": 1e999}', "seconds must be a number"),
        (b'{"minutes": 1}', "does not know 'minutes'"),
        (b"\xff\xfe{}", "not JSON"),
    ],
)
def test_a_body_that_makes_no_sense_is_422(script: Client, body: bytes, said: str) -> None:
    path = "/api/services/quality/pause"
    answer = problem(script.post(path, body, content_type="application/json"))
    assert answer["status"] == 422
    assert said in answer["detail"]


def test_a_body_that_is_too_large_is_refused(script: Client) -> None:
    body = b'{"seconds": ' + b"1" * 100_000 + b"}"
    path = "/api/services/quality/pause"
    answer = problem(script.post(path, body, content_type="application/json"))
    assert answer["status"] in (400, 413)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/topics/unknown/events", 404),
        ("/api/topics/flowviz.control/events", 404),
        ("/api/topics/unknown/partitions", 404),
        ("/api/topics/unknown/events/0/0", 404),
        ("/api/topics/parts.scanned/events", 503),
        ("/api/topics/parts.scanned/events?limit=0", 422),
        ("/api/topics/parts.scanned/events?limit=100000", 422),
        ("/api/topics/parts.scanned/events?limit=some", 422),
        ("/api/topics/parts.scanned/events/0/x", 422),
        ("/api/topics/parts.scanned/events/-1/0", 422),
        (f"/api/topics/parts.scanned/events/{2**31}/0", 422),
        (f"/api/topics/parts.scanned/events/0/{2**63}", 422),
        ("/api/nothing", 404),
        ("/api", 404),
    ],
)
def test_errors_have_one_shape_whoever_made_them(script: Client, path: str, status: int) -> None:
    answer = script.get(path)
    if path == "/api":
        assert answer.status_code == 404
    else:
        assert problem(answer)["status"] == status


def test_a_verb_that_is_not_there_is_405_with_those_that_are(script: Client) -> None:
    answer = post(script, "/api/flow")
    assert problem(answer)["status"] == 405
    assert "GET" in answer.headers["Allow"]


def test_a_foreign_host_is_a_problem_too(script: Client) -> None:
    answer = script.get("/api/flow", headers={"host": "evil.example"})
    assert problem(answer)["status"] == 400


def test_openapi_describes_every_route(script: Client) -> None:
    document = script.get("/api/openapi.json").json()
    assert set(document["paths"]) == {
        "/api/all/{action}",
        "/api/broker/{action}",
        "/api/demo/start-over",
        "/api/flow",
        "/api/groups/{group}",
        "/api/lag",
        "/api/traces/{trace}",
        "/api/services/{name}/{action}",
        "/api/topics/{topic}/events",
        "/api/topics/{topic}/events/{partition}/{offset}",
        "/api/topics/{topic}/partitions",
        "/api/twin/{action}",
    }
    act = document["paths"]["/api/services/{name}/{action}"]["post"]
    assert set(act["responses"]) == {"202", "403", "404", "409", "422", "503"}


def test_the_docs_page_loads_from_here_alone_and_runs_under_the_policy(script: Client) -> None:
    html = script.get("/api/docs").content.decode()
    assert "http://" not in html
    assert "https://" not in html
    assert "<script>" not in html
    assert "style=" not in html
    for name in ("swagger-ui-bundle.js", "swagger-ui-init.js", "swagger-ui.css"):
        assert f"/static/ninja/{name}" in html
        assert script.get(f"/static/ninja/{name}").status_code == 200
