"""How long it is tried to delete groups, by what is in the way."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError

from dashboard.cluster.forgetting import FORGET_SECONDS, READY_SECONDS, _patience

READ = KafkaError(KafkaError.NON_EMPTY_GROUP)


@pytest.mark.parametrize(
    "code",
    [
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError._TRANSPORT,
    ],
)
def test_a_broker_that_still_comes_up_is_waited_for_longer_than_members(code: int) -> None:
    assert READY_SECONDS > FORGET_SECONDS
    for errors in ([KafkaError(code)], [READ, KafkaError(code)]):
        assert _patience(errors, FORGET_SECONDS, READY_SECONDS) == READY_SECONDS
    assert _patience([READ, READ], FORGET_SECONDS, READY_SECONDS) == FORGET_SECONDS
