from __future__ import annotations

import pytest
from confluent_kafka import ConsumerGroupState

from dashboard.cluster.groups import shown_state


@pytest.mark.parametrize(
    ("told", "members", "shown"),
    [
        (ConsumerGroupState.STABLE, 1, "reading"),
        (ConsumerGroupState.PREPARING_REBALANCING, 1, "rebalancing"),
        (ConsumerGroupState.COMPLETING_REBALANCING, 1, "rebalancing"),
        (ConsumerGroupState.EMPTY, 0, "no members"),
        (ConsumerGroupState.DEAD, 0, "no members"),
        # Assigning and Reconciling of the newer protocol have no name in the client.
        (ConsumerGroupState.UNKNOWN, 1, "rebalancing"),
        (ConsumerGroupState.UNKNOWN, 0, "unknown"),
    ],
)
def test_a_group_s_state_is_told_in_our_words(
    told: ConsumerGroupState, members: int, shown: str
) -> None:
    assert shown_state(told, members) == shown
