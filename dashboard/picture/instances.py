"""One instance of a service: its newest report, its process, and the state they make."""

from __future__ import annotations

from typing import Any, Literal

from dashboard.picture.observations import (
    GroupFacts,
    GroupState,
    ProcessSeen,
    StatusSeen,
    WishSeen,
)
from dashboard.picture.shares import held_by
from dashboard.picture.states import ENDED, Hearing, Sight, Verdict, state_of
from dashboard.picture.text import clipped_or_none


class InstanceWatch:
    def __init__(self, name: str, at: int) -> None:
        self.name = name
        self.report: StatusSeen | None = None
        self.process: ProcessSeen | None = None
        self.verdict: Verdict | None = None
        self.since_at = at
        self.known_since_at = at
        self.member: tuple[str, str] | None = None
        """(group, member id) as last reported, kept over the end of the process."""

    def take_status(self, status: StatusSeen) -> None:
        if self.process is not None and _of_another_life(status, self.process):
            return
        self.report = status
        if status.groups:
            # Where it names none it is a new life, whose membership is not known yet.
            named = [one for one in status.groups if one.member_id is not None]
            self.member = (named[-1].group, named[-1].member_id or "") if named else None

    def take_process(self, process: ProcessSeen) -> None:
        self.process = process
        if self.report is not None and _of_another_life(self.report, process):
            self.report = None

    def evaluate(
        self,
        now: int,
        wish: WishSeen | None,
        *,
        group: GroupState | None,
        hearing: Hearing,
        none_left: bool = False,
        nobody_left: bool = False,
    ) -> bool:
        """Work out the state; says whether it changed."""
        verdict = state_of(
            Sight(
                now=now,
                wish=wish,
                report=self.report,
                process=self.process,
                group=group,
                silent_since_at=max(self._alive_at(), hearing.since_at),
                heard_until_at=hearing.until_at,
                hearing=hearing.now,
                before=self.verdict,
                none_left=none_left,
                nobody_left=nobody_left,
            )
        )
        before, self.verdict = self.verdict, verdict
        if before is None or before.state != verdict.state:
            self.since_at = now
        if self.process is not None and self.process.phase in ENDED:
            self.since_at = self.process.since_at
        return before != verdict

    def _alive_at(self) -> int:
        signs = [self.known_since_at]
        if self.report is not None:
            signs.append(self.report.at)
        if self.process is not None:
            signs.append(self.process.since_at)
        return max(signs)

    def heard_at(self) -> int:
        """When it last gave any sign; before this it may be forgotten."""
        return max(self._alive_at(), self.process.at if self.process else 0)

    def membership(self, groups: dict[str, GroupFacts]) -> Literal["in", "left"] | None:
        """Whether the broker still counts it among the group's members."""
        if self.member is None:
            return None
        facts = groups.get(self.member[0])
        if facts is None or facts.members is None:
            return None
        return "in" if any(m.member_id == self.member[1] for m in facts.members) else "left"

    def alive_as(self) -> set[str]:
        """Its member ids, while it can answer the group."""
        if self.report is None or (self.process is not None and self.process.phase in ENDED):
            return set()
        return {one.member_id for one in self.report.groups if one.member_id is not None}

    def last_member_of(self, group: str) -> str | None:
        """The member id by which it was known there last, whatever has become of it."""
        return self.member[1] if self.member is not None and self.member[0] == group else None

    def member_of(self, group: str) -> str | None:
        """Its member id there as it reports it, and after its end as it last did; None: it has
        not said."""
        if self.ended:
            return self.last_member_of(group)
        named = self.report.groups if self.report is not None else ()
        return next((one.member_id for one in named if one.group == group), None)

    @property
    def ended(self) -> bool:
        """Its process is known to be gone."""
        return self.process is not None and self.process.phase in ENDED

    def _partitions(self, groups: dict[str, GroupFacts]) -> dict[str, list[int]] | None:
        """Of all the groups it reads in; None: not known, or it reads nothing."""
        if self.report is None:
            member = self.member
            return None if member is None else held_by(member[1], groups.get(member[0]))
        found: dict[str, list[int]] = {}
        for one in self.report.groups:
            if one.member_id is None and self.report.assigned is not False:
                return None
            held = held_by(one.member_id or "", groups.get(one.group))
            if held is None:
                return None
            found |= held
        return found if self.report.groups else None

    def wire(self, groups: dict[str, GroupFacts]) -> dict[str, Any]:
        verdict, process, report = self.verdict, self.process, self.report
        handling = int(report.handling_for_seconds or 0) if report else 0
        pid = process.pid if process else (report.pid if report else None)
        return {
            "instance": self.name,
            "state": verdict.state if verdict else "unknown",
            "reason": clipped_or_none(verdict.reason) if verdict else None,
            "since_at": self.since_at,
            "restart_at": process.restart_at if process else None,
            "handling_for": handling or None,
            "group": self.membership(groups),
            "partitions": self._partitions(groups),
            "pid": pid,
            "attempts": process.attempts if process else 0,
        }


def _of_another_life(status: StatusSeen, process: ProcessSeen) -> bool:
    """Whether `status` was sent before this process began: a report outlives who sent it."""
    if status.pid is not None and process.pid is not None:
        return status.pid != process.pid
    return status.at < process.since_at
