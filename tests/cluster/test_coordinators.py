from __future__ import annotations

import pytest

from dashboard.cluster.coordinators import NONE_AWAY, Coordinators, partition_of

KAFKA_SAYS = {
    "": 0,
    "hello": 22,
    "quality": 3,
    "\N{GRINNING FACE}": 49,
    # Names whose Java hash is negative.
    "inventory": 10,
    "shipping": 8,
    "orders": 31,
    "polygenelubricants": 0,  # the least number of all, which has no counterpart above zero
}
"""The partition of fifty, which is how many Kafka makes unless told otherwise."""


@pytest.mark.parametrize(("group", "partition"), KAFKA_SAYS.items())
def test_a_group_is_kept_where_kafka_keeps_it(group: str, partition: int) -> None:
    assert partition_of(group, 50) == partition
    assert partition_of(group, 1) == 0


def test_only_groups_whose_partition_nobody_leads_are_away() -> None:
    some = Coordinators(4, frozenset({partition_of("quality", 4)}))
    assert some.is_away("quality")
    assert not Coordinators(4, frozenset({3 - partition_of("quality", 4)})).is_away("quality")
    assert not NONE_AWAY.is_away("quality")
