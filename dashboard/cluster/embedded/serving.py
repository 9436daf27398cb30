"""Whether a broker serves: not only listens, but counts itself among the living."""

from __future__ import annotations

import socket

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0


def serves(port: int) -> bool:
    """One look. A broker opens its port a moment before its controller lets it serve."""
    try:
        socket.create_connection(("127.0.0.1", port), CONNECT_SECONDS).close()
    except OSError:
        return False
    client = AdminClient(
        {"bootstrap.servers": f"127.0.0.1:{port}", "client.id": "flowviz-start", "log_level": 0}
    )
    try:
        return bool(client.list_topics(timeout=ANSWER_SECONDS).brokers)
    except KafkaException:
        return False
