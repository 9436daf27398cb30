"""What disturbs a service just now: kinds of down, and what is done to it on purpose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dashboard.picture.states import State

Kind = Literal[
    "pause",
    "slow",
    "crash",
    "freeze",
    "stop",
    "scale",
    "broker",
    "flood",
    "rewind",
    "plug in",
    "outage",
]

_OF_STATE: Mapping[State, Kind] = {
    "pausing": "pause",
    "paused": "pause",
    "slow": "slow",
    "crashed": "crash",
    "frozen": "freeze",
    "stopped": "stop",
    "failed": "outage",
    "restarting": "outage",
    "unknown": "outage",
    "no members": "outage",
}
_SEEN_DOWN: frozenset[State] = frozenset(("failed", "restarting", "no members"))
AT_WORK: frozenset[State] = frozenset(("running", "slow", "reading"))
_ON_ITS_WAY: frozenset[State] = frozenset(("starting", "resuming", "rebalancing"))

STANDING: frozenset[Kind] = frozenset(("pause", "crash", "freeze", "stop", "outage", "broker"))
"""While one of these lasts, nothing can be caught up."""
MOMENTARY: frozenset[Kind] = frozenset(("rewind", "plug in"))
"""These do not last: what follows is the catching up."""


OF_AN_INSTANCE: frozenset[Kind] = frozenset(("crash", "freeze", "stop", "outage"))
"""These may meet some instances of a service and not the others; all else is asked of all."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What all instances of a service do, taken together."""

    kinds: frozenset[Kind]
    at_work: bool
    """Every instance works."""
    has_worked: bool
    """At least one does."""
    settled: bool
    """None is on its way from one state to another: what is starting is not back yet."""
    moved: bool
    """Its groups have settled among the instances that there are."""
    silent: bool
    """It is down only in that nothing is heard of it: it may well work."""
    held: bool
    """It really stands still; one that is only asked to pause may yet refuse."""
    hidden: frozenset[Kind] = frozenset()
    """What lasts all the while, though what it does now shows another one: who is paused, and
    crashes, is paused as soon as it is back."""
    met: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)
    """The instances that a kind of OF_AN_INSTANCE has met."""
    of: int = 1
    """Instances that there are."""

    @property
    def down(self) -> frozenset[str]:
        """All instances that one of OF_AN_INSTANCE has met."""
        return frozenset(name for names in self.met.values() for name in names)


def doing(
    named: Mapping[str, State],
    *,
    slowed: bool = False,
    unheard: bool = False,
    moved: bool = True,
    to_pause: bool = False,
) -> Doing:
    """`named`: the state of each instance.
    `slowed`: an instance says that it keeps to a pace, whatever else it does meanwhile.
    `unheard`: the brokers were away, so that silence says nothing of the service.
    `to_pause`: that is what is wanted of it."""
    found = set(named.values())
    kinds = {
        _OF_STATE[state]
        for state in found
        if state in _OF_STATE and not (state == "unknown" and unheard)
    }
    if slowed:
        kinds.add("slow")
    return Doing(
        kinds=frozenset(kinds),
        at_work=bool(found) and found <= AT_WORK,
        has_worked=bool(found & AT_WORK),
        settled=not found & _ON_ITS_WAY,
        moved=moved,
        silent="outage" in kinds and not found & _SEEN_DOWN,
        held=found != {"pausing"} and "paused" in found,
        hidden=frozenset(("pause",) if to_pause and kinds & OF_AN_INSTANCE else ()),
        met=_met(named),
        of=len(named),
    )


def joined(doings: Collection[Doing]) -> Doing:
    """What several services do that are one line: it works when all of them do."""
    return Doing(
        kinds=frozenset().union(*(one.kinds for one in doings)),
        at_work=all(one.at_work for one in doings),
        has_worked=any(one.has_worked for one in doings),
        settled=all(one.settled for one in doings),
        moved=all(one.moved for one in doings),
        silent=any(one.silent for one in doings)
        and all(one.silent for one in doings if "outage" in one.kinds),
        held=any(one.held for one in doings),
        hidden=frozenset().union(*(one.hidden for one in doings)),
    )


def _met(named: Mapping[str, State]) -> Mapping[Kind, tuple[str, ...]]:
    met: dict[Kind, list[str]] = {}
    for name, state in sorted(named.items()):
        kind = _OF_STATE.get(state)
        if kind in OF_AN_INSTANCE:
            met.setdefault(kind, []).append(name)
    return {kind: tuple(names) for kind, names in met.items()}
