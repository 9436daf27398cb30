"""How the backlog of a recovery report rose and fell, as its surveys found it."""

from __future__ import annotations

import itertools
import math

from dashboard.picture import observations as seen
from dashboard.picture.backlog import MAX_POINTS, Backlog
from tests.picture.reported import catch_up, line_at_work, report
from tests.picture.sights import process


def test_a_report_keeps_how_its_backlog_rose_and_fell() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(3, done=0)
    line.phase = "running"
    line.second(done=24)
    line.second(done=16)
    line.seconds(2)
    found = line.only_report()
    assert found["state"] == "recovered"
    lags = [lag for _, lag in found["backlog"]]
    assert lags == [8, 16, 24, 8, 0]
    assert found["backlog"][-1][0] == found["ended_at"] - found["began_at"]


def test_a_second_disturbance_that_meets_a_backlog_begins_with_it() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(3, done=0)
    line.phase = "running"
    line.second(done=0)
    line.picture.observe(process(line.now, "crashed"))
    line.seconds(2, done=0)
    found = report(line, "crash")
    assert found["backlog"][0] == [0, 32]
    assert found["backlog"][-1][1] == found["lag_highest"] == 48
    line.picture.observe(process(line.now, "running"))
    catch_up(line)
    assert report(line, "crash")["backlog"][-1][1] == 0


def test_what_no_survey_could_tell_is_a_gap() -> None:
    backlog = Backlog()
    for at, lag in enumerate([None, 5, 5, 5, None, None, 7]):
        backlog.take(at, lag)
    assert backlog.wire(0, None) == [[1, 5], [3, 5], [4, None], [6, 7]]


def test_it_is_told_until_it_ended_whatever_came_after() -> None:
    backlog = Backlog()
    for at, lag in [(0, 0), (10, 8), (20, 0), (30, 0), (40, 0)]:
        backlog.take(at, lag)
    assert backlog.wire(0, 30) == [[0, 0], [10, 8], [20, 0], [30, 0]]
    assert backlog.wire(0, 15) == [[0, 0], [10, 8], [15, 4]]
    assert backlog.wire(0, 40) == backlog.wire(0, None) == [[0, 0], [10, 8], [20, 0], [40, 0]]


def test_a_long_report_keeps_its_shape_and_its_highest_in_few_points() -> None:
    backlog = Backlog()
    height = 5_000
    for at in range(2 * height):
        wave = 20 * math.sin(at)
        backlog.take(at, int(abs(height - abs(at - height)) + wave))
    backlog.take(2 * height, 0)
    points = backlog.wire(0, None)
    assert len(points) == MAX_POINTS
    highest = max(points, key=lambda point: point[1] or 0)
    assert abs((highest[0] or 0) - height) < 50
    assert (points[0][0], points[-1]) == (0, [2 * height, 0])
    assert all(abs((lag or 0) - (height - abs((at or 0) - height))) <= 40 for at, lag in points)


def test_gaps_without_end_stay_bounded() -> None:
    backlog = Backlog()
    for at in range(1_000):
        backlog.take(at, None if at % 2 else at)
    assert len(backlog.wire(0, None)) == MAX_POINTS


def test_a_report_says_itself_whether_all_its_duplicates_could_be_seen() -> None:
    """Whatever the ledger says later, after a flood or over a restart."""

    def told(*, sampled: bool) -> tuple[int | None, bool | None]:
        line = line_at_work()
        line.phase = "paused"
        line.second(done=0)
        if sampled:
            line.picture.observe(seen.SamplingSeen(line.now, frozenset({"graded"}), 0))
            line.second(done=0)
            line.picture.observe(seen.SamplingSeen(line.now, frozenset(), 0))
        assert line.only_report()["duplicates_at_least"] is None, "it is not over"
        line.phase = "running"
        catch_up(line)
        line.picture.observe(seen.SamplingSeen(line.now, frozenset({"graded"}), 0))
        line.second()
        found = line.only_report()
        assert found["state"] == "recovered"
        return found["duplicates"], found["duplicates_at_least"]

    assert told(sampled=False) == (0, False)
    assert told(sampled=True) == (0, True)


def test_its_highest_stays_however_often_nothing_could_be_told() -> None:
    backlog = Backlog()
    for at in range(400):
        backlog.take(at, None if at % 2 else 1_000 if at == 2 else 5)
    points = backlog.wire(0, None)
    assert len(points) == MAX_POINTS
    assert [2, 1_000] in points
    # What was not known for some time is not drawn through, nor is it said twice.
    lags = [lag for _, lag in points]
    assert all((one is None) != (next_one is None) for one, next_one in itertools.pairwise(lags))
    spread = [at for at, _ in points if at is not None]
    assert max(later - at for at, later in itertools.pairwise(spread)) < 100
