"""What can go wrong with the embedded Kafka, told to the user in one sentence."""

from __future__ import annotations

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""A disk is full, or what this user may have of it; EFBIG is the limit for one file."""


class EmbeddedKafkaError(Exception):
    """`str(error)` is one sentence for the user: what happened, and what to do."""


class DataInUseError(EmbeddedKafkaError):
    """Another demonstration runs on this data folder.

    `pid` is its process, `bootstrap_servers` and `url` what it announced; each None if unknown.
    """

    def __init__(
        self, sentence: str, *, pid: int | None, bootstrap_servers: str | None, url: str | None
    ) -> None:
        super().__init__(sentence)
        self.pid = pid
        self.bootstrap_servers = bootstrap_servers
        self.url = url


class StoppedEarlyError(EmbeddedKafkaError):
    """`stop` was called, in another thread, before `start` had come to its end."""

    def __init__(self) -> None:
        super().__init__("Kafka was stopped while it was starting.")


class PortLostError(EmbeddedKafkaError):
    """Kafka did not start, and another program has the port that was free a moment before."""
