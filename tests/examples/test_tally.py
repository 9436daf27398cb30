"""Counts of parts, told as they were a while ago."""

from __future__ import annotations

from collections import Counter

import pytest

from examples.assembly_line import tally as module
from examples.assembly_line.tally import Tally

KINDS = ["gear", "bolt", "gear", "shaft"]


def counted(first: int = 0) -> Tally:
    tally = Tally()
    for number, kind in enumerate(KINDS):
        assert tally.add(0, first + number, kind, at=1_000 + number)
    return tally


def test_a_part_is_counted_once() -> None:
    tally = counted()
    assert not tally.add(0, 2, "gear", at=None)
    assert tally.counts({0}) == Counter(KINDS)
    assert tally.counts({1}) == Counter()


@pytest.mark.parametrize("reached", range(-1, 4))
def test_the_counts_are_known_as_they_were_at_every_offset(reached: int) -> None:
    assert counted().at(0, reached) == Counter(KINDS[: reached + 1])


def test_what_is_not_counted_so_far_is_not_known() -> None:
    assert counted().at(0, 4) is None
    assert counted().at(1, 0) is None


def test_what_the_log_no_longer_has_is_not_known_and_said_so() -> None:
    cut = counted(first=10)
    assert (cut.at(0, 8), cut.at(0, 9)) == (None, Counter())
    assert cut.at(0, 11) == Counter(KINDS[:2])
    assert (cut.begins_at(), counted().begins_at()) == (1_000, None)
    cut.add(1, 4, "gear", at=900)
    assert cut.begins_at() == 900, "the earliest there is: so the page tells of the log too"


def test_what_is_kept_to_count_back_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RECENT", 2)
    tally = counted()
    assert tally.at(0, 0) is None
    assert tally.at(0, 1) == Counter(KINDS[:2])
    assert len(tally.shares[0].recent) == 2
    assert tally.counts({0}) == Counter(KINDS)
