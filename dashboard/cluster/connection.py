"""Where the cluster is and how to get in. Secrets go to the client and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, KafkaError, libversion
from confluent_kafka.admin import AdminClient

RECONNECT_AT_MOST_MS = 500
"""The client's own limit is 10 s: too long to look at a cluster that is back."""

CONNECT_WITHIN_MS = 5_000

SECURITY_PREFIXES = ("security.", "sasl.", "ssl.", "enable.ssl.", "enable.sasl.", "https.")
PLAIN_TO_SHOW = frozenset({"security.protocol", "sasl.mechanism", "sasl.mechanisms"})


class ConnectionSettingsError(ValueError):
    """A setting that cannot be used; the message names the setting, never its value."""


@dataclass(frozen=True, slots=True, repr=False)
class Connection:
    """A cluster's addresses (`host:port`, separated by commas) and its security properties.

    `security` takes the client's own names (`security.protocol`, `sasl.*`, `ssl.*`) and only
    those, so that nobody changes how the tap reads by way of a password file.
    """

    bootstrap_servers: str
    security: Mapping[str, str] = field(default_factory=dict)
    kafka: str | None = None
    """Its version, where it is our own: a cluster tells no more than its settings show."""

    def __post_init__(self) -> None:
        _check_addresses(self.bootstrap_servers)
        for name in self.security:
            if not name.startswith(SECURITY_PREFIXES):
                raise ConnectionSettingsError(
                    f"{name!r} is not a security setting of Kafka's client: "
                    "use names that begin with security., sasl. or ssl."
                )

    def __repr__(self) -> str:
        shown = {name: self.security[name] for name in sorted(PLAIN_TO_SHOW & set(self.security))}
        hidden = len(self.security) - len(shown)
        return f"Connection({self.bootstrap_servers!r}, {shown}, {hidden} more not shown)"

    def client_config(self, name: str) -> dict[str, Any]:
        """The settings every client of ours starts with; `name` becomes part of its client id."""
        return {
            "bootstrap.servers": self.bootstrap_servers,
            "client.id": f"flowviz-{name}",
            "reconnect.backoff.max.ms": RECONNECT_AT_MOST_MS,
            "socket.connection.setup.timeout.ms": CONNECT_WITHIN_MS,
            "socket.keepalive.enable": True,
            # What goes wrong is told by the calls that fail, not by lines on the terminal.
            "log_level": 0,
            **self.security,
        }

    def admin(self, name: str, on_error: Callable[[KafkaError], None] | None = None) -> AdminClient:
        """A client for questions. Keep it alive while answers are pending."""
        config = self.client_config(name)
        if on_error is not None:
            config["error_cb"] = on_error
        return AdminClient(config)

    def reader(self, name: str, **settings: Any) -> Consumer:
        """A client that reads what it is assigned: it joins no group and commits nothing.

        Kafka's client insists on a group's name; without `subscribe` and commits the cluster
        never hears of a group.
        """
        return Consumer(
            {
                **self.client_config(name),
                "group.id": f"flowviz-{name}-joins-no-group",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",
                "allow.auto.create.topics": False,
                **{key.replace("_", "."): value for key, value in settings.items()},
            }
        )


def client_version() -> str:
    """Which librdkafka is at work."""
    return str(libversion()[0])


def _check_addresses(bootstrap_servers: str) -> None:
    addresses = [part.strip() for part in bootstrap_servers.split(",")]
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise ConnectionSettingsError(
                f"{address!r} is not an address of a Kafka broker: write host:port, "
                "for example localhost:9092, several separated by commas."
            )
