"""Services that were forgotten, by the groups they left behind in the cluster.

What a group has committed stays there when its service is gone, counters and all: so the ledger
goes on counting it, and knows whose it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable


class Former:
    def __init__(self) -> None:
        self._service_of: dict[str, str] = {}

    def left(self, service: str, groups: Iterable[str]) -> None:
        self._service_of.update(dict.fromkeys(groups, service))

    def of(self, group: str) -> str | None:
        """The service whose group it was; None where that is not known."""
        return self._service_of.get(group)

    def has(self, service: str) -> bool:
        return service in self._service_of.values()

    def is_first(self, group: str) -> bool:
        """Whether what is known of the service alone is told with this one of its groups."""
        service = self._service_of.get(group)
        own = (name for name, one in self._service_of.items() if one == service)
        return service is not None and group == min(own)

    def keep_only(self, groups: Collection[str]) -> set[str]:
        """Groups that are gone, or that a service names again, are dropped; gives the services
        that have none left."""
        before = set(self._service_of.values())
        self._service_of = {
            group: service for group, service in self._service_of.items() if group in groups
        }
        return before - set(self._service_of.values())
