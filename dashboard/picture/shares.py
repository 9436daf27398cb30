"""How the partitions of a group are shared out among the instances of its service."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dashboard.picture.observations import GroupFacts, Partition


def held_by(member_id: str, facts: GroupFacts | None) -> dict[str, list[int]] | None:
    """Topic -> numbers of the partitions that a member holds, as the newest survey has it.

    Empty where the group does not count it among its members; None where they are not known.
    """
    if facts is None or facts.members is None:
        return None
    found: dict[str, list[int]] = {}
    for member in facts.members:
        for topic, number in member.partitions if member.member_id == member_id else ():
            found.setdefault(topic, []).append(number)
    return {topic: sorted(found[topic]) for topic in sorted(found)}


def none_left(facts: GroupFacts, everything: Iterable[Partition], alive: Collection[str]) -> bool:
    """Whether one more member can get no partition: each is held, by members that are alive, and
    nobody has two of one topic, of which one would be given away in a moment.

    `alive`: member ids. What a dead or frozen member holds comes free when its session is over.
    """
    if facts.state != "reading" or facts.members is None:
        return False
    held: set[Partition] = set()
    for member in facts.members:
        topics = [topic for topic, _ in member.partitions]
        if topics and (member.member_id not in alive or len(set(topics)) < len(topics)):
            return False
        held.update(member.partitions)
    return bool(held) and held.issuperset(everything)
