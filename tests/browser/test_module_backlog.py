"""The backlog of a recovery report as a drawing, and who is said to catch up."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.modules import run
from tests.browser.shown_report import REPORT

DRAWN = "return m.drawn(a, 30_000)"


def test_a_report_draws_its_backlog_as_its_surveys_found_it(modules: Page) -> None:
    found = run(modules, "backlog", DRAWN, REPORT)
    assert found["line"] == "M0 37.4L75 2L100 37.4"
    assert found["area"] == "M0 37.4L75 2L100 37.4V38H0z"
    assert (found["peak"], found["top"]) == (75, 2)
    assert found["words"] == "Backlog: 2, at most 122, then as before"


def test_where_nothing_waited_that_did_not_before_there_is_nothing_to_draw(modules: Page) -> None:
    still = REPORT | {"lag_before": 4, "lag_highest": 4, "backlog": [[0, 4], [300, 3]]}
    assert run(modules, "backlog", DRAWN, still) is None


def test_a_disturbance_that_met_a_backlog_is_drawn_from_there(modules: Page) -> None:
    second = REPORT | {"backlog": [[0, 110], [10_000, 156], [20_000, 2]]}
    found = run(modules, "backlog", DRAWN, second)
    assert found["line"] == "M0 12.6L50 2L100 37.5"
    assert found["words"] == "Backlog: 110, at most 156, then as before"


def test_a_backlog_of_which_nothing_is_known_is_not_drawn(modules: Page) -> None:
    away = REPORT | {"state": "down", "ended_at": None, "lag": None, "backlog": [[0, 3], [5, None]]}
    assert run(modules, "backlog", DRAWN, away) is None
    of_before = {name: value for name, value in REPORT.items() if name != "backlog"}
    assert run(modules, "backlog", DRAWN, of_before) is None
    again = away | {"backlog": [[0, 0], [3_000, 60], [6_000, None], [15_000, 90]], "lag": 90}
    found = run(modules, "backlog", DRAWN, again)
    assert found["line"] == "M0 38L10 14M50 2L100 2", "of the time between nothing is told"
    assert found["area"] == "M0 38L10 14V38H0zM50 2L100 2V38H50z"


def test_a_backlog_of_one_is_drawn_as_no_mountain(modules: Page) -> None:
    small = REPORT | {"lag_before": 0, "backlog": [[0, 0], [15_000, 1], [20_000, 0]]}
    assert run(modules, "backlog", "return m.drawn(a, 30_000).top", small) == 34.4


def test_what_was_read_again_before_it_was_measured_is_drawn_too(modules: Page) -> None:
    fast = REPORT | {"kind": "rewind", "read_again": 400, "backlog": [[0, 2], [1_000, 90]]}
    assert run(modules, "backlog", "return m.drawn(a, 30_000).line", fast) == "M0 2L5 29.9"


def test_an_open_report_ends_at_what_waits_now(modules: Page) -> None:
    going_back = REPORT | {"state": "catching up", "ended_at": None, "lag": 61}
    going_back["backlog"] = [[0, 2], [15_000, 122], [15_500, 61]]
    body = "return m.drawn(a, 16_000).line"
    assert run(modules, "backlog", body, going_back) == "M0 37.4L93.8 2L96.9 20L100 20"
    found = run(modules, "backlog", "return m.drawn(a, 16_000, false)", going_back)
    assert found["line"] == "M0 37.4L93.8 2L96.9 20"
    assert found["words"] == "Backlog: 2, at most 122, now not known"


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
    body = "return [m.aside(a, 'frozen', false, true), m.aside(a, 'frozen', false, false)]"
    assert run(modules, "chartview", body, group) == ["frozen", "falling behind"], "others go on"


def test_a_reader_that_is_behind_by_what_it_reads_along_is_not_said_to_have_a_way_to_go(
    modules: Page,
) -> None:
    group = {"lag": 9, "rate": 8.0, "health": "ok", "drain": "draining", "drain_seconds": 18.0}
    body = "return [m.aside(a, 'running'), m.aside(a, 'running', true)]"
    assert run(modules, "chartview", body, group | {"at_least": False}) == ["", "18 s to go"]
    far = group | {"lag": 900, "at_least": False}
    assert run(modules, "chartview", body, far) == ["18 s to go", "18 s to go"]


def test_one_that_handles_nothing_is_not_said_to_catch_up(modules: Page) -> None:
    """It was resumed, and waits for a topic that it writes to."""
    reports = {"a": {"group": "weights", "state": "catching up"}}
    body = "return [...m.catchingUp(a, new Set(['weights']))]"
    assert run(modules, "recovery", body, reports) == []
    resumed = REPORT | {"state": "catching up", "ended_at": None, "lag": 821}
    body = "return [true, false].map((stalled) => m.told(a, 16_000, stalled).verdict[0].words)"
    assert run(modules, "recovery", body, resumed) == ["stalled", "catching up"]
