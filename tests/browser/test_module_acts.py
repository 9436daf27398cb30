"""What can be done to a service, in words that are true of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

ACTIONS = ("pause", "flood", "slow", "crash", "freeze", "thaw", "scale", "stop", "start", "rewind")
ABOUT = {"ours": True, "only": None, "now": 0, "partitions": 3}


def service(count: int = 1, **more: Any) -> dict[str, Any]:
    possible = dict.fromkeys(ACTIONS) | {"thaw": "It is not frozen.", "start": "It is running."}
    names = [{"instance": f"quality-{n + 1}"} for n in range(count)]
    whole: dict[str, Any] = {"state": "running", "reads": ["parts"], "instances": names}
    return whole | {"want": None, "facts": {}, "actions": possible} | more


def does(modules: Page, what: str, entity: dict[str, Any], **about: Any) -> str:
    body = "return m.offers(a[0], a[1]).find((offer) => offer.id === a[2]).does"
    found: str = run(modules, "acts", body, [entity, ABOUT | about, what])
    return found.replace("\u00a0", " ")


def test_a_crash_says_what_happens_to_the_events_or_to_the_partitions(modules: Page) -> None:
    alone = does(modules, "crash", service())
    assert alone.endswith("Its group notices after 6 s, and its events wait on the log.")
    one_of_three = does(modules, "crash", service(3), only="quality-2")
    assert one_of_three.endswith("others take its partitions.")
    all_of_three = does(modules, "crash", service(3))
    assert all_of_three.endswith("its events wait on the log.")
    source = does(modules, "crash", service(reads=[]))
    assert source.endswith("Nothing new is written meanwhile.")
    foreign = does(modules, "crash", service(), ours=False)
    assert "after its session timeout" in foreign, "how long that is, only our own Kafka tells"


def test_a_flood_is_offered_to_sources_and_counts_down(modules: Page) -> None:
    body = "return m.offers(a[0], a[1]).map((offer) => offer.id)"
    assert "flood" not in run(modules, "acts", body, [service(), ABOUT])
    want = {"rate": 9999.0, "rate_until_at": 3000}
    assert does(modules, "flood", service(reads=[], want=want)).endswith("for 3 s more.")


def test_slowness_is_told_as_events_a_second(modules: Page) -> None:
    assert does(modules, "slow", service(want={"ms_per_event": 400})) == (
        "At least 400 ms for each: at most 2.5 a second."
    )


def test_of_freeze_and_thaw_those_are_offered_that_can_be(modules: Page) -> None:
    body = """return m.pressable(m.offers(a[0], a[1]).find((offer) => offer.id === "freeze"))
        .map((press) => press.action)"""
    possible = service()["actions"]
    mixed = service(2, actions=possible | {"thaw": None})
    whole = service(actions=possible | {"thaw": None, "freeze": "It is frozen already."})
    assert run(modules, "acts", body, [service(), ABOUT]) == ["freeze"]
    assert run(modules, "acts", body, [mixed, ABOUT]) == ["freeze", "thaw"]
    assert run(modules, "acts", body, [whole, ABOUT]) == ["thaw"]


def test_of_several_instances_one_is_meant_until_somebody_says_otherwise(modules: Page) -> None:
    body = "return [m.aimed(a[0], a[1] ?? undefined), m.aimed(a[0], null)]"
    assert run(modules, "acts", body, [service(), "quality-1"]) == [None, None]
    assert run(modules, "acts", body, [service(3), None]) == ["quality-3", None]
    assert run(modules, "acts", body, [service(3), "quality-2"]) == ["quality-2", None]
    assert run(modules, "acts", body, [service(2), "quality-3"]) == ["quality-2", None]


@pytest.mark.parametrize(
    ("state", "crash", "freeze", "thaw"),
    [
        ("running", None, None, "quality-1 is not frozen."),
        ("frozen", None, "quality-1 is frozen already.", None),
        (
            "crashed",
            "quality-1 has crashed already.",
            "quality-1 has crashed already.",
            "quality-1 is not frozen.",
        ),
    ],
)
def test_what_cannot_be_done_to_the_one_that_is_meant_says_why(
    modules: Page, state: str, crash: str | None, freeze: str | None, thaw: str | None
) -> None:
    body = """return m.offers(a[0], a[1]).flatMap((offer) => offer.presses)
        .filter(({ action }) => ["crash", "freeze", "thaw"].includes(action))
        .map(({ label, why }) => [label, why])"""
    entity = service(2, actions=dict.fromkeys(ACTIONS))
    entity["instances"][0]["state"] = state
    assert run(modules, "acts", body, [entity, ABOUT | {"only": "quality-1"}]) == [
        ["Crash 1", crash],
        ["Freeze 1", freeze],
        ["Thaw 1", thaw],
    ]


def test_an_option_that_is_on_or_off_is_a_switch_and_no_fact(modules: Page) -> None:
    entity = service(facts={"dedupe": True, "ok": 3}, want={"options": {"dedupe": False}})
    body = "return m.switches(a).map(({ name, on }) => [name, on])"
    assert run(modules, "acts", body, entity) == [["dedupe", False]]
    assert run(modules, "about", "return m.facts(a)", entity) == [["ok", "3"]]


@pytest.mark.parametrize(
    ("answers", "first", "logs"),
    [
        (
            {"t/partitions": [[0, 5, 9], [1, 0, 4]], "t/events/0/5": 700, "t/events/1/0": 500},
            500,
            2,
        ),
        ({"t/partitions": [[0, 9, 9]]}, None, 1),
        ({"t/partitions": [[0, None, None]]}, None, 0),
        ({}, None, 0),
    ],
)
def test_the_span_of_a_log_is_what_the_api_tells_and_else_not_known(
    modules: Page, answers: dict[str, Any], first: int | None, logs: int
) -> None:
    body = """
        const ask = async (url) => {
            const found = a[url.replace("/api/topics/", "")];
            if (found === undefined) return { ok: false };
            const log = ([partition, start, end]) => ({ partition, start, end });
            const told = Array.isArray(found) ? found.map(log) : { at: found };
            return { ok: true, json: async () => told };
        };
        const { firstAt, logs } = await m.logSpan("/api", ["t"], ask);
        return [firstAt, logs.length];
    """
    assert run(modules, "logspan", body, answers) == [first, logs]
