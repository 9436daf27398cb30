"""What people asked for, and what came of it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.picture.actions import PROCESS_ACTIONS, WISHES
from dashboard.picture.observations import CommandSeen, StatusSeen
from dashboard.picture.text import clipped, clipped_or_none

MAX_COMMANDS = 50
REPLACED = "a newer wish replaced it"
"""Why somebody who asked twice has no answer to the first; pages say nothing of it."""
UNANSWERED_AFTER_SECONDS = 10.0
"""Twice the silence after which an instance is unknown."""
NOT_SEEN_AFTER_SECONDS = dict.fromkeys((*PROCESS_ACTIONS, "twin-start", "twin-stop"), 60.0) | {
    "broker-kill": 120.0,
    "broker-restart": 120.0,
}
"""So long nobody has seen it done: a process has 10 s to end in order, and Kafka's takes tens of
seconds on a machine under load. A start over is told by who does it."""
State = Literal["sent", "obeyed", "rejected", "unanswered"]


@dataclass(slots=True)
class Command:
    id: str
    service: str
    action: str
    at: int
    state: State
    reason: str | None
    instance: str | None = None
    """The one of its instances that is meant; None: all."""
    instances: int | None = None
    """How many it was asked to be."""
    heard: bool = False
    """A report names it, though it is not done yet."""
    done_by: set[str] = field(default_factory=set)

    @property
    def open(self) -> bool:
        return self.state in ("sent", "unanswered")

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "service": self.service,
            "action": self.action,
            "state": self.state,
            "reason": self.reason,
            "at": self.at,
        }


class Commands:
    def __init__(self) -> None:
        self._commands: deque[Command] = deque(maxlen=MAX_COMMANDS)

    def take(self, seen: CommandSeen) -> None:
        found = self.find(seen.id)
        if found is not None:
            if seen.state != "sent":
                found.state, found.reason = seen.state, clipped_or_none(seen.reason)
            return
        if seen.action in WISHES:
            self._replace(seen.service)
        self._commands.append(
            Command(
                id=seen.id,
                service=clipped(seen.service),
                action=clipped(seen.action),
                at=seen.at,
                state=seen.state,
                reason=clipped_or_none(seen.reason),
                instance=seen.instance,
                instances=seen.instances,
            )
        )

    def confirm(self, done: Callable[[Command], bool]) -> list[str]:
        """Those that `done` says have been seen done are obeyed; gives the ids that changed."""
        changed = []
        for command in self._commands:
            if command.open and command.action in NOT_SEEN_AFTER_SECONDS and done(command):
                command.state, command.reason = "obeyed", None
                changed.append(command.id)
        return changed

    def _replace(self, service: str) -> None:
        for command in self._commands:
            if command.service == service and command.open and command.action in WISHES:
                command.state, command.reason = "unanswered", REPLACED

    def answered(self, status: StatusSeen, reporting: set[str]) -> Command | None:
        """The command that this status answers; obeyed once every instance has done it."""
        command = self.find(status.want) if status.want is not None else None
        if command is None or command.service != status.service or not command.open:
            return None
        command.heard = True
        if status.outcome == "rejected":
            command.state, command.reason = "rejected", clipped_or_none(status.reason)
        elif status.outcome == "done":
            command.done_by.add(status.instance)
            if reporting <= command.done_by:
                command.state, command.reason = "obeyed", None
        return command

    def tick(self, now: int) -> list[str]:
        """Give up waiting; gives the ids that changed."""
        changed = []
        for command in self._commands:
            waited = (now - command.at) / 1000
            if command.state != "sent" or command.heard:
                continue
            allowed, why = UNANSWERED_AFTER_SECONDS, "no report has named it"
            if command.action not in WISHES:
                allowed = NOT_SEEN_AFTER_SECONDS.get(command.action, math.inf)
                why = f"nobody has seen it done in {allowed:.0f} s"
            if waited >= allowed:
                command.state, command.reason = "unanswered", why
                changed.append(command.id)
        return changed

    def find(self, command_id: str) -> Command | None:
        return next((c for c in self._commands if c.id == command_id), None)

    def ids(self) -> list[str]:
        return [command.id for command in self._commands]
