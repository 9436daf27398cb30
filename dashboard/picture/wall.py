"""Instants on their way out: in the picture time is steady, shown is what clocks on the wall say.

`dashboard/clock.py` says why. The two differ only after the system's clock was set.
"""

from __future__ import annotations

from typing import Any

OF_OTHERS = frozenset(("event_at",))
"""Instants by the clocks of others: they are shown as they were told."""
SAID = frozenset(("facts", "options"))
"""What services say, in words of their own: an "at" in there is theirs."""


def is_instant(name: str) -> bool:
    """Whether a field of this name is an instant that moves with the clock."""
    return (name == "at" or name.endswith("_at")) and name not in OF_OTHERS


def on_the_wall(thing: Any, ahead: int) -> Any:
    """A copy of what goes to the page, with every instant in it moved by `ahead` ms."""
    if isinstance(thing, dict):
        return {name: _moved(name, value, ahead) for name, value in thing.items()}
    if isinstance(thing, list):
        return [on_the_wall(one, ahead) for one in thing]
    return thing


def _moved(name: str, value: Any, ahead: int) -> Any:
    if name in SAID:
        return value
    if is_instant(name) and isinstance(value, int) and not isinstance(value, bool):
        return value + ahead
    return on_the_wall(value, ahead)
