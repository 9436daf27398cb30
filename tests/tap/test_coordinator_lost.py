"""When the surveyor takes a new client, because the one it has asks the wrong broker."""

from __future__ import annotations

import pytest

from dashboard.cluster.offsets import Commits
from dashboard.tap.coordinator_lost import ASTRAY_AFTER_SECONDS, CoordinatorLost

SILENT = "no answer in time"
MOVING = "the group is moving to another broker"
KNOWN = Commits({})


@pytest.mark.parametrize("why", [SILENT, MOVING])
def test_groups_of_one_broker_that_stay_silent_while_others_answer_need_a_new_client(
    why: str,
) -> None:
    lost = CoordinatorLost()
    assert not lost.take({"near": KNOWN, "far": why}, 0.0)
    assert not lost.take({"near": KNOWN, "far": why}, ASTRAY_AFTER_SECONDS - 1)
    assert lost.take({"near": KNOWN, "far": why}, ASTRAY_AFTER_SECONDS)


def test_a_group_that_answers_in_between_or_whose_broker_is_away_begins_anew() -> None:
    for between in ({"near": KNOWN, "far": KNOWN}, {"near": KNOWN}):
        lost = CoordinatorLost()
        assert not lost.take({"near": KNOWN, "far": SILENT}, 0.0)
        assert not lost.take(between, 5.0)
        assert not lost.take({"near": KNOWN, "far": SILENT}, ASTRAY_AFTER_SECONDS)


def test_when_no_group_answers_a_new_client_is_needed_at_once() -> None:
    assert CoordinatorLost().take({"near": SILENT, "far": SILENT}, 0.0)
    assert not CoordinatorLost().take({}, 0.0)


def test_a_group_that_this_user_may_not_look_at_needs_no_new_client() -> None:
    lost = CoordinatorLost()
    for at in (0.0, 2 * ASTRAY_AFTER_SECONDS):
        assert not lost.take({"near": KNOWN, "far": "this user may not look at the group"}, at)
