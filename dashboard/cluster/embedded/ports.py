"""A port on loopback that stays the same from one run to the next."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dashboard.cluster.embedded.errors import EmbeddedKafkaError

# Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152).
# A client that keeps trying to reach a dead broker on such a port can in time be given that very
# port for its own end, connect to itself, and keep the broker from coming back.
LOWEST, HIGHEST = 20_000, 31_999
TRIES = 200


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the broker serves, and where it speaks with its own controller."""

    broker: int
    controller: int


def is_free(port: int) -> bool:
    """Whether a server could listen there now; connections that linger do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(path: Path, wanted: int | None = None) -> Ports:
    """The ports kept in the file at `path`, each replaced where it is taken, and kept anew.

    A port that the user wants is used or refused with EmbeddedKafkaError, never replaced.
    """
    kept = _read(path)
    if wanted is not None and not is_free(wanted):
        raise EmbeddedKafkaError(
            f"Port {wanted} is taken by another program: stop that one, or name another port."
        )
    broker = wanted or _kept_or_free(kept.broker if kept else None, taken=())
    controller = _kept_or_free(kept.controller if kept else None, taken=(broker,))
    ports = Ports(broker, controller)
    if ports != kept:
        path.write_text(json.dumps({"broker": broker, "controller": controller}))
    return ports


def _kept_or_free(kept: int | None, taken: Collection[int]) -> int:
    if kept is not None and kept not in taken and is_free(kept):
        return kept
    for _ in range(TRIES):
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311 - no secret
        if port not in taken and is_free(port):
            return port
    raise EmbeddedKafkaError(
        f"No free port was found on 127.0.0.1 between {LOWEST} and {HIGHEST}: name one yourself."
    )


def _read(path: Path) -> Ports | None:
    try:
        kept = json.loads(path.read_text())
        ports = Ports(int(kept["broker"]), int(kept["controller"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return ports if all(0 < port < 65536 for port in (ports.broker, ports.controller)) else None
