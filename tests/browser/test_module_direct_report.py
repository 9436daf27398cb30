"""The report of the line of direct calls in words, and where it stands among the others."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run
from tests.browser.shown_report import DIRECT, REPORT

DOWN = {"state": "down", "down_seconds": None, "again_seconds": None, "ended_at": None}
NOT_TOLD = dict.fromkeys(("finished", "refused", "timed_out"))


@pytest.mark.parametrize(
    ("more", "title", "story", "verdict"),
    [
        (
            {},
            "quality-direct paused 15 s",
            "0 parts finished, 241 refused or timed out, moving again within 1.4 s",
            ("241 parts gone for good", "bad"),
        ),
        (
            DOWN,
            "quality-direct paused for 30 s",
            "0 parts finished, 241 refused or timed out, 8.0 finished a second before",
            None,
        ),
        (
            DOWN | NOT_TOLD | {"rate_before": None},
            "quality-direct paused for 30 s",
            "what comes of its parts is not known",
            None,
        ),
        (
            DOWN | {"state": "catching up", "down_seconds": 15.0, "timed_out": 0, "refused": 0},
            "quality-direct paused 15 s",
            "0 parts finished, 0 refused or timed out, 8.0 finished a second before",
            ("at work again, no part finished yet", ""),
        ),
        (
            {"state": "catching up", "ended_at": None},
            "quality-direct paused 15 s",
            "0 parts finished, 241 refused or timed out, 8.0 finished a second before",
            ("moving again", ""),
        ),
        (
            {"refused": 0, "timed_out": 0, "finished": None, "down_seconds": 0.6},
            "quality-direct paused 0.6 s",
            "0 refused or timed out, moving again within 1.4 s",
            ("0 parts gone", "good"),
        ),
        (
            {"at_least": True, "finished": 1, "refused": 1, "timed_out": 0, "shared": True},
            "quality-direct paused 15 s",
            "\u22651 part finished, \u22651 refused or timed out, moving again within 1.4 s, "
            "counted in another recovery too",
            ("\u22651 part gone for good", "bad"),
        ),
        (
            {"at_least": True, "refused": 0, "timed_out": 0, "again_seconds": None},
            "quality-direct paused 15 s",
            "\u22650 parts finished, \u22650 refused or timed out",
            ("parts gone: not known", ""),
        ),
        (
            {"switched_off": True, "services": ["a-direct", "b-direct"]},
            "a-direct and b-direct paused 15 s",
            "0 parts finished, 241 refused or timed out, then the line was switched off",
            ("241 parts gone for good", "bad"),
        ),
        (
            {"kind": "slow", "finished": 40, "again_seconds": None, "services": ["a", "b", "c"]},
            "3 of the direct line slow 15 s",
            "40 parts finished, 241 refused or timed out, 8.0 finished a second before",
            ("241 parts gone for good", "bad"),
        ),
    ],
)
def test_it_is_told_by_the_parts_that_were_finished_and_that_are_gone(
    modules: Page,
    more: dict[str, Any],
    title: str,
    story: str,
    verdict: tuple[str, str] | None,
) -> None:
    found = run(modules, "recovery", "return m.told(a, 30_000)", DIRECT | more)
    assert (found["title"], found["story"]) == (title, story)
    told = [(one["words"], one["tone"]) for one in found["verdict"]]
    assert told == ([] if verdict is None else [verdict])


def test_of_one_that_is_not_heard_any_more_the_numbers_of_now_are_not_known(modules: Page) -> None:
    body = (
        "const { reports } = m.unheard({ cluster: {}, services: {}, lines: {}, reports: a }, 9);"
        "return [reports.open.refused, reports.over.refused]"
    )
    reports = {"open": DIRECT | DOWN, "over": DIRECT}
    assert run(modules, "unheard", body, reports) == [None, 229]


def test_what_one_press_did_to_both_lines_stands_together(modules: Page) -> None:
    body = (
        "return m.inOrder(a.reports, a.services)"
        ".map(({ report, beside }) => report.id + (beside ? ' beside' : ''))"
    )
    services = [
        {"name": "quality", "twin_of": None},
        {"name": "quality-direct", "twin_of": "quality"},
    ]

    def order(*reports: dict[str, Any]) -> Any:
        given = {"reports": {one["id"]: one for one in reports}, "services": services}
        return run(modules, "reportorder", body, given)

    log, direct = REPORT | {"id": "log"}, DIRECT | {"id": "direct"}
    other = REPORT | {"id": "other", "service": "inventory", "began_at": 50}
    assert order(direct | {"began_at": 90}, other, log) == ["other", "log", "direct beside"]
    assert order(log | {"began_at": 90}, direct) == ["log", "direct beside"]
    earlier = log | {"id": "earlier", "began_at": -4_000}
    assert order(earlier, log, direct) == ["log", "direct beside", "earlier"]
    assert order(log | {"began_at": -6_000}, direct) == ["direct", "log"], "of another press"
    assert order(log | {"kind": "crash"}, direct) == ["log", "direct"]
    assert order(other, direct) == ["other", "direct"]
