"""How open reports follow what goes on: they begin, are over, wait, and go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dashboard.picture.disturbances import OF_AN_INSTANCE, Doing, Kind
from dashboard.picture.following import Cause, Course
from dashboard.picture.some_of import SomeOf
from dashboard.picture.stretch import Stretch
from dashboard.picture.tally import Tally

Kept = TypeVar("Kept", bound=Stretch)


def settle(
    at: int,
    course: Course,
    reports: dict[Kind, Kept],
    *,
    begin: Callable[[Kind, Cause], Kept | None],
    resume: Callable[[Kept, int], None],
    newest: Tally | None,
) -> list[Kept]:
    """Brings the open `reports` to what `course` says; gives those that turned out to be none.

    `begin` may open one for a cause that has none yet, and puts it among `reports`. `resume` lets
    one go on from an instant. `newest`: the counters of who is met.
    """
    for kind, cause in course.causes.items():
        report = reports.get(kind) or begin(kind, cause)
        if report is not None:
            report.lasts(at)
            stands = course.doing is None or course.doing.held
            report.held = report.held or kind != "pause" or stands
            _met(report, course.doing, newest)
    none = []
    for kind, report in list(reports.items()):
        if kind in course.causes or report.over_at is not None:
            continue
        if report.held:
            report.is_over(at)
        else:
            none.append(reports.pop(kind))
    for report in reports.values():
        if report.over_at is None:
            continue
        if course.stands:
            report.wait()
        elif course.at_work and report.state == "down":
            resume(report, max(report.over_at, course.at_work_since or at))
    return none


def _met(report: Stretch, doing: Doing | None, newest: Tally | None) -> None:
    if doing is not None and report.kind in OF_AN_INSTANCE:
        report.some = report.some or SomeOf(doing.of, newest)
        report.some.hit(
            doing.met.get(report.kind, ()),
            doing.of,
            down=doing.down,
            others_work=doing.has_worked,
        )
