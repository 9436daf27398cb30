"""The names that people may set, and what is said of those that they may not."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from flowviz.config.values import ConfigError

SETTINGS: tuple[str, ...] = (
    "FLOWVIZ_ALLOWED_HOSTS",
    "FLOWVIZ_CACHE_DIR",
    "FLOWVIZ_CONTROL",
    "FLOWVIZ_DATA_DIR",
    "FLOWVIZ_HOST",
    "FLOWVIZ_JAVA",
    "FLOWVIZ_LOG_LEVEL",
    "FLOWVIZ_MAVEN_URL",
    "FLOWVIZ_PORT",
    "FLOWVIZ_PUBLIC_ORIGINS",
    "FLOWVIZ_RELOAD",
    "FLOWVIZ_SECRET_KEY",
    "FLOWVIZ_TOPICS",
    "KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_SASL_MECHANISM",
    "KAFKA_SASL_PASSWORD",
    "KAFKA_SASL_USERNAME",
    "KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SSL_CA_LOCATION",
    "KAFKA_SSL_CERTIFICATE_LOCATION",
    "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM",
    "KAFKA_SSL_KEY_LOCATION",
    "KAFKA_SSL_KEY_PASSWORD",
)
"""Every name that people may set."""

SECRETS = frozenset(
    {
        "FLOWVIZ_MAVEN_URL",  # may hold a name and password for the mirror
        "FLOWVIZ_SECRET_KEY",
        "KAFKA_SASL_PASSWORD",
        "KAFKA_SSL_KEY_PASSWORD",
    }
)
"""Settings that no other process is to find in its environment."""

GIVEN_TO_CHILDREN = frozenset({"FLOWVIZ_INSTANCE", "FLOWVIZ_LIFELINE_FD"})
"""Names that Flowviz itself puts into the environment of the services it starts."""

OURS = ("FLOWVIZ_", "KAFKA_SASL_", "KAFKA_SSL_", "KAFKA_SECURITY_")
"""Prefixes whose every name must be known. Other KAFKA_ names belong to other programs."""


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Raises ConfigError for a name that begins like ours and is none."""
    for name in sorted(environment):
        if not name.startswith(OURS) or name in SETTINGS or name in GIVEN_TO_CHILDREN:
            continue
        meant = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.6)
        hint = f" Did you mean {meant[0]}?" if meant else ""
        raise ConfigError(
            f"{name} is not a setting of Flowviz.{hint} All are listed in docs/settings.md."
        )


def near(name: str, environment: Mapping[str, str]) -> str | None:
    """A name that nobody reads and that looks like this one. Names that begin with KAFKA_ may
    belong to other programs, so it is no error; it is what to look at when this one is missing."""
    others = [other for other in environment if other not in SETTINGS]
    return next(iter(difflib.get_close_matches(name, others, n=1, cutoff=0.85)), None)
