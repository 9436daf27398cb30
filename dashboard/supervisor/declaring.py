"""What the picture is told of a scenario: what will be there, and how many of each by now."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.picture.observations import DeclarationSeen, DeclaredService
from dashboard.supervisor.crew import Crew
from dashboard.supervisor.scenario import Scenario


def declaration(scenario: Scenario, crews: Iterable[Crew], at: int) -> DeclarationSeen:
    headline = scenario.headline
    return DeclarationSeen(
        at=at,
        title=scenario.title,
        headline_topic=headline.topic if headline else None,
        headline_unit=headline.unit if headline else "events",
        topics=tuple(scenario.topics),
        services={
            crew.service.name: DeclaredService(
                reads=crew.service.reads,
                writes=crew.service.writes,
                group=crew.service.group,
                instances=crew.names,
                on_request=crew.service.on_request,
                twin_of=crew.service.twin_of,
                calls=crew.service.calls,
            )
            for crew in crews
        },
    )
