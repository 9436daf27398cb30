"""Which groups there are, of both protocols and of other kinds, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Literal

from confluent_kafka import ConsumerGroupState, ConsumerGroupType, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    ConsumerGroupDescription,
    ListConsumerGroupsResult,
    MemberDescription,
)

from dashboard.cluster.answers import REQUEST_SECONDS, collect, error_of, in_words
from dashboard.picture.observations import GroupState, Member

MAX_GROUPS = 2_000
"""More groups than this are not surveyed: a survey of them would be old when it is done."""


@dataclass(frozen=True, slots=True)
class GroupNames:
    """`of_readers` are consumer groups; `another_kind` are share groups and the like."""

    of_readers: tuple[str, ...]
    another_kind: tuple[str, ...]
    left_out: int
    """Groups above the cap."""
    partial: bool = False
    """Some broker did not tell its groups, so one that is missing need not be gone."""

    def with_known(self, readers: Iterable[str], others: Iterable[str]) -> GroupNames:
        """These and those known from before, as far as the caps allow."""
        another_kind = {*others, *self.another_kind} - set(self.of_readers)
        of_readers = {*readers, *self.of_readers} - another_kind
        return replace(
            self,
            of_readers=tuple(sorted(of_readers)[:MAX_GROUPS]),
            another_kind=tuple(sorted(another_kind)[:MAX_GROUPS]),
        )


@dataclass(frozen=True, slots=True)
class GroupDescription:
    state: GroupState
    protocol: Literal["classic", "consumer"] | None = None
    members: tuple[Member, ...] | None = None
    why: str | None = None


ANOTHER_KIND = GroupDescription("another kind", why="another kind of group, lag unknown")


def consumer_groups(admin: AdminClient) -> tuple[list[str], bool]:
    """The names of the consumer groups of both protocols, and whether every broker told its own.

    Raises KafkaException where none did.
    """
    listing: ListConsumerGroupsResult = collect(
        admin.list_consumer_groups(request_timeout=REQUEST_SECONDS)
    )
    if not listing.valid and listing.errors:
        raise KafkaException(listing.errors[0])
    # Kafka allows a group without a name; its client does not let us ask about it.
    found = sorted(group.group_id for group in listing.valid or () if group.group_id)
    return found, not listing.errors


def names(admin: AdminClient) -> GroupNames:
    """The names of all groups. Raises KafkaException.

    Share groups are in the client's older listing only, without a word on what they are (lag.md,
    case 11). It is asked first, so that a consumer group made meanwhile is not taken for one.
    """
    try:
        every = admin.list_groups(timeout=REQUEST_SECONDS)
    except KafkaException:
        every = None  # one broker that does not answer is enough
    readers, whole = consumer_groups(admin)
    others = sorted({str(group.id) for group in every or () if group.id} - set(readers))
    left_out = max(0, len(readers) - MAX_GROUPS) + max(0, len(others) - MAX_GROUPS)
    return GroupNames(
        of_readers=tuple(readers[:MAX_GROUPS]),
        another_kind=tuple(others[:MAX_GROUPS]),
        left_out=left_out,
        partial=every is None or not whole,
    )


def describe(admin: AdminClient, groups: Iterable[str]) -> dict[str, GroupDescription]:
    """State and members of each group; a group that gives no answer is "unknown" and says why."""
    asked = list(groups)
    if not asked:
        return {}
    answers: dict[str, Future[Any]] = admin.describe_consumer_groups(
        asked, request_timeout=REQUEST_SECONDS
    )
    found = {}
    for group, answer in answers.items():
        try:
            found[group] = _description(collect(answer))
        except KafkaException as failure:
            found[group] = GroupDescription("unknown", why=in_words(error_of(failure)))
    return found


def _description(told: ConsumerGroupDescription) -> GroupDescription:
    members = tuple(_member(member) for member in told.members)
    why = None
    if told.is_simple_consumer_group and not members:
        why = "commits without joining: its readers cannot be seen"
    return GroupDescription(
        state=shown_state(told.state, len(members)),
        protocol=_PROTOCOLS.get(told.type),
        members=members,
        why=why,
    )


def _member(told: MemberDescription) -> Member:
    assigned = told.assignment.topic_partitions if told.assignment else []
    return Member(
        member_id=told.member_id,
        client_id=told.client_id,
        host=told.host,
        partitions=tuple(sorted((one.topic, one.partition) for one in assigned)),
    )


_PROTOCOLS: dict[Enum, Literal["classic", "consumer"]] = {
    ConsumerGroupType.CLASSIC: "classic",
    ConsumerGroupType.CONSUMER: "consumer",
}

_STATES: dict[Enum, GroupState] = {
    ConsumerGroupState.STABLE: "reading",
    ConsumerGroupState.PREPARING_REBALANCING: "rebalancing",
    ConsumerGroupState.COMPLETING_REBALANCING: "rebalancing",
    ConsumerGroupState.EMPTY: "no members",
    ConsumerGroupState.DEAD: "no members",
}


def shown_state(state: Enum, members: int) -> GroupState:
    """Kafka's state in our words.

    The client has no names for Assigning and Reconciling of the newer protocol: they come as
    UNKNOWN, and a group that has members then is rebalancing (lag.md, case 9).
    """
    if state in _STATES:
        return _STATES[state]
    return "rebalancing" if members else "unknown"
