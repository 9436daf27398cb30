"""Members of a group that no instance of its service is, and what they keep from being read."""

from __future__ import annotations

import pytest

from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from tests.picture.declared import QUALITY, declaration
from tests.picture.sights import (
    SECOND,
    START,
    picture_of,
    process,
    reader_status,
    status,
    survey,
    topics,
)

ENDS: dict[seen.Partition, int | None] = {("parts", number): 10 for number in range(3)}


def group(**members: tuple[int, ...]) -> seen.GroupFacts:
    """`m1=(0,)`: a member and the partitions that Kafka tells of it."""
    return seen.GroupFacts(
        group="quality",
        state="reading",
        protocol="consumer",
        members=tuple(
            seen.Member(name, "rdkafka", "host", tuple(("parts", one) for one in held))
            for name, held in members.items()
        ),
        committed={("parts", 0): seen.Commit(10)},
        ledger={},
    )


def line() -> Picture:
    return picture_of(topics(parts=3), declaration(quality=QUALITY), reader_status())


def surveyed(picture: Picture, facts: seen.GroupFacts, seconds: int) -> None:
    for second in range(seconds + 1):
        at = START + second * SECOND
        picture.observe(reader_status(at))
        picture.observe(survey(at, facts, ends=ENDS))
        picture.tick(at)


def told(picture: Picture) -> tuple[str | None, str | None]:
    shown = picture.shown()
    return shown.groups["g:quality"]["strangers"], shown.services["s:quality"]["reason"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"m1": (0,), "ghost": (1, 2)}, "a member that nobody knows holds 2 of 3 partitions"),
        (
            {"m1": (0,), "ghost": ()},
            "a member that nobody knows, and 2 of 3 partitions with none of its instances",
        ),
        (
            {"m1": (0,), "ghost": (1,), "other": (2,)},
            "2 members that nobody knows hold 2 of 3 partitions",
        ),
        ({"m1": (0, 1, 2), "ghost": ()}, "a member that nobody knows in its group"),
    ],
)
def test_a_member_that_nobody_knows_is_told_with_what_it_has(
    members: dict[str, tuple[int, ...]], words: str
) -> None:
    picture = line()
    surveyed(picture, group(**members), 14)
    assert told(picture) == (None, None), "one that was killed may still be counted"
    surveyed(picture, group(**members), 15)
    assert told(picture) == (words, words)
    surveyed(picture, group(m1=(0, 1, 2)), 16)
    assert told(picture) == (None, None)


def test_its_own_instances_are_no_strangers_nor_is_one_that_has_not_said_who_it_is() -> None:
    picture = line()
    surveyed(picture, group(m1=(0, 1, 2)), 30)
    assert told(picture) == (None, None)
    # It has begun again: who it is in the group nobody knows, so nobody there is a stranger.
    at = START + 31 * SECOND
    picture.observe(process(at, "running", pid=101))
    picture.observe(status(at, pid=101))
    for second in range(31, 60):
        at = START + second * SECOND
        picture.observe(status(at, pid=101))
        picture.observe(survey(at, group(m1=(), new=(0, 1, 2)), ends=ENDS))
    assert told(picture)[0] is None


def test_one_that_crashed_is_known_as_long_as_it_is_counted() -> None:
    picture = line()
    surveyed(picture, group(m1=(0, 1, 2)), 1)
    picture.observe(process(START + 2 * SECOND, "crashed"))
    for second in range(2, 40):
        picture.observe(survey(START + second * SECOND, group(m1=(0, 1, 2)), ends=ENDS))
    assert told(picture)[0] is None


def test_where_partitions_with_events_are_read_by_nobody_it_is_not_called_well() -> None:
    picture = line()
    surveyed(picture, group(m1=(0,), ghost=(1, 2)), 20)
    found = picture.shown().groups["g:quality"]
    assert (found["lag"], found["at_least"], found["unknown_partitions"]) == (0, True, 2)
    assert found["health"] is None
    # Where nothing ever came there is nothing to be behind of.
    empty = line()
    for second in range(20):
        at = START + second * SECOND
        ends: dict[seen.Partition, int | None] = {**ENDS, ("parts", 1): 0, ("parts", 2): 0}
        empty.observe(survey(at, group(m1=(0,)), ends=ends))
        empty.tick(at)
    assert empty.shown().groups["g:quality"]["health"] == "ok"
