"""From where a service can read again, and what is said where it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from dashboard.control.arguments import To
from dashboard.control.refusal import Refusal
from dashboard.control.rewinding import demand
from dashboard.picture.lag import Offsets, PartitionLag
from dashboard.picture.observations import Partition

NOW = 1_763_870_000_000


def part(
    number: int, committed: int | None, start: int | None = 20, end: int = 100
) -> PartitionLag:
    return PartitionLag("parts", number, Offsets(committed, start, end), None, None, None)


PARTS = (part(0, 80), part(1, 50))


def at_time(found: Mapping[Partition, int | None]) -> Mapping[Partition, int | None]:
    return {("parts", 0): None, ("parts", 1): None, **found}


def refused(
    to: To,
    parts: Iterable[PartitionLag] = PARTS,
    found: Mapping[Partition, int | None] | None = None,
) -> tuple[int, str] | None:
    try:
        demand(to, "quality", tuple(parts), NOW, lambda _places, _at: at_time(found or {}))
    except Refusal as refusal:
        return refusal.status, refusal.sentence
    return None


def test_the_start_is_always_there() -> None:
    assert refused("earliest") is None


@pytest.mark.parametrize("offset", [20, 50, 80])
def test_an_offset_between_the_start_and_where_it_stands_is_one(offset: int) -> None:
    assert refused({"parts": {0: offset}}) is None


def test_any_other_offset_is_refused_with_those_there_are() -> None:
    assert refused({"parts": {0: 19}}) == (
        409,
        "parts [0] begins at 20 by now; what was before is removed.",
    )
    assert refused({"parts": {1: 51}}) == (
        409,
        "quality has come to 50 in parts [1]; it reads again from there or before.",
    )
    assert refused({"parts": {0: 30, 2: 1}}) == (422, "parts has no partition 2.")
    assert refused({"labels": {0: 1}}) == (422, "quality does not read labels.")


def test_where_it_stands_is_the_end_of_the_log_while_it_has_committed_nothing() -> None:
    assert refused({"parts": {0: 100}}, [part(0, None)]) is None
    assert refused({"parts": {0: 101}}, [part(0, None)]) is not None
    assert refused({"parts": {0: 1}}, [part(0, None, start=None)]) is None


def test_an_instant_is_one_from_which_it_has_read_something() -> None:
    assert refused(NOW - 1, found={("parts", 0): 79}) is None
    assert refused(NOW - 1, found={("parts", 0): 90, ("parts", 1): 20}) is None
    nothing = (409, "quality has read nothing that is from then or later.")
    assert refused(NOW - 1, found={("parts", 0): 80, ("parts", 1): 60}) == nothing
    assert refused(NOW - 1) == nothing
    assert refused(NOW + 1) == (422, "That instant is still to come; name one that has been.")


def test_what_is_not_known_is_left_to_the_service() -> None:
    assert refused(NOW - 1, [part(0, None), part(1, 50)]) is None
    assert refused(NOW - 1, []) is None
