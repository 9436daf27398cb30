"""Settings for the kit's own small clients, made from those of the service beside which they run.

They reach the same cluster with the same rights, and take nothing else over.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

_CONNECTION = frozenset(
    {
        "bootstrap.servers",
        "metadata.broker.list",
        "security.protocol",
        "oauth_cb",
        "enable.sasl.oauthbearer.unsecure.jwt",
        "enable.ssl.certificate.verification",
        "client.dns.lookup",
        "reconnect.backoff.ms",
        "reconnect.backoff.max.ms",
    }
)
_CONNECTION_FAMILIES = ("sasl.", "ssl.", "socket.", "broker.address.", "https.", "api.version.")

QUIET = 2
"""The client's log level (syslog): only what is critical. The kit says the rest itself, once."""

RECONNECT_AT_MOST_MS = 1_000
"""As Java's client does. This client's own limit is 10 s: so long after its return a broker that
was away for a while would not be noticed."""

LEADERLESS = "topic.metadata.refresh.fast.interval.ms"
LEADERLESS_MS = 1_000
"""After a topic has lost its leader. With the 100 ms that are usual this client asks the only
broker of a cluster again while it leaves in order, is told that there is no broker at all, takes
down its last connection, and at times never looks for a broker again (librdkafka issue 5301)."""

INSTANCE_VARIABLE = "FLOWVIZ_INSTANCE"


def connection(conf: Mapping[str, Any]) -> dict[str, Any]:
    """Only what says where the cluster is and how to get in."""
    return {
        name: value
        for name, value in conf.items()
        if name in _CONNECTION or name.startswith(_CONNECTION_FAMILIES)
    }


def reconnecting(conf: Mapping[str, Any]) -> dict[str, int]:
    """How often a broker that is away is looked for, where `conf` does not say."""
    asking = {} if LEADERLESS in conf else {LEADERLESS: LEADERLESS_MS}
    given = {"reconnect.backoff.ms", "reconnect.backoff.max.ms"} & conf.keys()
    return asking if given else asking | {"reconnect.backoff.max.ms": RECONNECT_AT_MOST_MS}


def beside(conf: Mapping[str, Any], instance: str, purpose: str) -> dict[str, Any]:
    """Settings of one of the kit's own clients, with a client id that says what it is for."""
    return (
        reconnecting(conf)
        | connection(conf)
        | {
            "client.id": f"{instance}-flowviz-{purpose}",
            "log_level": QUIET,
            "error_cb": _hushed,
        }
    )


def instance_name(service: str, given: str | None = None) -> str:
    """What this process is called: as given, else FLOWVIZ_INSTANCE, else "<service>-1"."""
    return given or os.environ.get(INSTANCE_VARIABLE) or f"{service}-1"


def _hushed(error: object) -> None:
    logging.getLogger("flowviz.kit").debug("A side client: %s", error)
