"""The backlog of a recovery report as a drawing, and who is said to catch up."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.modules import run
from tests.browser.shown_report import REPORT


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


def test_what_others_caught_up_with_is_down_again_before_all_is_right(modules: Page) -> None:
    taken_over = REPORT | {"growth_per_second": 12, "catch_up_seconds": 2.0}
    found = run(modules, "recovery", "return m.mountain(a, 30_000, null).line", taken_over)
    assert found == "M0 37.4L50 2L60 37.4L100 37.4"


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
