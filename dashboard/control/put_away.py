"""Services that are away by intent: they start on request, and nobody wants them just now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.control.sentences import counted

Services = Mapping[str, Mapping[str, Any]]
"""Their entities in the picture, by name."""


def is_put_away(entity: Mapping[str, Any]) -> bool:
    """It starts on request, and nobody has asked for it, or not any more."""
    return bool(entity["on_request"]) and entity["state"] == "stopped"


def is_wished(entity: Mapping[str, Any]) -> bool:
    """Something is wished of it that would hold when it starts."""
    want = entity["want"]
    if want is None:
        return False
    return want["mode"] != "running" or any(want[k] for k in ("ms_per_event", "rate", "options"))


def away(services: Services) -> set[str]:
    """Those from which no answer is to be expected."""
    return {name for name, entity in services.items() if is_put_away(entity)}


def there(services: Services) -> str:
    """How many hear it now, in words; who is away counts where there is nobody else."""
    return counted(len(services) - len(away(services)) or len(services))
