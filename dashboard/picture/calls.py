"""Who calls whom directly, and what came of it: from documents, and from what callers report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from dashboard.picture.ids import call_edge, service_node
from dashboard.picture.observations import CallsSeen, StatusSeen
from dashboard.picture.rates import Count, quantised
from dashboard.picture.section import Entity
from dashboard.picture.text import clipped_or_none

MAX_CALL_EDGES = 1_000
"""Edges that reports tell of; anyone can write a report."""
MAX_PROCESSES = 100
"""Processes of a caller whose counters are told apart, the newest."""


class Totals(NamedTuple):
    """Calls that have ended since this picture began to count; they never fall."""

    done: int = 0
    refused: int = 0
    timed_out: int = 0
    retried: int = 0

    def plus(self, other: Totals) -> Totals:
        return Totals(*(a + b for a, b in zip(self, other, strict=True)))

    def minus(self, other: Totals) -> Totals:
        """Never below 0: counters that fell began anew."""
        return Totals(*(max(0, a - b) for a, b in zip(self, other, strict=True)))


class CallEdge:
    """The calls of one service to another, over all instances and restarts of the caller."""

    def __init__(self, caller: str, callee: str) -> None:
        self.caller, self.callee = caller, callee
        self.answered = Count()
        """Only what was answered while we watched: it is there for its rate."""
        self.totals = Totals()
        self.processes = 0
        """Whose counters these are: each counts from its own start."""
        self._counted: dict[tuple[str, int | None], Totals] = {}
        """Process of an instance -> its counters, as told last."""
        self._newest: dict[str, CallsSeen] = {}
        """Instance -> what it told last."""

    def take(
        self, at: int, instance: str, pid: int | None, told: CallsSeen, *, live: bool = True
    ) -> None:
        """A process counts from its own start; together they count on.

        Not `live`: it was told before anybody watched, as nobody knows how long ago.
        """
        counts = Totals(told.done, told.refused, told.timed_out, told.retried)
        before = self._counted.pop((instance, pid), None)
        more = counts.minus(before or Totals())
        self.processes += before is None
        self._counted[instance, pid] = counts
        self._newest.pop(instance, None)
        self._newest[instance] = told
        for kept in (self._counted, self._newest):
            if len(kept) > MAX_PROCESSES:
                del kept[next(iter(kept))]  # type: ignore[arg-type]
        self.totals = self.totals.plus(more)
        # What a process tells first, it may have counted for hours: no movement of now.
        self.answered.add(at, more.done if live and before is not None else 0)

    def seconds(self, alive: Collection[str]) -> float | None:
        """How long an answered call takes; of several instances the slowest."""
        told = (self._newest[name].seconds for name in alive if name in self._newest)
        return max((one for one in told if one is not None), default=None)

    def entity(self, *, declared: bool, alive: Collection[str]) -> Entity:
        """`alive`: instances of the caller that report; without one nothing is known of now."""
        told = [self._newest[name] for name in sorted(alive) if name in self._newest]
        reasons = [one.reason for one in told if one.reason is not None]
        totals = self.totals
        seconds = self.seconds(alive)
        return {
            "kind": "calls",
            "from": service_node(self.caller),
            "to": service_node(self.callee),
            "certainty": "declared" if declared else "observed",
            "calls": totals.done + totals.refused + totals.timed_out,
            "failed": totals.refused + totals.timed_out,
            "refused": totals.refused,
            "timed_out": totals.timed_out,
            "retried": totals.retried,
            "rate": quantised(self.answered.lately()) if told else None,
            "seconds": None if seconds is None else round(seconds, 3),
            "failing": bool(reasons) if told else None,
            "reason": clipped_or_none(reasons[0]) if reasons else None,
        }


class Calls:
    def __init__(self) -> None:
        self._edges: dict[str, dict[str, CallEdge]] = {}
        """Caller -> callee -> edge."""
        self._count = 0
        self._declared: frozenset[tuple[str, str]] = frozenset()
        self._by_id: Mapping[str, CallEdge] | None = None

    def declare(self, calls: Mapping[str, Iterable[str]]) -> None:
        """Caller -> whom it calls, as a document says."""
        self._declared = frozenset((a, b) for a, callees in calls.items() for b in callees)
        for caller, callee in sorted(self._declared):
            self._edge(caller, callee)

    def take(self, status: StatusSeen) -> list[str]:
        """Take what an instance tells; gives the ids of the edges that it tells of."""
        found = []
        for callee, counts in status.calls.items():
            edge = self._edge(status.service, callee)
            if edge is not None:
                edge.take(status.at, status.instance, status.pid, counts, live=status.live)
                found.append(call_edge(status.service, callee))
        return found

    def _edge(self, caller: str, callee: str) -> CallEdge | None:
        """None where there is no room for one more."""
        edge = self._edges.get(caller, {}).get(callee)
        if edge is None and self._count < MAX_CALL_EDGES:
            edge = CallEdge(caller, callee)
            self._edges.setdefault(caller, {})[callee] = edge
            self._count += 1
            self._by_id = None
        return edge

    def forget(self, service: str) -> None:
        """The service is gone, and with it what it said; what a document says stays."""
        kept = {
            callee: edge
            for callee, edge in self._edges.pop(service, {}).items()
            if self.is_declared(edge)
        }
        if kept:
            self._edges[service] = kept
        self._count = sum(len(edges) for edges in self._edges.values())
        self._by_id = None

    def drawn(self) -> Mapping[str, CallEdge]:
        """Id -> edge."""
        if self._by_id is None:
            edges = (edge for of_one in self._edges.values() for edge in of_one.values())
            self._by_id = {call_edge(edge.caller, edge.callee): edge for edge in edges}
        return self._by_id

    def is_declared(self, edge: CallEdge) -> bool:
        return (edge.caller, edge.callee) in self._declared

    def of(self, caller: str) -> Iterable[CallEdge]:
        return self._edges.get(caller, {}).values()

    def ids_of(self, caller: str) -> list[str]:
        return [call_edge(caller, callee) for callee in self._edges.get(caller, ())]

    def callees(self, caller: str) -> list[str]:
        return sorted(self._edges.get(caller, ()))
