"""What can be asked of a service, and where it can never work, why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.picture.observations import ProcessPhase

ACTIONS = ("pause", "resume", "slow", "rate", "start", "stop")

LOOKING_ONLY = "Flowviz was started for looking only."
NO_KIT = "It does not use the Flowviz kit, so it cannot be asked."
NOT_OURS = "Only the demonstration's own processes can be started and stopped."
READS_NOTHING = "It reads nothing, so there is nothing to slow down."
NO_OWN_PACE = "It works at the pace of what it reads."
ALREADY_RUNNING = "It is running already."
RESTARTS_ITSELF = "It is about to start again by itself."
ALREADY_STOPPED = "It is stopped already."

_ENDED: frozenset[ProcessPhase] = frozenset(("stopped", "crashed", "failed"))


@dataclass(frozen=True, slots=True)
class Doer:
    """What decides which actions a service can take."""

    kit: bool
    """It reports through the kit, or a document of ours says that it will."""
    reads: bool
    processes: tuple[ProcessPhase, ...]
    refused: Mapping[str, str]
    """Action -> the reason it gave itself when it was asked."""


def actions(doer: Doer, *, can_act: bool, owns_processes: bool) -> dict[str, str | None]:
    """Action -> None where it can be asked, else one short sentence that says why not."""
    if not can_act:
        return dict.fromkeys(ACTIONS, LOOKING_ONLY)
    asked = None if doer.kit else NO_KIT
    found: dict[str, str | None] = {
        "pause": asked,
        "resume": asked,
        "slow": asked or (None if doer.reads else READS_NOTHING),
        "rate": asked or (NO_OWN_PACE if doer.reads else None),
        "start": _start(doer, owns_processes),
        "stop": _stop(doer, owns_processes),
    }
    for action, reason in doer.refused.items():
        if action in found:
            found[action] = reason
    return found


def _start(doer: Doer, owns_processes: bool) -> str | None:
    if not owns_processes or not doer.processes:
        return NOT_OURS
    if any(phase in _ENDED for phase in doer.processes):
        return None
    if "restarting" in doer.processes:
        return RESTARTS_ITSELF
    return ALREADY_RUNNING


def _stop(doer: Doer, owns_processes: bool) -> str | None:
    if not owns_processes or not doer.processes:
        return NOT_OURS
    return ALREADY_STOPPED if all(phase == "stopped" for phase in doer.processes) else None
