"""Where the page can be reached and under which names, and where the brokers are."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flowviz.config.values import ConfigError

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names by which a browser on the same machine reaches us, as Django writes them."""


def bootstrap_servers(value: str) -> str:
    servers = [server.strip() for server in value.split(",") if server.strip()]
    for server in servers:
        host, colon, port = server.rpartition(":")
        if not colon or not host or not port.isdigit() or not 1 <= int(port) <= 65535:
            raise ValueError(f"holds {server!r}; each server is given as host:port.")
    return ",".join(servers)


def origins(value: str) -> tuple[str, ...]:
    given = [part.strip().rstrip("/").lower() for part in value.split(",") if part.strip()]
    for origin in given:
        try:
            parts = urlsplit(origin)
            whole = (
                parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" == origin
            )
            named = bool(parts.hostname) and not parts.username and "*" not in origin
            parts.port  # noqa: B018 - looking at it raises
        except ValueError:
            whole = named = False
        if not (whole and named):
            raise ValueError(
                f"holds {origin!r}; give origins as a browser shows them, such as "
                "https://flow.example or https://flow.example:8443, without a path and without *."
            )
    return tuple(dict.fromkeys(given))


def allowed_hosts(host: str, given: str, origins: tuple[str, ...]) -> tuple[str, ...]:
    hosts = list(LOOPBACK_HOSTS)
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound to
        hosts.append(_bracketed(host))
    for name in filter(None, (part.strip() for part in given.split(","))):
        written = _bracketed(name)
        # Requests are compared without their port: a name with one would never be met.
        if "*" in name or "/" in name or (":" in written and not written.endswith("]")):
            raise ConfigError(
                f"FLOWVIZ_ALLOWED_HOSTS holds {name!r}; give names or addresses as a browser "
                "shows them, without http://, without a port and without *."
            )
        hosts.append(written)
    hosts += [_bracketed(urlsplit(origin).hostname or "") for origin in origins]
    return tuple(dict.fromkeys(hosts))


def _bracketed(host: str) -> str:
    """An IPv6 address as browsers and Django write it; anything else as it is."""
    try:
        return f"[{ipaddress.IPv6Address(host)}]"
    except ValueError:
        return host
