"""Reports of what reads again, or for the first time."""

from __future__ import annotations

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
    assert found["growth_per_second"] is None


def test_a_rewind_makes_differences_over_it_unknown_to_the_others() -> None:
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
    assert (found["state"], found["handled"], found["lost"]) == ("recovered", None, None)


def test_a_service_that_is_plugged_in_catches_up_with_all_there_is() -> None:
    line = line_at_work()
    analytics = seen.DeclaredService(("parts",), (), "analytics", ("analytics-1",), on_request=True)
    line.picture.observe(
        seen.DeclarationSeen(line.now, "Line", None, "parts", ("parts",), {"analytics": analytics})
    )
    line.picture.observe(process(line.now, "stopped", "analytics", pid=None))
    line.second()
    assert line.shown().reports == {}

    def read(handled: int) -> None:
        line.picture.observe(
            status(
                *(line.now, "analytics"),
                groups=(seen.StatusGroup("analytics", "a1", ("parts",)),),
                pid=9,
            )
        )
        entry = seen.LedgerSeen(1, 0, handled, 0, 0, 0, 0)
        facts = group(
            "analytics", {("parts", 0): handled}, ledger={("parts", 0): entry}, members=("a1",)
        )
        line.picture.observe(survey(line.now, facts, ends={("parts", 0): line.made}))
        line.picture.tick(line.now)

    line.picture.observe(process(line.now, "running", "analytics", pid=9))
    plugged_at = line.now
    for handled in (40, 80, 104, 104):
        line.now += SECOND
        read(handled)
    found = report(line, "plug in")
    assert (found["began_at"], found["state"]) == (plugged_at, "recovered")
    assert (found["handled"], found["lost"], found["down_seconds"]) == (104, 0, 0.0)
    assert found["catch_up_seconds"] == 2.0

    line.picture.observe(process(line.now, "stopped", "analytics", pid=None))
    line.picture.tick(line.now + SECOND)
    assert kinds(line) == ["plug in"], "to take it out again is no disturbance"
