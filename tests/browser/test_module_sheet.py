"""Where a sheet stands, and the words in it: instances, facts, one record."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

AREA = {"x": 0, "y": 0, "w": 1000, "h": 800}
SIZE = {"w": 300, "h": 400}


@pytest.mark.parametrize(
    ("anchor", "corner"),
    [
        ({"x": 100, "y": 100, "w": 200, "h": 100}, {"x": 312, "y": 100}),
        ({"x": 700, "y": 100, "w": 200, "h": 100}, {"x": 388, "y": 100}),
        ({"x": 100, "y": 650, "w": 200, "h": 100}, {"x": 312, "y": 392}),
        ({"x": 0, "y": 700, "w": 1000, "h": 100}, {"x": 8, "y": 288}),
    ],
)
def test_a_sheet_stands_beside_what_it_is_about_and_inside_the_window(
    modules: Page, anchor: dict[str, int], corner: dict[str, int]
) -> None:
    body = "return m.beside(a[0], a[1], a[2], ['right', 'left', 'above'])"
    assert run(modules, "sheetplace", body, [anchor, SIZE, AREA]) == corner


def test_a_sheet_covers_the_least_of_what_else_is_looked_at(modules: Page) -> None:
    body = "return m.beside(a[0], a[1], a[2], ['right', 'left', 'leftmost'], a[3])"
    anchor = {"x": 680, "y": 100, "w": 300, "h": 100}
    belt, source = {"x": 380, "y": 50, "w": 200, "h": 700}, {"x": 20, "y": 50, "w": 200, "h": 100}
    covering = [belt, source]
    assert run(modules, "sheetplace", body, [anchor, SIZE, AREA, covering]) == {"x": 8, "y": 392}
    assert run(modules, "sheetplace", body, [anchor, SIZE, AREA, [source]]) == {"x": 368, "y": 100}


def test_a_message_lies_over_no_card_where_a_corner_is_free(modules: Page) -> None:
    body = """
        const size = { w: 300, h: 30 };
        const stage = { x: 0, y: 60, w: 1000, h: 400 };
        const corners = m.messageCorners(size, { w: 1300, h: 800 }, stage, 16);
        return a.map((cards) => m.clearest(corners, size, cards, []));
    """
    foot = {"x": 0, "y": 700, "w": 1300, "h": 100}
    node = {"x": 300, "y": 420, "w": 400, "h": 40}
    left = node | {"x": 0, "w": 660}
    found = run(modules, "sheetplace", body, [[], [foot], [foot, node], [foot, left]])
    assert found == [
        {"x": 350, "y": 754},
        {"x": 350, "y": 422},
        {"x": 350, "y": 68},
        {"x": 684, "y": 422},
    ]


@pytest.mark.parametrize(
    ("panel", "width"),
    [({"x": 700, "y": 60, "w": 300, "h": 500}, 700), (None, 1000), ({"x": 310, "y": 0}, 1000)],
)
def test_the_header_and_the_panel_stay_in_sight_where_there_is_room(
    modules: Page, panel: dict[str, int] | None, width: int
) -> None:
    body = "return m.free({ w: 1000, h: 800 }, { x: 0, y: 0, w: 1000, h: 60 }, a, 300)"
    area = {"x": 0, "y": 60, "w": width, "h": 740}
    assert run(modules, "sheetplace", body, panel) == area


def test_facts_are_told_as_people_read_them(modules: Page) -> None:
    service = {"failed": 2, "facts": {"n": 1284, "w": 0.5, "ok": True, "who": "me", "t": None}}
    found = run(modules, "about", "return m.facts(a)", service)
    assert found == [
        ["tries that failed", "2"],
        ["who", "me"],
        ["n", "1\u202f284"],
        ["ok", "yes"],
        ["t", None],
        ["w", "0.5"],
    ]


def test_what_a_service_wants_read_on_its_card_is_told_by_the_name_of_the_fact(
    modules: Page,
) -> None:
    entities = [
        {"facts": {"ok": 3, "caught up with": "12 events in 0.2 s"}},
        {"facts": {"caught up with": None}},
        {"facts": {}},
        {"facts": {"caught up": "as it says"}, "caught_up": {"events": 5_616, "seconds": 6.3}},
    ]
    found = run(modules, "about", "return a.map(m.boast)", entities)
    assert found == [
        "caught up with 12 events in 0.2 s",
        "",
        "",
        "caught up with 5\u202f616 events in 6.3 s",
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"partitions": {"parts": [0, 2]}}, ["partitions 0, 2", "pid 7"]),
        ({"partitions": {"parts": [1], "orders": [0]}}, ["parts 1; orders 0", "pid 7"]),
        ({"partitions": {"parts": []}}, ["no partitions", "pid 7"]),
        ({"partitions": {"parts": list(range(40))}}, ["partitions 40 of them", "pid 7"]),
        ({"partitions": None, "group": "left"}, ["left the group", "pid 7"]),
        ({"reason": "killed", "attempts": 1}, ["killed", "ended 1 time unasked", "pid 7"]),
        ({"handling_for": 12, "pid": None}, ["one event for 12 s"]),
    ],
)
def test_an_instance_says_what_it_holds_and_where_it_is(
    modules: Page, more: dict[str, Any], words: list[str]
) -> None:
    instance = {"reason": None, "handling_for": None, "group": "in", "attempts": 0, "pid": 7}
    assert run(modules, "about", "return m.instanceWords(a)", instance | more) == words


RECORD = {
    "topic": "t",
    "partition": 1,
    "offset": 20,
    "at": None,
    "key": None,
    "headers": [],
    "form": "json",
    "text": "{}",
    "size": 2,
    "notes": [],
}


def test_a_record_says_what_is_not_there(modules: Page) -> None:
    found = run(modules, "record", "return m.told(a)", RECORD)
    assert found["facts"] == [["key", None], ["partition, offset", "1, 20"], ["time", None]]
    assert (found["payload"], found["about"]) == ("{}", "JSON, 2 bytes")
    none = RECORD | {"form": "none", "text": None, "size": 0, "notes": ["no value: deletes"]}
    found = run(modules, "record", "return m.told(a)", none)
    assert (found["payload"], found["about"], found["notes"]) == (
        "",
        "no value",
        ["no value: deletes"],
    )


def test_of_a_large_payload_only_so_much_is_shown_and_it_says_so(modules: Page) -> None:
    large = RECORD | {"form": "text", "text": "x" * 60_000, "size": 60_000}
    body = "const { payload, notes } = m.told(a); return [payload.length, notes]"
    length, notes = run(modules, "record", body, large)
    assert length == 20_000
    assert notes == ["the first 20\u202f000 characters"]


@pytest.mark.parametrize(
    ("status", "problem", "words"),
    [
        (404, {"detail": "t has been removed: the log begins at offset 9."}, "t has been removed"),
        (0, None, "The server does not answer"),
        (500, None, "The server did not give this event (500)"),
        (502, {"html": 1}, "The server did not give this event (502)"),
    ],
)
def test_an_event_that_cannot_be_shown_says_why(
    modules: Page, status: int, problem: object, words: str
) -> None:
    found = run(modules, "record", "return m.refusal(a[0], a[1])", [status, problem])
    assert found.startswith(words)


VIEW = """
    const box = (x, w) => ({ x, y: 0, w, h: 400 });
    const [source, belt, card] = [box(0, 200), box(260, 370), box(690, 320)];
    const holds = { x: 0, y: 0, w: 1010, h: 400 };
    const view = m.viewOf(holds, a.room, 1);
    const clear = m.clearOf(view, holds, a.room, 1, [belt, card], [source, belt, card], a.right);
    const at = (x) => clear.x + x * clear.scale;
    return [clear.x === view.x, at(belt.x), at(card.x + card.w), clear.scale / view.scale];
"""


@pytest.mark.parametrize(
    ("room", "right", "stays", "smaller"),
    [
        ((1500, 800), 480, False, False),
        ((1300, 800), 500, False, True),
        ((1400, 800), 100, True, False),
        ((500, 800), 300, True, False),
    ],
)
def test_what_a_sheet_is_about_makes_way_for_it_and_stays_on_the_stage(
    modules: Page, room: tuple[int, int], right: int, stays: bool, smaller: bool
) -> None:
    argument = {"room": {"w": room[0], "h": room[1]}, "right": right}
    stayed, belt, end, scale = run(modules, "stageview", VIEW, argument)
    assert stayed == stays, "of a world that is scrolled anyway nothing moves"
    assert (scale < 1) == smaller
    if not stays:
        assert belt == pytest.approx(right + 16)
        assert end <= room[0]
