"""To whom an action goes as well: one Pause halts quality in both lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.picture.actions import PROCESS_ACTIONS
from dashboard.picture.section import Entity

TOGETHER = frozenset(
    ("pause", "resume", "slow", "rate", "start", "stop", "crash", "freeze", "thaw")
)
"""Actions that go to both of a pair. A flood is for the log alone: calls would be refused by the
thousand, at the cost of the machine that both lines share. What reads from the log (rewind, scale)
has no meaning for who is called."""


def others(
    name: str, action: str, args: Mapping[str, object], services: Mapping[str, Entity]
) -> tuple[str, ...]:
    """Names of the services, beside `name`, that the same is asked of.

    Its double or its original, while the line of direct calls runs; an option of one service of
    that line goes to all of it that call another.
    """
    by_name = {entity["name"]: entity for entity in services.values()}
    entity = by_name.get(name)
    if entity is None or not any(runs(each) for each in by_name.values()):
        return ()
    if action == "options":
        return _callers(name, by_name) if entity["twin_of"] is not None else ()
    other = by_name.get(entity["twin_of"] or _double(name, by_name) or "")
    if other is None or action not in TOGETHER or args.get("instance"):
        return ()
    possible = action in PROCESS_ACTIONS or other["actions"].get(action) is None
    return (other["name"],) if possible else ()


def runs(entity: Entity) -> bool:
    """It is a service of the line of direct calls, and some process of it is there."""
    there = entity["ever_started"] and entity["state"] != "stopped"
    return there and entity["twin_of"] is not None


def _double(name: str, by_name: Mapping[str, Any]) -> str | None:
    return next((each["name"] for each in by_name.values() if each["twin_of"] == name), None)


def _callers(name: str, by_name: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        each["name"]
        for each in by_name.values()
        if each["twin_of"] is not None and each["calls"] and each["name"] != name
    )
