"""A machine of the parts line works part by part, and by the tray when many wait."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from examples.assembly_line import station
from examples.assembly_line.station import MANY, TRAY, Station


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long machines worked, in place of waiting for them: theirs alone, for threads that other
    tests have left sleep too."""
    times: list[float] = []
    monkeypatch.setattr(station, "time", SimpleNamespace(sleep=times.append))
    return times


@pytest.mark.parametrize("waiting", [None, 0, MANY])
def test_with_few_waiting_each_part_takes_its_time(
    worked: list[float], waiting: int | None
) -> None:
    scale = Station(0.025)
    for _ in range(3):
        scale.work(waiting)
    assert (worked, scale.parts_at_a_time) == ([0.025] * 3, 1)


def test_with_many_waiting_a_tray_takes_the_time_of_one_part(worked: list[float]) -> None:
    scale = Station(0.025)
    for waiting in range(MANY + 1, 0, -1):
        scale.work(waiting)
    trays = MANY // TRAY
    assert len(worked) == trays + (MANY + 1 - trays * TRAY)
    assert scale.parts_at_a_time == 1, "what does not fill a tray is dealt with part by part"


def test_after_a_tray_it_takes_parts_until_many_wait_again(worked: list[float]) -> None:
    scale = Station(0.025)
    for waiting in (MANY + 1, *[0] * TRAY, MANY, MANY):
        scale.work(waiting)
    assert len(worked) == 4
