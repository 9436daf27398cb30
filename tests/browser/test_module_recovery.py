"""Recovery reports in words: what happened, and what it cost."""

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
            "pause",
            {"state": "down", "down_seconds": None, "down_from_at": 6_000, "lag": 122},
            "quality paused for 24 s",
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
            {"what": "pass 2", "read_again": 4_139, "state": "catching up", "lag": 3_006},
            "quality reads again, pass 2",
            "4\u202f139 to read again, 3\u202f006 waiting",
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
            "pause",
            {"catch_up_seconds": 0.3},
            "quality paused 15 s",
            "122 waiting at most, caught up in 0.3 s",
        ),
        (
            "crash",
            SOME | {"taken_over_seconds": 6.4, "catch_up_seconds": 1.0},
            "quality-2 crashed, down 15 s",
            "the other 2 went on and took over its work after 6 s, 122 waiting at most, "
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
            "the other one goes on and took over their work after 6 s, 1 waiting, 122 at most",
        ),
        (
            "crash",
            SOME | {"went_on": False},
            "quality-2 crashed, down 15 s",
            "122 waiting at most, caught up in 5.0 s (32/s)",
        ),
        (
            "crash",
            SOME | {"instances": ["quality-1", "quality-2", "quality-3"]},
            "3 of quality crashed, down 15 s",
            "others went on, 122 waiting at most, caught up in 5.0 s (32/s)",
        ),
        (
            "outage",
            SOME | {"instances": ["quality-1", "quality-2", "quality-9"], "more_instances": True},
            "more than 3 of quality down 15 s",
            "others went on, 122 waiting at most, caught up in 5.0 s (32/s)",
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
    body = "return m.told(a, 30_000).verdict.map((part) => part.words)"
    report = REPORT | {"duplicates": duplicates, "duplicates_at_least": True}
    assert run(modules, "recovery", body, report) == words
    del report["duplicates_at_least"]
    assert run(modules, "recovery", body, report) == words, "reports of before do not say"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"replayed": 0}, []),
        ({"replayed": 4_123}, [("4\u202f123 written again after the rewind", "again")]),
        ({"replayed": None, "kind": "rewind"}, [("written again: not known", "")]),
        ({"replayed": None}, []),
        (
            {"replayed": 7, "replayed_at_least": True},
            [("\u22657 written again after the rewind", "again")],
        ),
    ],
)
def test_what_a_rewind_wrote_again_stands_beside_the_duplicates(
    modules: Page, more: dict[str, Any], words: list[tuple[str, str]]
) -> None:
    body = "return m.told(a, 30_000).verdict"
    found = run(modules, "recovery", body, REPORT | more)
    told = [(part["words"], part["tone"]) for part in found]
    assert told == [("0 lost", "good"), ("0 duplicates", "good"), *words]
