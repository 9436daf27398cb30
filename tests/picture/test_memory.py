"""Nothing grows: a picture that has watched for long holds no more than after a short while."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import pytest

from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from tests.picture.sights import (
    START,
    entry,
    event,
    group,
    picture_of,
    process,
    status,
    survey,
    topics,
    wish,
)

STEP_MS = 2_100
PARTS, GRADED = ("parts", 0), ("graded", 0)
LIFE_STEPS = 50
NAMES = 4
"""Services, topics and groups that live at one time; their names change all the while."""


def held(thing: object) -> int:
    """Objects reachable from `thing`: containers, and the instances that hold them."""
    known: set[int] = set()
    waiting: list[Any] = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in known or isinstance(one, str | int | float | type(None)) or callable(one):
            continue
        known.add(id(one))
        if isinstance(one, dict):
            waiting.extend((*one.keys(), *one.values()))
        elif isinstance(one, list | tuple | set | frozenset | deque):
            waiting.extend(one)
        else:
            waiting.extend(vars(one).values() if hasattr(one, "__dict__") else ())
            slots = (name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ()))
            waiting.extend(getattr(one, name, None) for name in slots)
    return len(known)


class Churn:
    """A cluster on which everything comes, speaks, and goes for good."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.picture: Picture = picture_of()
        self.now = START
        self.step_number = 0

    def name(self, kind: str) -> str:
        """A name that is alive now; each lives for fifty steps."""
        generation = self.step_number // LIFE_STEPS
        return f"{kind}-{generation}-{self.random.randrange(NAMES)}"

    def step(self) -> None:
        self.now += STEP_MS
        self.step_number += 1
        n = self.step_number
        topic, service, reader = self.name("topic"), self.name("service"), self.name("group")
        here = {f"topic-{n // LIFE_STEPS}-{k}": 2 for k in range(NAMES)}
        places = [(topic, 0), (topic, 1)]
        groups = (seen.StatusGroup(reader, f"m{n}", (topic,)),)
        facts = group(
            reader,
            dict.fromkeys(places, n),
            ledger={place: entry(n, number=1 + n // 100) for place in places},
        )
        source = self.random.choice([None, service])
        for observation in (
            topics(self.now, **here),
            status(
                self.now,
                service,
                groups=groups,
                acked={places[0]: n},
                writes=(topic,),
                pid=n,
                calls={self.name("service"): seen.CallsSeen(n, 0, 0, 0, None, None)},
            ),
            process(self.now, "running", f"process-{n % NAMES}"),
            wish(self.now, service=service, id=f"w{n}"),
            seen.CommandSeen(self.now, f"w{n}", service, "pause", "sent"),
            seen.EventsSeen(
                self.now,
                tuple(
                    event(topic, 9 * n + k, source=source, cause="c", seen_at=self.now)
                    for k in range(5)
                ),
            ),
            survey(self.now, facts, ends=dict.fromkeys(places, n + 5)),
        ):
            self.picture.observe(observation)
        self.picture.tick(self.now)
        self.picture.shown()

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.step()


LARGE_CAPS = (
    "acked.MAX_ACKED",
    "duplicates.MAX_REMEMBERED",
    "duplicates.MAX_SERVICES",
    "services.MAX_SERVICES",
    "services.MAX_WISHES",
    "writers.MAX_MORE_SOURCES",
    "writers.MAX_SOURCES",
    "writers.MAX_WRITE_EDGES",
)
"""Caps that this test would take long to reach; each has a test of its own as it is."""


def test_a_long_watch_holds_no_more_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for cap in LARGE_CAPS:
        monkeypatch.setattr(f"dashboard.picture.{cap}", 60)
    churn = Churn()
    churn.steps(12 * LIFE_STEPS)
    short = held(churn.picture)
    churn.steps(24 * LIFE_STEPS)
    assert held(churn.picture) < short * 1.1
