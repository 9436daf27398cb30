"""What is told of a source, a service that reads nothing: nothing waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.picture import observations as seen
from dashboard.picture.kept_reports import KeptReports
from dashboard.picture.source_report import AGAIN_WITHIN_SECONDS
from dashboard.picture.source_watch import MAX_SOURCES, SourceWatches
from dashboard.picture.tally import NOT_KNOWN
from tests.picture.reported import kinds
from tests.picture.sights import SECOND, START, Line
from tests.picture.source_line import Source, paused, resumed


def test_a_pause_is_told_while_it_lasts_by_what_it_published_and_before() -> None:
    found = paused().told()
    assert (found["service"], found["group"], found["source"]) == ("scanner", None, True)
    assert (found["state"], found["published"], found["rate_before"]) == ("down", 0, 8.0)
    assert (found["quiet_seconds"], found["down_seconds"], found["lost"]) == (None, None, None)


def test_it_is_back_with_its_first_event_and_so_long_it_published_nothing() -> None:
    found = resumed(paused())
    assert (found["kind"], found["state"], found["down_seconds"]) == ("pause", "recovered", 10.0)
    assert (found["quiet_seconds"], found["again_seconds"]) == (11.0, 1.0)
    assert found["published"] == 0, "what it published when it was back is not of the pause"


def test_an_event_that_is_found_before_its_word_that_it_works_again_ends_the_quiet() -> None:
    line = paused()
    line.move(made=1)
    found = resumed(line)
    assert (found["quiet_seconds"], found["published"]) == (11.0, 0)
    assert found["again_seconds"] == 0.0


def test_one_that_has_no_more_than_an_early_event_was_quiet_until_then() -> None:
    line = paused()
    line.move(made=1)
    line.tell(phase="running")
    for _ in range(int(AGAIN_WITHIN_SECONDS) + 1):
        line.move(made=0)
    found = line.told()
    assert (found["state"], found["quiet_seconds"], found["published"]) == ("recovered", 11.0, 0)


def test_what_it_still_published_when_its_pause_began_is_told_before_the_quiet() -> None:
    line = Source()
    line.tell(phase="paused")
    line.move(made=0)
    line.move(made=2)
    for _ in range(9):
        line.move(made=0)
    line.move(made=1)
    found = resumed(line)
    assert (found["published"], found["quiet_seconds"]) == (2, 10.0)


def test_that_its_readers_waited_and_lost_nothing_is_told_where_it_is_known() -> None:
    found = resumed(paused())
    assert (found["readers"], found["readers_idle"], found["lost"]) == (1, True, 0)
    line = Source()
    line.done -= 4
    line.move(made=0, done=0)
    line.tell(phase="paused")
    line.move(made=0, done=0)
    assert line.told()["readers_idle"] is False, "something has waited for them all along"


def test_figures_of_a_reader_are_null_and_all_reports_have_one_shape() -> None:
    found = resumed(paused())
    of_readers = (
        *("lag_before", "lag_highest", "lag", "growth_per_second", "catch_up_seconds"),
        *("catch_up_rate", "read_again", "written", "replayed", "handled", "duplicates"),
    )
    assert {name: found[name] for name in of_readers} == dict.fromkeys(of_readers)
    line = Line()
    line.seconds(12)
    line.phase = "paused"
    line.second(done=0)
    assert line.only_report().keys() == found.keys()


@pytest.mark.parametrize(
    ("phase", "kind"),
    [("crashed", "crash"), ("stopped", "stop"), ("frozen", "freeze"), ("restarting", "outage")],
)
def test_each_kind_of_down_ends_in_a_report(phase: Any, kind: str) -> None:
    line = Source()
    line.do("running")
    line.move()
    line.do(phase)
    for _ in range(4):
        line.move(made=0)
    assert (line.told(kind)["state"], line.told(kind)["published"]) == ("down", 0)
    line.do("running")
    line.move(made=0)
    assert line.told(kind)["state"] == "catching up", "it works, and has published nothing yet"
    line.move()
    found = line.told(kind)
    assert (found["state"], found["down_seconds"]) == ("recovered", 4.0)
    assert found["again_seconds"] == 2.0
    assert kinds(line) == [kind]


def test_a_slow_one_is_told_by_its_rate() -> None:
    line = Source()
    line.tell(ms_per_event=500.0)
    for _ in range(5):
        line.move(made=2)
    line.tell(ms_per_event=None)
    line.move()
    found = line.told("slow")
    assert (found["state"], found["published"], found["down_seconds"]) == ("recovered", 10, 5.0)
    assert (found["rate_before"], found["quiet_seconds"]) == (8.0, None)


def test_one_that_has_nothing_to_publish_is_back_all_the_same() -> None:
    line = paused()
    line.tell(phase="running")
    for _ in range(int(AGAIN_WITHIN_SECONDS)):
        line.move(made=0)
    assert line.told()["state"] == "catching up"
    line.move(made=0)
    found = line.told()
    assert found["state"] == "recovered"
    assert (found["again_seconds"], found["quiet_seconds"]) == (None, None)


def test_while_the_brokers_are_away_nobody_can_publish() -> None:
    line = paused()
    line.tell(phase="running")
    line.move(made=0)
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1"))
    line.pass_time(60)
    line.move(made=0)
    assert line.told()["state"] == "catching up", "the five seconds begin anew"


def test_a_pause_that_was_refused_leaves_no_report() -> None:
    line = Source()
    line.tell(phase="pausing")
    assert line.shown().reports == {}, "nobody knows yet whether it comes"
    line.tell(phase="running")
    assert line.shown().reports == {}


def test_the_report_of_one_that_was_forgotten_ends_when_it_comes_back() -> None:
    line = Source()
    line.heard = False
    for _ in range(60):
        line.move(made=0)
    assert of_scanner(line)["state"] == "down"
    line.pass_time(25 * 3600)
    line.move(made=0)
    line.pass_time(60)
    line.move(made=0)
    assert "s:scanner" not in line.shown().services
    assert of_scanner(line)["state"] == "down"
    line.heard = True
    line.move()
    line.move()
    found = of_scanner(line)
    assert (found["kind"], found["state"]) == ("outage", "recovered")
    assert found["down_seconds"] > 24 * 3600
    line.move()
    line.tell(phase="paused")
    assert line.told()["state"] == "down", "and it is followed as ever"


def of_scanner(line: Source) -> dict[str, Any]:
    (found,) = [one for one in line.shown().reports.values() if one["service"] == "scanner"]
    return found


def test_the_report_of_one_that_reads_when_it_comes_back_ends() -> None:
    line = paused(5)
    groups = (seen.StatusGroup("scanner", "m7", ("graded",)),)
    line.tell(phase="running", groups=groups)
    line.move()
    line.move()
    found = line.only_report()
    assert (found["state"], found["source"], found["down_seconds"]) == ("recovered", True, 5.0)
    assert found["quiet_seconds"] == 6.0


def test_of_one_that_reads_meanwhile_no_more_is_told_than_what_had_begun() -> None:
    line = paused(5)
    line.tell(groups=(seen.StatusGroup("scanner", "m7", ("graded",)),))
    line.move(made=0)
    line.do("frozen")
    line.move(made=0)
    assert kinds(line) == ["pause"]


def test_of_those_that_are_forgotten_one_without_a_kept_open_report_is_not_followed() -> None:
    line = paused(2)
    sources = line.picture._recoveries._sources
    sources.keep_only(())
    assert list(sources._watched) == ["scanner"]
    kept = line.picture._known.reports.kept
    for report_id in kept.ids():
        kept._kept.pop(report_id)
    sources.keep_only(())
    assert sources._watched == {}


def test_sources_followed_have_a_cap() -> None:
    watches = SourceWatches(KeptReports())
    for number in range(MAX_SOURCES + 5):
        watches.survey(START + SECOND, f"source-{number}", None, (), NOT_KNOWN)
    assert len(watches._watched) == MAX_SOURCES
