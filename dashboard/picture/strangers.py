"""Members of a service's groups that none of its instances is.

Somebody's own program in the group, or one that Kafka counts though it has long ended: after a
broker was killed this was seen for good. Either takes a share of the partitions, and what it has is
read by nobody who is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from dashboard.picture.observations import GroupFacts, Partition

STRANGER_AFTER_SECONDS = 15.0
"""An instance that was killed stays a member until its session is over, mostly 6 s; then one has
begun that must join and report first."""


class Strangers:
    def __init__(self) -> None:
        self._since: dict[tuple[str, str], int] = {}
        self._told: dict[str, str] = {}

    def survey(
        self,
        at: int,
        groups: Iterable[tuple[GroupFacts, Collection[str] | None]],
        everything: Callable[[str], Collection[Partition]],
    ) -> None:
        """`groups`: those of services that report, each with the member ids of all its instances;
        None where some instance has not said which it is. `everything(group)`: the partitions
        that its service reads. What is kept is as much as the newest survey has of members."""
        since: dict[tuple[str, str], int] = {}
        told: dict[str, str] = {}
        for facts, own in groups:
            if own is None or facts.members is None:
                continue
            lasting = 0
            for member in facts.members:
                place = (facts.group, member.member_id)
                if member.member_id in own:
                    continue
                since[place] = self._since.get(place, at)
                lasting += at - since[place] >= STRANGER_AFTER_SECONDS * 1000
            if lasting:
                told[facts.group] = _sentence(facts, own, lasting, set(everything(facts.group)))
        self._since, self._told = since, told

    def of(self, group: str) -> str | None:
        """What there is to say of a group, in words; None: nobody is in it whom we do not know."""
        return self._told.get(group)


def _sentence(
    facts: GroupFacts, own: Collection[str], many: int, everything: set[Partition]
) -> str:
    who, holds = "a member that nobody knows", "holds"
    if many > 1:
        who, holds = f"{many} members that nobody knows", "hold"
    held: dict[bool, set[Partition]] = {True: set(), False: set()}
    for member in facts.members or ():
        held[member.member_id in own].update(member.partitions)
    total = len(everything)
    if theirs := len(held[False] & everything):
        return f"{who} {holds} {theirs} of {total} partitions"
    # Kafka does not tell of each member what it keeps for it.
    if left := len(everything - held[True]):
        return f"{who}, and {left} of {total} partitions with none of its instances"
    return f"{who} in its group"
