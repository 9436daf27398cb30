from __future__ import annotations

import pytest

from dashboard.cluster.coordinators import NONE_AWAY, Coordinators, partition_of

JAVA_SAYS = {
    "": 0,
    "hello": 99_162_322,
    "polygenelubricants": -2_147_483_648,
    "quality": 651_215_103,
    "\N{GRINNING FACE}": 1_772_899,
}
"""`"...".hashCode()` of Java."""


@pytest.mark.parametrize(("group", "code"), JAVA_SAYS.items())
def test_a_group_is_kept_where_kafka_keeps_it(group: str, code: int) -> None:
    for partitions in (1, 4, 50):
        assert partition_of(group, partitions) == (code & 0x7FFF_FFFF) % partitions


def test_only_groups_whose_partition_nobody_leads_are_away() -> None:
    some = Coordinators(4, frozenset({partition_of("quality", 4)}))
    assert some.is_away("quality")
    assert not Coordinators(4, frozenset({3 - partition_of("quality", 4)})).is_away("quality")
    assert not NONE_AWAY.is_away("quality")
