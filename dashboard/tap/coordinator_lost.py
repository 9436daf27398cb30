"""Whether Kafka's client has lost its way to a group's coordinator.

After an outage librdkafka (2.16) was seen to ask a former coordinator for ever, and only a new
client found the right one. Where one of several brokers was away, that hits its groups alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard.cluster.answers import NOT_ALLOWED
from dashboard.cluster.offsets import Committed

ASTRAY_AFTER_SECONDS = 10.0
"""A group that moves to another broker, or is loaded by it, may be without an answer for a while;
also the shortest time between two new clients for a part of the groups."""


class CoordinatorLost:
    """Of one client. Holds no more than the groups of the newest survey."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        """Group -> since when its broker, which is there, has not answered for it."""

    def take(self, commits: Mapping[str, Committed], at: float) -> bool:
        """Take the answers of a survey for all groups whose broker is there; `at` in seconds of a
        clock that never goes back. Whether the client has lost its way."""
        silent = set(_astray(commits))
        if commits and len(silent) == len(commits):
            return True
        self._since = {group: self._since.get(group, at) for group in silent}
        return any(at - since >= ASTRAY_AFTER_SECONDS for since in self._since.values())


def _astray(commits: Mapping[str, Committed]) -> Iterable[str]:
    """Not those that this user may not look at: another client is refused as well."""
    return (
        group
        for group, told in commits.items()
        if isinstance(told, str) and told not in NOT_ALLOWED
    )
