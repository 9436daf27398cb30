"""How each action changes the newest wish: what it does not speak of stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.control.changes import change, put_right
from dashboard.control.refusal import Refusal
from flowviz.kit.wish import MAX_OPTIONS, MAX_RATE_PER_SECOND, Rate, Rewind, Wish, parse

NOW = 1_763_870_000_000
BUSY = Wish(
    id="w1",
    service="quality",
    mode="paused",
    until_at=NOW + 1,
    ms_per_event=7,
    rate=Rate(3, None),
    rewind=Rewind("r1", "earliest"),
    options={"dedupe": True},
)


def test_a_pause_and_a_resume_leave_the_rest() -> None:
    resumed = change("resume", {}, NOW)(BUSY)
    assert (resumed.mode, resumed.until_at) == ("running", None)
    assert (resumed.ms_per_event, resumed.rate, resumed.rewind) == (7, BUSY.rate, BUSY.rewind)
    paused = change("pause", {"seconds": 60}, NOW)(resumed)
    assert (paused.mode, paused.until_at) == ("paused", NOW + 60_000)


def test_a_flood_is_the_highest_rate_for_some_seconds() -> None:
    assert change("flood", {}, NOW)(BUSY).rate == Rate(MAX_RATE_PER_SECOND, NOW + 5_000)


def test_a_rewind_has_the_id_of_the_wish_that_asks_for_it_so_that_it_is_done_once() -> None:
    again = change("rewind", {"to": "earliest"}, NOW)
    assert again(BUSY).rewind == Rewind(BUSY.id, "earliest")
    assert again(replace(BUSY, id="w2")).rewind == Rewind("w2", "earliest")
    offsets = change("rewind", {"to": {"parts": {"2": 7}}}, NOW)(BUSY)
    assert parse(offsets.encode()).rewind == offsets.rewind


def test_options_are_added_to_those_there_are_and_null_takes_one_back() -> None:
    more = change("options", {"retries": False}, NOW)(BUSY)
    assert more.options == {"dedupe": True, "retries": False}
    assert change("options", {"dedupe": None}, NOW)(more).options == {"retries": False}


def test_options_have_a_cap() -> None:
    full = change("options", {f"o{n}": n for n in range(MAX_OPTIONS)}, NOW)
    with pytest.raises(Refusal, match="at most 20 options"):
        full(BUSY)


def test_put_right_leaves_a_service_alone_but_for_a_rewind_that_is_done_once() -> None:
    assert put_right(BUSY) == Wish(id="w1", service="quality", rewind=BUSY.rewind)
