"""What can be said with an action."""

from __future__ import annotations

import pytest

from dashboard.control import arguments
from dashboard.control.refusal import Refusal


def test_an_action_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match="pause, resume, slow, rate, start, stop") as caught:
        arguments.check("explode", {})
    assert caught.value.status == 404


def test_an_argument_that_the_action_does_not_know_is_refused() -> None:
    with pytest.raises(Refusal, match="'minutes'; it takes seconds") as caught:
        arguments.check("pause", {"minutes": 1})
    assert caught.value.status == 422
    with pytest.raises(Refusal, match="it takes nothing"):
        arguments.check("resume", {"seconds": 1})


@pytest.mark.parametrize("given", [60, 60.0, "60", " 60 "])
def test_numbers_come_from_json_and_from_forms(given: object) -> None:
    assert arguments.seconds({"seconds": given}) == 60


@pytest.mark.parametrize("given", [{}, {"seconds": None}, {"seconds": ""}])
def test_without_seconds_it_holds_until_it_is_taken_back(given: dict[str, object]) -> None:
    assert arguments.seconds(given) is None


@pytest.mark.parametrize(
    "given", [0, -1, "0", 86_401, "soon", True, [], {}, float("nan"), float("inf"), "nan", 10**400]
)
def test_seconds_out_of_bounds_are_refused(given: object) -> None:
    with pytest.raises(Refusal, match="seconds must be a number") as caught:
        arguments.seconds({"seconds": given})
    assert caught.value.status == 422


def test_what_must_be_said_is_missed() -> None:
    with pytest.raises(Refusal, match="ms_per_event is missing"):
        arguments.ms_per_event({})
    with pytest.raises(Refusal, match="per_second is missing"):
        arguments.per_second({})


def test_full_speed_is_zero_and_a_rate_is_never_zero() -> None:
    assert arguments.ms_per_event({"ms_per_event": 0}) == 0
    with pytest.raises(Refusal, match="above 0"):
        arguments.per_second({"per_second": 0})
