"""Recovery reports and the ledger, in words."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run
from tests.browser.shown_report import REPORT

SOME = {"instances": ["quality-2"], "of": 3, "went_on": True, "taken_over_seconds": None}


@pytest.mark.parametrize(
    ("kind", "more", "title", "story"),
    [
        ("pause", {}, "quality paused 15 s", "122 waiting at most, caught up in 5.0 s (32/s)"),
        (
            "crash",
            {"catch_up_rate": None},
            "quality crashed, down 15 s",
            "122 waiting at most, caught up in 5.0 s",
        ),
        (
            "freeze",
            {"state": "catching up", "lag": 41},
            "quality frozen 15 s",
            "41 waiting, 122 at most",
        ),
        (
            "freeze",
            {"state": "catching up", "lag": None},
            "quality frozen 15 s",
            "122 waiting at most",
        ),
        (
            "stop",
            {"state": "down", "down_seconds": None, "lag": 122},
            "quality stopped, down for 30 s",
            "122 waiting, 8.0 more a second",
        ),
        (
            "slow",
            {"catch_up_seconds": 0.1},
            "quality slow 15 s",
            "122 waiting at most, caught up at once",
        ),
        (
            "scale",
            {"what": "1 to 3 instances"},
            "quality scaled 1 to 3",
            "122 waiting at most, caught up in 5.0 s (32/s)",
        ),
        (
            "broker",
            {"service": "Kafka", "group": None},
            "Kafka away 15 s",
            "122 deliveries waiting at most, caught up in 5.0 s (32 deliveries/s)",
        ),
        (
            "broker",
            {"service": "Kafka", "group": None, "state": "down", "lag_highest": None}
            | {"growth_per_second": None, "down_seconds": None},
            "Kafka away for 30 s",
            "what waits is not known",
        ),
        (
            "flood",
            {"service": "scanner", "group": None, "written": 900, "published": 2_700, "readers": 3},
            "scanner flooded for 15 s",
            "900 written, read 3 times, 122 deliveries waiting at most, "
            "caught up in 5.0 s (32 deliveries/s)",
        ),
        (
            "flood",
            {"service": "scanner", "group": None, "published": 2_700},
            "scanner flooded for 15 s",
            "2\u202f700 deliveries written, 122 deliveries waiting at most, "
            "caught up in 5.0 s (32 deliveries/s)",
        ),
        (
            "rewind",
            {"what": "pass 2", "read_again": 4_139},
            "quality read again, pass 2",
            "4\u202f139 read again, caught up in 5.0 s (32/s)",
        ),
        (
            "rewind",
            {"what": "pass 2", "read_again": 4_139, "state": "catching up"},
            "quality reads again, pass 2",
            "4\u202f139 to read again",
        ),
        (
            "rewind",
            {"what": "pass 2"},
            "quality read again, pass 2",
            "122 waiting, caught up in 5.0 s (32/s)",
        ),
        (
            "plug in",
            {"handled": 1284},
            "quality plugged in",
            "caught up with 1\u202f284 events in 5.0 s",
        ),
        (
            "crash",
            SOME | {"taken_over_seconds": 6.4, "catch_up_seconds": 1.0},
            "quality-2 crashed, down 15 s",
            "the other 2 went on and took over its partitions after 6 s, 122 waiting at most, "
            "caught up in 1.0 s (32/s)",
        ),
        (
            "crash",
            SOME | {"state": "down", "down_seconds": None, "lag": 130, "lag_highest": 130},
            "quality-2 crashed, down for 30 s",
            "the other 2 go on, 130 waiting, 8.0 more a second",
        ),
        (
            "freeze",
            SOME
            | {"instances": ["quality-1", "quality-2"], "taken_over_seconds": 6.4}
            | {"state": "down", "down_seconds": None, "lag": 1, "growth_per_second": 0.0},
            "quality-1 and quality-2 frozen for 30 s",
            "the other one goes on and took over their partitions after 6 s, "
            "1 waiting, 122 at most",
        ),
        (
            "crash",
            SOME | {"went_on": False},
            "quality-2 crashed, down 15 s",
            "122 waiting at most, caught up in 5.0 s (32/s)",
        ),
        (
            "something new",
            {},
            "quality down 15 s",
            "122 waiting at most, caught up in 5.0 s (32/s)",
        ),
    ],
)
def test_a_report_says_what_happened_and_what_it_cost(
    modules: Page, kind: str, more: dict[str, Any], title: str, story: str
) -> None:
    report = REPORT | {"kind": kind, "what": None} | more
    found = run(modules, "recovery", "return m.told(a, 30_000)", report)
    assert (found["title"], found["story"]) == (title, story)


SOURCE = {
    "service": "scanner",
    "group": None,
    "source": True,
    "kind": "pause",
    "what": None,
    "state": "recovered",
    "began_at": 0,
    "down_seconds": 10.0,
    "published": 0,
    "rate_before": 8.0,
    "quiet_seconds": 10.2,
    "again_seconds": 0.2,
    "readers": 3,
    "readers_idle": True,
    "lost": 0,
    "duplicates": None,
    "lag_highest": None,
}


@pytest.mark.parametrize(
    ("more", "story", "verdict"),
    [
        (
            {},
            "published nothing for 10 s, 8.0 a second before, "
            "its 3 readers had read everything and waited",
            "0 lost",
        ),
        (
            {"published": 1, "readers": 1, "rate_before": None},
            "1 event published, then nothing for 10 s, its reader had read everything and waited",
            "0 lost",
        ),
        (
            {"kind": "slow", "published": 20, "quiet_seconds": None, "readers_idle": None},
            "20 events published, 2.0 a second, 8.0 a second before",
            "0 lost",
        ),
        (
            {"quiet_seconds": None, "again_seconds": None, "readers_idle": False, "lost": None},
            "nothing published, 8.0 a second before",
            "",
        ),
        (
            {"published": None, "quiet_seconds": None, "again_seconds": None, "lost": 2},
            "what it published is not known, 8.0 a second before, "
            "its 3 readers had read everything and waited",
            "2 lost",
        ),
        ({"state": "down", "lost": None}, "nothing published, 8.0 a second before", ""),
        (
            {"state": "catching up", "lost": None, "published": None, "rate_before": None},
            "what it publishes is not known",
            "at work again, nothing published yet",
        ),
    ],
)
def test_a_source_is_told_by_what_it_published(
    modules: Page, more: dict[str, Any], story: str, verdict: str
) -> None:
    found = run(modules, "recovery", "return m.told(a, 30_000)", SOURCE | more)
    assert (found["title"][:7], found["story"]) == ("scanner", story)
    assert ", ".join(part["words"] for part in found["verdict"]) == verdict


@pytest.mark.parametrize(
    ("lost", "duplicates", "verdict"),
    [
        (0, 0, [("0 lost", "good"), ("0 duplicates", "good")]),
        (0, 1, [("0 lost", "good"), ("1 duplicate", "again")]),
        (0, 2, [("0 lost", "good"), ("2 duplicates", "again")]),
        (3, 0, [("3 lost", "bad"), ("0 duplicates", "good")]),
        (None, None, [("lost: not known", ""), ("duplicates: not known", "")]),
    ],
)
def test_a_loss_is_bad_and_what_was_written_again_is_not(
    modules: Page, lost: int | None, duplicates: int | None, verdict: list[tuple[str, str]]
) -> None:
    report = REPORT | {"lost": lost, "duplicates": duplicates}
    found = run(modules, "recovery", "return m.told(a, 30_000).verdict", report)
    assert [(part["words"], part["tone"]) for part in found] == verdict


@pytest.mark.parametrize(
    ("duplicates", "words"), [(0, ["0 lost"]), (2, ["0 lost", "\u22652 duplicates"])]
)
def test_duplicates_that_cannot_all_be_seen_are_not_said_to_be_none(
    modules: Page, duplicates: int, words: list[str]
) -> None:
    report = REPORT | {"duplicates": duplicates}
    body = "return m.told(a, 30_000, true).verdict.map((part) => part.words)"
    assert run(modules, "recovery", body, report) == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"replayed": 0}, []),
        ({"replayed": 4_123}, [("4\u202f123 written again after the rewind", "again")]),
        ({"replayed": None, "kind": "rewind"}, [("written again: not known", "")]),
        ({"replayed": None}, []),
        ({"replayed": 7, "partly": True}, [("\u22657 written again after the rewind", "again")]),
    ],
)
def test_what_a_rewind_wrote_again_stands_beside_the_duplicates(
    modules: Page, more: dict[str, Any], words: list[tuple[str, str]]
) -> None:
    body = "return m.told(a, 30_000, false, a.partly === true).verdict"
    found = run(modules, "recovery", body, REPORT | more)
    told = [(part["words"], part["tone"]) for part in found]
    assert told == [("0 lost", "good"), ("0 duplicates", "good"), *words]


def test_a_pause_in_which_nothing_waited_is_drawn_flat(modules: Page) -> None:
    still = REPORT | {"lag_before": 40, "lag_highest": 0, "growth_per_second": -2.0}
    found = run(modules, "recovery", "return m.mountain(a, 30_000, null)", still)
    assert found["line"] == "M0 38L0 38L100 38"
    assert found["words"] == "Backlog: 0, at most 0, then as before"


def test_a_report_draws_its_backlog_from_what_is_known_and_says_so(modules: Page) -> None:
    body = "return m.mountain(a, 30_000, null)"
    found = run(modules, "recovery", body, REPORT)
    assert found["line"] == "M0 37.4L75 2L100 37.4"
    assert found["peak"] == 75
    assert found["words"] == "Backlog: 2, at most 122, then as before"


def test_a_backlog_of_which_nothing_is_known_is_not_drawn(modules: Page) -> None:
    away = REPORT | {"state": "down", "lag_highest": None, "growth_per_second": None}
    found = run(modules, "recovery", "return m.mountain(a, 30_000, null)", away)
    assert (found["line"], found["area"], found["words"]) == ("", "", "Backlog: not known")


def test_a_backlog_of_one_is_drawn_as_no_mountain(modules: Page) -> None:
    small = REPORT | {"lag_before": 1, "lag_highest": 1}
    assert run(modules, "recovery", "return m.mountain(a, 30_000, null).top", small) == 34.4


def test_an_open_report_ends_at_what_waits_now(modules: Page) -> None:
    going_back = REPORT | {"state": "catching up", "ended_at": None}
    body = "return m.mountain(a, 16_000, 61).line"
    assert run(modules, "recovery", body, going_back) == "M0 37.4L93.8 2L100 20"
    body = "return m.mountain(a, 16_000, null).words"
    assert run(modules, "recovery", body, going_back) == "Backlog: 2, at most 122, now not known"


def test_a_group_that_catches_up_is_not_said_to_fall_behind(modules: Page) -> None:
    reports = {
        "a": {"group": "quality", "state": "catching up"},
        "b": {"group": "inventory", "state": "recovered"},
    }
    found = run(modules, "recovery", "return [...m.catchingUp(a)]", reports)
    assert found == ["quality"]
    group = {"lag": 90, "health": "falling behind", "drain": None, "at_least": False}
    body = "return [m.aside(a, 'running', true), m.aside(a, 'running', false)]"
    assert run(modules, "chartview", body, group) == ["catching up", "falling behind"]


@pytest.mark.parametrize(
    ("services", "words"),
    [
        ({"a": {"pass": 1, "replayed": 0}, "b": {"pass": None, "replayed": None}}, ""),
        ({"a": {"pass": 2, "replayed": 0}}, "a: pass 2"),
        (
            {"a": {"pass": 2, "replayed": 4_123}, "b": {"pass": 3, "replayed": None}},
            "a: pass 2, 4\u202f123 written again after a rewind; "
            "b: pass 3, written again: not known",
        ),
        (
            {"a": {"pass": 2, "replayed": 5, "replayed_at_least": True}},
            "a: pass 2, at least 5 written again after a rewind",
        ),
        (
            {name: {"pass": 2, "replayed": 0} for name in "abcde"},
            "a: pass 2; b: pass 2; c: pass 2; 2 more read again",
        ),
    ],
)
def test_the_ledger_says_who_reads_again_and_what_that_wrote_again(
    modules: Page, services: dict[str, Any], words: str
) -> None:
    assert run(modules, "ledgerview", "return m.passes(a)", {"services": services}) == words


def test_the_ledger_says_of_whom_it_cannot_see_what_they_do_twice(modules: Page) -> None:
    services = {
        "quality": {"duplicates_at_least": False, "handled": 5},
        "analytics": {"duplicates_at_least": True, "handled": 5},
        "labels": {"duplicates_at_least": True, "handled": 5, "replayed": 7},
    }
    body = "return [m.unseen(a), m.unseen({})]"
    assert run(modules, "ledgerview", body, {"services": services}) == [
        "What analytics did twice leaves no trace: nothing is written",
        "",
    ]


@pytest.mark.parametrize(
    ("readers", "words"),
    [
        ([("t", "a"), ("t", "b"), ("t", "own")], "counts 2 times: once per reader."),
        ([("t", "a"), ("t", "b"), ("u", "a")], "counts once per reader."),
        ([("t", "a")], "An event counts once."),
        ([], "counts once per reader."),
    ],
)
def test_the_ledger_says_how_often_an_event_counts(
    modules: Page, readers: list[tuple[str, str]], words: str
) -> None:
    picture = {
        "edges": {f"{t}{g}": {"kind": "reads", "topic": t, "group": g} for t, g in readers},
        "groups": {f"g:{g}": {"name": g, "service": g} for g in ("a", "b", "own")},
        "ledger": {"services": {"a": {"by": "kit"}, "b": {"by": "kit"}, "own": {"by": "offsets"}}},
    }
    assert run(modules, "ledgerview", "return m.howCounted(a)", picture).endswith(words)
