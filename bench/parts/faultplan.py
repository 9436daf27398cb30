"""Which fault comes when, to whom, for how long: by chance, the same for the same seed. Pure.

Several at once are wanted, though never two for the same victim; and Kafka is left in peace for a
while after each of its own, so that parts flow in between.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

KAFKA = "Kafka"
BROKER_SHARE = 0.15
"""Of all faults, as far as Kafka's rest allows it."""
BROKER_REST_SECONDS = 12.0
"""From the end of one of Kafka's faults to the next: it needs six to serve again."""
REST_SECONDS = 1.5
"""From the end of a service's fault to its next."""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    least: float
    most: float
    """Seconds that it lasts."""
    rest: float = REST_SECONDS
    readers_only: bool = False


OF_SERVICES: tuple[Kind, ...] = (
    Kind("kill -9", 0.0, 0.0, rest=6.0),
    Kind("crash", 0.5, 8.0, rest=3.0),
    Kind("freeze", 0.5, 9.0),
    Kind("pause", 0.5, 6.0),
    Kind("stop", 0.5, 6.0),
    Kind("scale", 2.0, 9.0, readers_only=True),
)
OF_KAFKA: tuple[Kind, ...] = (
    Kind("kill -9", 0.0, 0.0, rest=BROKER_REST_SECONDS),
    Kind("restart", 0.0, 0.0, rest=BROKER_REST_SECONDS),
    Kind("freeze", 1.0, 8.0, rest=BROKER_REST_SECONDS),
)


@dataclass(frozen=True, slots=True)
class Fault:
    at: float
    """Seconds after the first part."""
    victim: str
    kind: str
    seconds: float
    """How long it lasts; 0 for what is over at once."""
    instances: int = 1
    """To how many it is scaled."""

    def words(self) -> str:
        how_many = f" to {self.instances}" if self.kind == "scale" else ""
        return f"{self.kind}{how_many}" + (f" for {self.seconds:.1f} s" if self.seconds else "")


def plan(
    seed: int, readers: Sequence[str], sources: Sequence[str], apart: tuple[float, float]
) -> Iterator[Fault]:
    """Faults without end, in the order of their time, so many seconds `apart` (least and most)."""
    chance = random.Random(seed)  # noqa: S311 - the same again is what is wanted
    services = [*readers, *sources]
    free_at = dict.fromkeys([KAFKA, *services], 0.0)
    at = 0.0
    while True:
        at += chance.uniform(*apart)
        if free_at[KAFKA] <= at and chance.random() < BROKER_SHARE:
            victim, kinds = KAFKA, OF_KAFKA
        else:
            free = [name for name in services if free_at[name] <= at]
            if not free:
                continue
            victim = chance.choice(free)
            kinds = tuple(
                kind for kind in OF_SERVICES if victim in readers or not kind.readers_only
            )
        kind = chance.choice(kinds)
        seconds = chance.uniform(kind.least, kind.most)
        free_at[victim] = at + seconds + kind.rest
        yield Fault(at, victim, kind.name, seconds, chance.randint(2, 4))
