"""What a process that we start may find in its environment."""

from __future__ import annotations

from collections.abc import Mapping

from flowviz.config.names import OURS, SECRETS


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process that we start may inherit; what it needs of the secrets goes by a pipe."""
    return {name: value for name, value in environment.items() if name not in SECRETS}


def for_services(environment: Mapping[str, str]) -> dict[str, str]:
    """What a service that we start may inherit: no secrets, and nothing of how one's own cluster is
    entered, for it may run on another one. Where it does not, `as_environment` is added.
    """
    foreign = tuple(prefix for prefix in OURS if prefix.startswith("KAFKA_"))
    kept = without_secrets(environment)
    return {name: value for name, value in kept.items() if not name.startswith(foreign)}
