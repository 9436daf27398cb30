"""What the picture is told of a scenario: what will be there, and how many of each by now."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.picture.observations import DeclarationSeen, DeclaredService
from dashboard.supervisor.scenario import Scenario


def declaration(
    scenario: Scenario, instances: Mapping[str, tuple[str, ...]], at: int
) -> DeclarationSeen:
    """`instances`: service -> the names of its instances."""
    headline = scenario.headline
    return DeclarationSeen(
        at=at,
        title=scenario.title,
        headline_topic=headline.topic if headline else None,
        headline_unit=headline.unit if headline else "events",
        topics=tuple(scenario.topics),
        services={
            service.name: DeclaredService(
                reads=service.reads,
                writes=service.writes,
                group=service.group,
                instances=instances[service.name],
                on_request=service.on_request,
                twin_of=service.twin_of,
                calls=service.calls,
            )
            for service in scenario.services.values()
        },
    )
