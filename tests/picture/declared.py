"""A document that declares a service, and the service as it is shown."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from tests.picture.sights import START, shown_after


def declaration(**services: seen.DeclaredService) -> seen.DeclarationSeen:
    return seen.DeclarationSeen(START, "Line", None, "parts", ("parts",), services)


QUALITY = seen.DeclaredService(("parts",), ("graded",), "quality", ("quality-1",))


def service(*observations: seen.Observation, name: str = "quality", **more: bool) -> dict[str, Any]:
    return shown_after(*observations, **more).services[f"s:{name}"]
