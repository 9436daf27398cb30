"""What is told when the supervisor itself fails: nobody looks after its processes then. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.picture.observations import Observation, ProcessSeen, WorkerSeen


def failure(bug: Exception, instances: Iterable[tuple[str, str]], at: int) -> list[Observation]:
    """That it failed, and that each (service, instance) was ended with it."""
    reason = (
        f"It failed ({type(bug).__name__}: {bug}), which is a bug, so the services were ended: "
        "start the demonstration again."
    )
    told: list[Observation] = [WorkerSeen(at=at, worker="supervisor", ok=False, reason=reason)]
    for service, instance in instances:
        told.append(
            ProcessSeen(
                at=at,
                service=service,
                instance=instance,
                phase="failed",
                pid=None,
                since_at=at,
                reason="ended, for the supervisor has failed",
            )
        )
    return told
