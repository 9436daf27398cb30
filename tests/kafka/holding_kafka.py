"""A program that runs the embedded Kafka as a demonstration does, to be killed by a test.

    python -m tests.kafka.holding_kafka <data folder> <cache folder>

prints one JSON line when it serves, and then waits.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from dashboard.cluster.embedded import EmbeddedKafka


def main(data_dir: str, cache_dir: str) -> None:
    kafka = EmbeddedKafka(data_dir=Path(data_dir), cache_dir=Path(cache_dir))
    kafka.announce("http://127.0.0.1:8123/")
    servers = kafka.start()
    print(json.dumps({"servers": servers, "java": kafka.pid}), flush=True)
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
