"""What can be said with an action."""

from __future__ import annotations

import pytest

from dashboard.control import arguments
from dashboard.control.refusal import Refusal


def test_an_action_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match=r"pause, resume, slow, .*, start, stop, crash") as caught:
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


@pytest.mark.parametrize("given", [0, 7, 1.5, "many", None])
def test_a_service_has_one_to_six_instances(given: object) -> None:
    assert arguments.instances({"instances": "3"}) == 3
    with pytest.raises(Refusal, match="instances") as caught:
        arguments.instances({"instances": given})
    assert caught.value.status == 422


def test_a_flood_and_a_crash_last_as_long_as_told_within_bounds() -> None:
    assert arguments.flood_seconds({}) == 5
    assert arguments.down_seconds({}) == 10
    assert arguments.down_seconds({"seconds": 3}) == 3
    with pytest.raises(Refusal, match="at most 10"):
        arguments.flood_seconds({"seconds": 11})


def test_a_place_to_read_again_from_is_the_start_an_instant_or_offsets() -> None:
    assert arguments.to({"to": "earliest"}) == "earliest"
    assert arguments.to({"to": 1_763_870_000_000}) == 1_763_870_000_000
    assert arguments.to({"to": {"parts": {"0": 7}}}) == {"parts": {0: 7}}


@pytest.mark.parametrize(
    "given",
    [
        *(None, "latest", -1, True, 1.5, [], {}),
        *({"parts": 7}, {"parts": {}}, {"parts": {"a": 1}}, {"parts": {"0": "1"}}),
        *({"parts": {"0": -5}}, {"parts": {"0": 2**53 + 1}}),
        {"parts": {str(number): 0 for number in range(1_001)}},
    ],
)
def test_any_other_place_is_refused(given: object) -> None:
    with pytest.raises(Refusal, match="to") as caught:
        arguments.to({"to": given})
    assert caught.value.status == 422


def test_options_are_a_few_scalars() -> None:
    assert arguments.options({"dedupe": True, "note": None}) == {"dedupe": True, "note": None}
    too_many: dict[str, object] = {f"o{n}": 1 for n in range(21)}
    wrong: list[dict[str, object]] = [{}, {"a": []}, {"a": 10**400}, too_many]
    for bad in wrong:
        with pytest.raises(Refusal) as caught:
            arguments.options(bad)
        assert caught.value.status == 422


def test_a_form_says_in_text_what_json_says_with_types() -> None:
    assert arguments.from_form("options", {"dedupe": "true", "mode": "fast", "empty": ""}) == {
        "dedupe": True,
        "mode": "fast",
    }
    assert arguments.from_form("rewind", {"to": "earliest"}) == {"to": "earliest"}
    assert arguments.from_form("rewind", {"to": '{"parts": {"0": 7}}'}) == {
        "to": {"parts": {"0": 7}}
    }
    assert arguments.from_form("crash", {"instance": "7", "seconds": "3"}) == {
        "instance": "7",
        "seconds": "3",
    }
