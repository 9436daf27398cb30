"""Reports of what reads again, or for the first time."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dashboard.picture import observations as seen
from tests.picture.reported import catch_up, kinds, line_at_work, report
from tests.picture.sights import SECOND, Line, group, process, status, survey


def rewind(line: Line) -> None:
    line.number += 1
    line.done = line.handled = 0


def test_a_rewind_is_caught_up_from_its_first_survey_on() -> None:
    line = line_at_work()
    line.handled = line.done
    rewind(line)
    line.handled = None
    line.second(done=0)
    found = report(line, "rewind")
    assert (found["state"], found["what"], found["lag_before"]) == ("catching up", "pass 2", 0)
    assert (found["lag_highest"], found["down_seconds"]) == (104, 0.0)
    catch_up(line)
    found = report(line, "rewind")
    assert (found["state"], found["handled"], found["lost"]) == ("recovered", 120, 0)
    assert (found["read_again"], found["replayed"]) == (96, 0)
    assert found["growth_per_second"] is None


def test_what_a_rewind_reads_again_is_told_to_the_event_however_fast_it_was_read() -> None:
    """Between two surveys it handled 4 more, stepped back, and had read 60 again already."""
    line = line_at_work()
    line.number, line.was, line.done = 2, (100, 100), 60
    line.second(done=0)
    found = report(line, "rewind")
    assert (found["read_again"], found["lag_highest"], found["lag"]) == (100, 100, 44)
    catch_up(line)
    found = report(line, "rewind")
    assert (found["state"], found["read_again"]) == ("recovered", 100)
    assert found["handled"] == 4 + 120, "four of the pass before, and all of the new one"
    assert found["lag"] is None, "it is over"


def test_a_rewind_before_the_last_one_was_caught_up_is_told_with_it() -> None:
    line = line_at_work()
    for number, was, done in ((2, (96, 96), 0), (3, (40, 136), 10)):
        line.number, line.was, line.done = number, was, done
        line.second(done=0)
    found = report(line, "rewind")
    assert (found["what"], found["read_again"]) == ("pass 3", 96 + 40)


def test_differences_of_the_others_go_on_over_a_rewind() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(3, done=0)
    rewind(line)
    line.handled = None
    line.second(done=0)
    assert report(line, "rewind")["state"] == "down", "it is paused"
    line.phase = "running"
    catch_up(line)
    assert report(line, "rewind")["state"] == "recovered"
    found = report(line, "pause")
    assert (found["state"], found["handled"], found["lost"]) == ("recovered", 144, 0)
    assert (found["published"], found["written"], found["duplicates"]) == (48, 48, 0)


def plugged_in(line: Line) -> int:
    """analytics reads "parts" from now on, for the first time; when that was."""
    analytics = seen.DeclaredService(("parts",), (), "analytics", ("analytics-1",), on_request=True)
    line.picture.observe(
        seen.DeclarationSeen(line.now, "Line", None, "parts", ("parts",), {"analytics": analytics})
    )
    line.picture.observe(process(line.now, "stopped", "analytics", pid=None))
    line.second()
    assert line.shown().reports == {}
    line.picture.observe(process(line.now, "running", "analytics", pid=9))
    return line.now


def read(line: Line, handled: int, *, start: int = 0) -> None:
    """analytics says, a second later, that it has handled so many from `start` on."""
    line.now += SECOND
    line.picture.observe(
        status(
            *(line.now, "analytics"),
            groups=(seen.StatusGroup("analytics", "a1", ("parts",)),),
            pid=9,
        )
    )
    entry = seen.LedgerSeen(1, start, handled, 0, 0, 0, 0)
    commits = {("parts", 0): start + handled}
    found_by_survey(line, start, commits, {("parts", 0): entry})


def found_by_survey(
    line: Line,
    start: int = 0,
    commits: Mapping[seen.Partition, int] | None = None,
    ledger: Mapping[seen.Partition, seen.LedgerSeen] | None = None,
) -> None:
    facts = group("analytics", commits, ledger=ledger, members=("a1",), reads=(("parts", 0),))
    place = ("parts", 0)
    line.picture.observe(survey(line.now, facts, ends={place: line.made}, starts={place: start}))
    line.picture.tick(line.now)


def test_a_service_that_is_plugged_in_catches_up_with_all_there_is() -> None:
    line = line_at_work()
    plugged_at = plugged_in(line)
    for handled in (40, 80, 104, 104):
        read(line, handled)
    found = report(line, "plug in")
    assert (found["began_at"], found["state"]) == (plugged_at, "recovered")
    assert (found["handled"], found["lost"], found["down_seconds"]) == (104, 0, 0.0)
    assert found["catch_up_seconds"] == 2.0
    assert line.service("analytics")["caught_up"] == {"events": 104, "seconds": 2.0}
    assert line.service("quality")["caught_up"] is None

    line.picture.observe(process(line.now, "stopped", "analytics", pid=None))
    line.picture.tick(line.now + SECOND)
    assert kinds(line) == ["plug in"], "to take it out again is no disturbance"


@pytest.mark.parametrize("start", [0, 30])
def test_what_is_plugged_in_has_lost_nothing_although_its_group_was_found_first(start: int) -> None:
    """A survey may find it before it has said that the kit counts for it. Where the log was cut,
    what was before is not of its pass: it counts from where it began."""
    line = line_at_work()
    plugged_in(line)
    for _ in range(2):
        line.now += SECOND
        found_by_survey(line, start)
    for handled in (40, 104 - start, 104 - start):
        read(line, handled, start=start)
    found = report(line, "plug in")
    assert found["state"] == "recovered"
    assert (found["handled"], found["lost"], found["duplicates"]) == (104 - start, 0, 0)
    assert found["duplicates_at_least"], "it writes nothing: what it did twice leaves no trace"
