"""Switches the line of direct calls on and off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from dashboard.control.refusal import Refusal
from dashboard.control.wishes import Change, NotTaken, Wishes
from dashboard.picture.actions import NO_TWIN, TWIN_RUNS, TWIN_STOPPED
from dashboard.picture.ids import service_node
from dashboard.picture.shown import Shown
from dashboard.supervisor.refusal import SupervisorRefusal
from dashboard.supervisor.supervisor import Supervisor
from flowviz.kit.wish import Rate, Wish

NEUTRAL: Mapping[str, Any] = {
    "mode": "running",
    "until_at": None,
    "ms_per_event": 0,
    "rate": None,
    "rate_until_at": None,
}
"""What is wanted of a service of which nobody has wished anything."""


@dataclass(frozen=True, slots=True)
class Twin:
    supervisor: Supervisor
    wishes: Wishes
    view: Callable[[], Shown]
    by: str = "the line over the log"

    def start(self) -> None:
        """Starts every service of it, in the condition in which its original is now.

        Raises Refusal.
        """
        self._demand()
        if not self._some("stopped"):
            raise Refusal(409, TWIN_RUNS)
        try:
            self._as_originals()
        except NotTaken as failure:
            raise Refusal(503, str(failure)) from None
        self._ask(self.supervisor.start_service)

    def stop(self) -> None:
        """Ends every process of it in order. Raises Refusal."""
        self._demand()
        if not self._some("running"):
            raise Refusal(409, TWIN_STOPPED)
        self._ask(self.supervisor.stop_service)

    def _some(self, what: Literal["running", "stopped"]) -> bool:
        """Whether some service of the line has a process, or one that is wanted; or has none."""
        stopped = []
        try:
            for service in self.supervisor.scenario.twin:
                phases = self.supervisor.phases(service)
                gone = all(phase == "stopped" for phase in phases)
                stopped.append(gone or self.supervisor.is_ending(service))
        except SupervisorRefusal as refusal:
            raise Refusal(409, str(refusal)) from None
        return any(stopped) if what == "stopped" else not all(stopped)

    def _demand(self) -> None:
        if not self.supervisor.scenario.twin:
            raise Refusal(409, NO_TWIN)

    def _ask(self, request: Callable[[str], None]) -> None:
        try:
            for service in self.supervisor.scenario.twin:
                request(service)
        except SupervisorRefusal as refusal:
            raise Refusal(409, str(refusal)) from None

    def _as_originals(self) -> None:
        """Who is paused or slow over the log is so by direct calls too: else the two lines would
        not be the same one. Only what differs is wished."""
        services, scenario = self.view().services, self.supervisor.scenario.services
        changes: dict[str, Change] = {}
        seen: dict[str, str | None] = {}
        for name in self.supervisor.scenario.twin:
            original = services.get(service_node(scenario[name].twin_of or ""))
            wanted = _condition(original)
            double = services.get(service_node(name))
            if wanted != _condition(double):
                changes[name] = _change(wanted)
                seen[name] = ((double or {}).get("want") or {}).get("id")
        if changes:
            self.wishes.change(changes, seen, self.by)


def _condition(entity: Mapping[str, Any] | None) -> dict[str, Any]:
    want = (entity or {}).get("want") or NEUTRAL
    return {name: want[name] for name in NEUTRAL}


def _change(wanted: Mapping[str, Any]) -> Change:
    per_second = wanted["rate"]
    rate = None if per_second is None else Rate(per_second, wanted["rate_until_at"])

    def change(wish: Wish) -> Wish:
        return replace(
            wish,
            mode=wanted["mode"],
            until_at=wanted["until_at"],
            ms_per_event=wanted["ms_per_event"],
            rate=rate,
        )

    return change
