"""What is told of a source, a service that reads nothing: nothing waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.picture import observations as seen
from dashboard.picture.kept_reports import KeptReports
from dashboard.picture.source_report import AGAIN_WITHIN_SECONDS
from dashboard.picture.source_watch import MAX_SOURCES, SourceWatches
from dashboard.picture.tally import NOT_KNOWN
from tests.picture.reported import kinds, report
from tests.picture.sights import SECOND, START, Line, event, process, status, topics


class Source(Line):
    """scanner makes 8 parts a second, and quality reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, Any] = {"writes": ("parts",), "pid": 7}
        self.heard = True
        for _ in range(12):
            self.move()

    def move(self, made: int = 8, done: int | None = None) -> None:
        self.second(made=made, done=done)
        if self.heard:
            self.tell()

    def tell(self, **more: Any) -> None:
        self.says |= more
        self.picture.observe(status(self.now, "scanner", **self.says))

    def do(self, phase: seen.ProcessPhase) -> None:
        self.heard = phase == "running"
        self.picture.observe(process(self.now, phase, "scanner", pid=7))

    def told(self, kind: str = "pause") -> dict[str, Any]:
        return report(self, kind)


def paused(seconds: int = 10) -> Source:
    line = Source()
    line.tell(phase="paused")
    for _ in range(seconds):
        line.move(made=0)
    return line


def resumed(line: Source) -> dict[str, Any]:
    line.tell(phase="running")
    line.move()
    return line.only_report()


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
    assert line.told()["state"] == "down"
    line.tell(phase="running")
    assert line.shown().reports == {}


def test_what_others_write_to_the_same_log_is_not_its_own() -> None:
    line = Source()

    def other_writes() -> None:
        one = event("parts", line.made, source="other", seen_at=line.now)
        line.picture.observe(seen.EventsSeen(line.now, (one,)))
        line.made += 1

    other_writes()
    line.move()
    line.tell(phase="paused")
    other_writes()
    line.move(made=0, done=1)
    assert line.told()["published"] == 0
    line.picture.observe(seen.SamplingSeen(line.now, frozenset(("parts",)), 0))
    line.move(made=0)
    assert line.told()["published"] is None, "of two writers, and not all was read"


def test_where_another_begins_to_write_what_is_its_own_is_not_known_from_before() -> None:
    line = paused(1)
    one = event("parts", line.made, source="other", seen_at=line.now)
    line.picture.observe(seen.EventsSeen(line.now, (one,)))
    line.move(made=0, done=0)
    assert line.told()["published"] is None


def test_a_log_that_was_made_anew_tells_nothing_of_what_was_published() -> None:
    line = paused(2)
    line.picture.observe(topics(line.now, graded=1))
    line.move(made=0, done=0)
    assert line.told()["published"] is None


def test_sources_followed_have_a_cap() -> None:
    watches = SourceWatches(KeptReports())
    for number in range(MAX_SOURCES + 5):
        watches.survey(START + SECOND, f"source-{number}", None, (), NOT_KNOWN)
    assert len(watches._watched) == MAX_SOURCES
