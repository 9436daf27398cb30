"""What a script does with a running demonstration, and what then becomes of it."""

from __future__ import annotations

import html
import re
import urllib.parse
import urllib.request
from collections.abc import Collection
from typing import Any

from tests.browser.running_demo import LINE, RunningDemo, until
from tests.waiting import PATIENCE_SECONDS


def flow(demo: RunningDemo) -> dict[str, Any]:
    return dict(demo.get("/api/flow"))


def at_work(demo: RunningDemo) -> dict[str, Any] | None:
    """The picture once the line works and the ledger counts."""
    shown = flow(demo)
    states = {one["name"]: one["state"] for one in shown["services"]}
    works = all(states.get(name) == "running" for name in LINE)
    return shown if works and shown["ledger"]["handled"] else None


def wait_for(demo: RunningDemo, service: str, state: str) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        one = demo.service(service)
        return one if one["state"] == state else None

    return until(found, f"{service} is {state}; it is {demo.service(service)}")


def press(demo: RunningDemo, path: str, **body: Any) -> str:
    status, answer = demo.post(path, body)
    assert status == 202, answer
    return str(answer["command"])


def refused(demo: RunningDemo, path: str, **body: Any) -> tuple[int, str]:
    status, answer = demo.post(path, body)
    return status, answer["detail"]


def ended(demo: RunningDemo, command: str) -> dict[str, Any]:
    """The command, once it has come to its end."""

    def found() -> dict[str, Any] | None:
        there = [one for one in flow(demo)["commands"] if one["id"] == command]
        return there[0] if there and there[0]["state"] != "sent" else None

    return until(found, f"{command} has come to its end")


def obeyed(demo: RunningDemo, *commands: str) -> None:
    for command in commands:
        assert ended(demo, command)["state"] == "obeyed"


def commanded(demo: RunningDemo, action: str) -> dict[str, str]:
    """By service, what came of the newest command of this action."""
    return {
        one["service"]: one["state"] for one in flow(demo)["commands"] if one["action"] == action
    }


def all_obeyed(demo: RunningDemo, action: str, *to: str) -> None:
    """The newest command of this action to each of these was obeyed."""
    until(
        lambda: dict.fromkeys(to, "obeyed").items() <= commanded(demo, action).items(),
        f"{action} was obeyed by {to}",
    )


def told(demo: RunningDemo) -> frozenset[str]:
    """The reports that there are: what is disturbed from now on has one that is none of them."""
    return frozenset(one["id"] for one in flow(demo)["reports"])


def recovered(
    demo: RunningDemo, kind: str, service: str, before: Collection[str]
) -> dict[str, Any]:
    """The report of this kind that was not there `before` (ids, as of `told`), once it has come to
    calm; that nothing was lost over it is known.

    Where the survey in the midst of which it began knew nothing to compare with, by the ledger.
    """

    def found() -> dict[str, Any] | None:
        own = [
            one
            for one in flow(demo)["reports"]
            if (one["kind"], one["service"]) == (kind, service) and one["id"] not in before
        ]
        return own[0] if own and own[0]["state"] == "recovered" else None

    report = until(found, f"{service} recovers from: {kind}")
    if report["lost"] is None:
        until(lambda: demo.ledger()["lost"] == 0, "the ledger knows that nothing is lost")
    else:
        assert report["lost"] == 0, report
    return report


def put_right(demo: RunningDemo) -> str:
    """The button of the page, pressed as the page presses it."""
    page = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with page.open(demo.url + "/", timeout=PATIENCE_SECONDS) as answer:
        token = re.search(r'"X-CSRFToken": "(\w+)"', html.unescape(answer.read().decode()))
    assert token is not None
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
    with page.open(demo.url + "/act/all/right", form, timeout=PATIENCE_SECONDS) as answer:
        return str(answer.read().decode())
