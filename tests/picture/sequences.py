"""Sequences of sights in time: what they go on from, and when each was made."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from dashboard.picture import observations as seen
from tests.picture.sights import START, entry, group, process, reader_status, status, survey
from tests.picture.strategies import TOPICS, Step


def placed(observation: seen.Observation, now: int) -> seen.Observation:
    """The observation made at `now`, with the times inside it moved along."""
    moved: dict[str, Any] = {
        field.name: value + now
        for field in fields(observation)
        if (field.name == "at" or field.name.endswith("_at"))
        and (value := getattr(observation, field.name)) is not None
    }
    if isinstance(observation, seen.EventsSeen):
        moved["events"] = tuple(
            one._replace(
                seen_at=one.seen_at + now,
                event_at=None if one.event_at is None else one.event_at + now,
            )
            for one in observation.events
        )
    return replace(observation, **moved)


PRELUDE: list[Step] = [
    (0, seen.TopicsSeen(0, {name: seen.TopicFacts("one", 2) for name in TOPICS})),
    (0, reader_status(0, instance="one", pid=1)),
    (
        0,
        survey(
            0,
            group(committed={("parts", 0): 1}, ledger={("parts", 0): entry(1)}),
            ends={(name, partition): 3 for name in TOPICS for partition in (0, 1)},
        ),
    ),
]
"""What a random sequence goes on from, so that it soon meets what is known."""
BY_CALLS: list[Step] = [
    (
        0,
        seen.DeclarationSeen(
            0,
            "A line",
            None,
            "parts",
            (),
            {
                "in": seen.DeclaredService((), ("parts",), None, ()),
                "out": seen.DeclaredService((), ("graded",), None, ()),
                "scanner": seen.DeclaredService(
                    (), (), None, ("one",), on_request=True, twin_of="in", calls=("quality",)
                ),
                "quality": seen.DeclaredService(
                    (), (), None, ("one",), on_request=True, twin_of="out"
                ),
            },
        ),
    ),
    *((0, process(0, "running", name, instance="one", pid=1)) for name in ("scanner", "quality")),
    *((0, status(0, name, instance="one", pid=1)) for name in ("scanner", "quality")),
    *(
        (
            1,
            status(
                0,
                "scanner",
                instance="one",
                pid=1,
                calls={"quality": seen.CallsSeen(n, 0, 0, 0, None, None)},
            ),
        )
        for n in (1, 2)
    ),
]
"""The same, where these two are a line of direct calls that is at work."""


def in_time(
    sequence: list[Step], start: int = START, *, by_calls: bool = False
) -> list[tuple[int, seen.Observation | None]]:
    """(now, what is seen then) for each step, after the prelude."""
    now, found = start, []
    for pause, observation in [*PRELUDE, *(BY_CALLS if by_calls else ()), *sequence]:
        now += pause
        found.append((now, None if observation is None else placed(observation, now)))
    return found
