"""Which events the tape shows, and what its marks say."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


def test_a_mark_says_what_is_known_when_the_commit_of_its_partition_is_no_longer_told(
    modules: Page,
) -> None:
    event = {"partition": 7, "offset": 4}
    body = "return m.marks(a[0], a[1].map((edge) => ({ edge, colour: 0 }))).map((k) => k.handled)"
    edges: list[dict[str, Any]] = [
        {"group": "told", "committed": {"7": 5}, "lag": 3, "at_least": False},
        {"group": "waits", "committed": {"7": 4}, "lag": 3, "at_least": False},
        {"group": "done", "committed": {}, "lag": 0, "at_least": False},
        {"group": "behind", "committed": {}, "lag": 3, "at_least": False},
        {"group": "never", "committed": {"7": None}, "lag": None, "at_least": True},
    ]
    found = run(modules, "tape", body, [event, edges])
    assert found == [True, False, True, None, None]


def test_the_tape_is_held_while_pointed_at_and_dealt_at_most_once_a_second(modules: Page) -> None:
    body = """
        const tape = new m.Tape();
        const events = (n) => Array.from({ length: n }, (_, i) =>
            ({ topic: "t", partition: 0, offset: i, seen_at: i * 100 }));
        const all = new Set(["t"]);
        const first = tape.offer(events(20), all, 7, 0);
        const soon = tape.offer(events(21), all, 7, 300);
        const later = tape.offer(events(22), all, 7, 1100);
        tape.held = true;
        const held = tape.offer(events(40), all, 7, 9000);
        return [first, soon, later, held, tape.cards.map((card) => card.offset)];
    """
    found = run(modules, "tape", body)
    assert found == [True, False, True, False, [21, 20, 19, 18, 17, 16, 15]]


def test_the_tape_shows_topics_that_somebody_reads_when_there_are_any(modules: Page) -> None:
    body = """
        const event = (topic, offset) => ({ topic, partition: 0, offset, seen_at: 0 });
        const tape = new m.Tape();
        tape.offer([event("read", 1), event("unread", 2)], new Set(["read"]), 7, 0);
        const other = new m.Tape();
        other.offer([event("unread", 2)], new Set(), 7, 0);
        return [tape.cards.map((c) => c.topic), other.cards.map((c) => c.topic)];
    """
    assert run(modules, "tape", body) == [["read"], ["unread"]]


def test_a_flood_on_a_topic_that_nobody_reads_takes_no_card_from_the_tape(modules: Page) -> None:
    body = """
        const events = (topic, n) => Array.from({ length: n }, (_, i) =>
            ({ topic, partition: 0, offset: i, seen_at: i * 100 }));
        const read = new Set(["read"]);
        const tape = new m.Tape();
        tape.offer(events("read", 20), read, 7, 0, "run 1");
        const seen = () => tape.cards.map((card) => `${card.topic} ${card.offset}`);
        const flood = [...events("unread", 58), ...events("read", 22).slice(-2)];
        tape.offer(flood, read, 7, 2000, "run 1");
        const flooded = seen();
        tape.offer(events("unread", 60), read, 7, 4000, "run 1");
        const gone = seen();
        tape.offer(events("read", 1), read, 7, 6000, "run 2");
        return [flooded, gone, seen(), tape.kept.length];
    """
    flooded, gone, restarted, kept = run(modules, "tape", body)
    assert flooded == [f"read {n}" for n in range(21, 14, -1)]
    assert gone == flooded
    assert restarted == ["read 0"]
    assert kept == 1


@pytest.mark.parametrize(
    ("key", "id", "note", "words", "named"),
    [
        ("Gear #7", "an id", None, "Gear #7", True),
        (None, "an id", None, "an id", True),
        (None, None, None, "no key", False),
        (None, None, "deleted", "deleted", False),
        ("", "an id", None, "empty key", False),
        ("  ", None, None, "blank key", False),
    ],
)
def test_an_event_is_called_by_what_can_be_seen(
    modules: Page, key: str | None, id: str | None, note: str | None, words: str, named: bool
) -> None:
    event = {"key": key, "id": id, "note": note}
    found = run(modules, "tape", "return m.called(a)", event)
    assert found == {"words": words, "named": named}
