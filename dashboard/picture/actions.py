"""What can be asked of a service or of the demonstration, and where it cannot, why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.picture.observations import ProcessPhase

WISHES = ("pause", "resume", "slow", "rate", "flood", "rewind", "options")
"""Asked of the service itself; each holds the whole wish, so a newer one replaces it."""
PROCESS_ACTIONS = ("start", "stop", "crash", "freeze", "thaw", "scale")
"""Done to its processes by the supervisor of the demonstration."""
ACTIONS = (*WISHES, *PROCESS_ACTIONS)
CLUSTER_ACTIONS = ("broker-kill", "broker-restart", "start-over", "twin-start", "twin-stop")

LOOKING_ONLY = "Flowviz was started for looking only."
NO_KIT = "It does not use the Flowviz kit, so it cannot be asked."
NOT_OURS = "Its processes are not the demonstration's own: that is done where they run."
NOTHING_TO_SLOW = "It reads nothing, so there is nothing to slow down."
NOTHING_TO_REWIND = "It reads nothing from the log, so there is nothing to read again."
NOTHING_TO_SHARE = "It reads nothing, so there are no partitions that several could share."
NO_OWN_PACE = "It works at the pace of what it reads."
CALLED = "It works at the pace at which it is called."
ALREADY_RUNNING = "It is running already."
RESTARTS_ITSELF = "It is about to start again by itself."
ALREADY_STOPPED = "It is stopped already."
STOPPED = "It is stopped; start it first."
NOT_RUNNING = "None of its processes is running just now."
ALREADY_FROZEN = "It is frozen already."
NOT_FROZEN = "It is not frozen."
FROZEN = "It is frozen; thaw it instead."

NOT_OUR_KAFKA = "Only the demonstration's own Kafka can be killed and restarted."
KAFKA_IS_NOT_RUNNING = "Kafka is not running just now."
NOT_ANEW = "Only on the demonstration's own Kafka can everything be made anew."
STARTING_OVER = "Everything is being started over just now."
NO_TWIN = "This demonstration has no line of direct calls."
TWIN_RUNS = "The line of direct calls is running already."
TWIN_STOPPED = "The line of direct calls is not running."

_ENDED: frozenset[ProcessPhase] = frozenset(("stopped", "crashed", "failed"))


@dataclass(frozen=True, slots=True)
class Doer:
    """What decides which actions a service can take."""

    kit: bool
    """It reports through the kit, or a document of ours says that it will."""
    reads: bool
    called: bool
    """Others call it directly."""
    processes: tuple[ProcessPhase, ...]
    """Of its instances, where they are our own."""
    refused: Mapping[str, str]
    """Action -> the reason it gave itself when it was asked."""
    starting_over: bool = False


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What decides what can be done to all of it."""

    broker: str | None
    """The phase of its own Kafka; None where Kafka is somebody else's."""
    twin: tuple[ProcessPhase, ...]
    """The processes of the line of direct calls."""
    starting_over: bool = False


def actions(doer: Doer, *, can_act: bool, owns_processes: bool) -> dict[str, str | None]:
    """Action -> None where it can be asked, else one short sentence that says why not."""
    if not can_act:
        return dict.fromkeys(ACTIONS, LOOKING_ONLY)
    if doer.starting_over:
        return dict.fromkeys(ACTIONS, STARTING_OVER)
    found = _wishes(doer)
    if owns_processes and doer.processes:
        found |= process_actions(doer.processes, reads=doer.reads)
    else:
        found |= dict.fromkeys(PROCESS_ACTIONS, NOT_OURS)
    for action, reason in doer.refused.items():
        if action in found:
            found[action] = reason
    return found


def _wishes(doer: Doer) -> dict[str, str | None]:
    if not doer.kit:
        return dict.fromkeys(WISHES, NO_KIT)
    follows = NO_OWN_PACE if doer.reads else CALLED if doer.called else None
    return {
        "pause": None,
        "resume": None,
        "slow": None if doer.reads or doer.called else NOTHING_TO_SLOW,
        "rate": follows,
        "flood": follows,
        "rewind": None if doer.reads else NOTHING_TO_REWIND,
        "options": None,
    }


def process_actions(phases: tuple[ProcessPhase, ...], *, reads: bool) -> dict[str, str | None]:
    """Of PROCESS_ACTIONS alone; `phases` of the processes that are meant, at least one."""
    stopped = all(phase == "stopped" for phase in phases)
    alive = any(phase in ("running", "frozen") for phase in phases)
    return {
        "start": _start(phases),
        "stop": ALREADY_STOPPED if stopped else None,
        "crash": None if alive else NOT_RUNNING,
        "freeze": None if "running" in phases else ALREADY_FROZEN if alive else NOT_RUNNING,
        "thaw": None if "frozen" in phases else NOT_FROZEN,
        "scale": NOTHING_TO_SHARE if not reads else STOPPED if stopped else None,
    }


def _start(phases: tuple[ProcessPhase, ...]) -> str | None:
    if any(phase in _ENDED for phase in phases):
        return None
    if "restarting" in phases:
        return RESTARTS_ITSELF
    if "frozen" in phases:
        return FROZEN
    return ALREADY_RUNNING


def cluster_actions(
    demonstration: Demonstration, *, can_act: bool, owns_processes: bool
) -> dict[str, str | None]:
    """Action on the whole -> None where it can be asked, else why not."""
    if not can_act:
        return dict.fromkeys(CLUSTER_ACTIONS, LOOKING_ONLY)
    if demonstration.starting_over:
        return dict.fromkeys(CLUSTER_ACTIONS, STARTING_OVER)
    broker = demonstration.broker if owns_processes else None
    away = None if broker == "running" else KAFKA_IS_NOT_RUNNING
    twin = demonstration.twin if owns_processes else ()
    runs = [phase != "stopped" for phase in twin]
    return {
        "broker-kill": NOT_OUR_KAFKA if broker is None else away,
        "broker-restart": NOT_OUR_KAFKA if broker is None else away,
        "start-over": NOT_ANEW if broker is None else away,
        "twin-start": NO_TWIN if not twin else TWIN_RUNS if all(runs) else None,
        "twin-stop": NO_TWIN if not twin else None if any(runs) else TWIN_STOPPED,
    }
