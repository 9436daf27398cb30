"""Whether what was asked of processes, or of the demonstration's own Kafka, has been seen done.

No status names these commands, as statuses name wishes: the supervisor and the guard of Kafka tell
what has become of their processes, and by that they are confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dashboard.picture.cluster import Cluster
from dashboard.picture.commands import Command
from dashboard.picture.observations import ProcessSeen
from dashboard.picture.services import Services, ServiceWatch

SLACK_MS = 2
"""Two instants of one clock, each put into steady time by itself, may differ by this."""


def done(command: Command, services: Services, cluster: Cluster) -> bool:
    """Whether it has been seen. False for what is confirmed in another way."""
    match command.action:
        case "broker-kill":
            return command.at <= _at(cluster)
        case "broker-restart":
            return command.at <= _at(cluster) and cluster.broker == "running"
        case "twin-start" | "twin-stop":
            line = [watch for watch in services.all() if watch.is_twin]
            wanted = "running" if command.action == "twin-start" else "stopped"
            return bool(line) and all(_all_are(wanted, _processes(watch)) for watch in line)
        case "scale":
            watch = services.get(command.service)
            return watch is not None and _has(command.instances, watch)
    rule = _RULES.get(command.action)
    watch = services.get(command.service)
    if rule is None or watch is None:
        return False
    processes = [one for one in _processes(watch) if command.instance in (None, one.instance)]
    return bool(processes) and rule(command.at - SLACK_MS, processes)


def _processes(watch: ServiceWatch) -> list[ProcessSeen]:
    return [one.process for one in watch.instances.values() if one.process is not None]


def _at(cluster: Cluster) -> int:
    return -1 if cluster.broker_at is None else cluster.broker_at + SLACK_MS


def _all_are(phase: str, processes: Iterable[ProcessSeen]) -> bool:
    phases = {one.phase for one in processes}
    return phases == {phase}


def _has(wanted: int | None, watch: ServiceWatch) -> bool:
    """So many are declared, each has been started, and none is left that is too many."""
    declared = watch.declared.instances if watch.declared is not None else ()
    there = {one.instance for one in _processes(watch) if one.phase not in ("starting", "stopped")}
    return len(declared) == wanted and there == set(declared) == set(watch.instances)


def _started(at: int, processes: list[ProcessSeen]) -> bool:
    # What ran all the time is no proof: one of them was not there, or was about to go.
    return _all_are("running", processes) and any(one.since_at >= at for one in processes)


def _crashed(at: int, processes: list[ProcessSeen]) -> bool:
    """None is left that was there before; some may be back already."""
    there = (one for one in processes if one.phase in ("running", "frozen"))
    return all(one.since_at >= at for one in there)


def _frozen(at: int, processes: list[ProcessSeen]) -> bool:
    before = any(one.phase == "running" and one.since_at < at for one in processes)
    return not before and any(one.phase == "frozen" for one in processes)


_RULES: dict[str, Callable[[int, list[ProcessSeen]], bool]] = {
    "start": _started,
    "stop": lambda _, processes: _all_are("stopped", processes),
    "crash": _crashed,
    "freeze": _frozen,
    "thaw": lambda _, processes: all(one.phase != "frozen" for one in processes),
}
