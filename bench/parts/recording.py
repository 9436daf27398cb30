"""What services themselves say that they handled and wrote: a SQLite file for each process.

Independent of offsets, commits and the ledger: an id is written down when the handler has returned,
and when a broker has acknowledged an event. Each is in the file before anything goes on, so that a
process that is killed takes nothing of it along.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError, Message

from flowviz.kit import Event, Producer, Service
from flowviz.kit.headers import ID, pairs

FOLDER = "BENCH_RECORDS"
"""Environment: where the files are."""
HOOK = Path(__file__).parent / "recorder"
"""On the path of a process it has what is recorded there installed; see sitecustomize.py."""
_TABLES = "create table if not exists {0} (id text not null, topic text not null)"


class Records:
    """The file of one process. From any thread."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._file = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        # What is written has left the process; that the machine fails as well is not tried here.
        self._file.execute("pragma journal_mode = wal")
        self._file.execute("pragma synchronous = off")
        for table in ("handled", "acknowledged"):
            self._file.execute(_TABLES.format(table))

    def handled(self, id: str, topic: str) -> None:
        with self._lock:
            self._file.execute("insert into handled values (?, ?)", (id, topic))

    def acknowledged(self, id: str, topic: str) -> None:
        with self._lock:
            self._file.execute("insert into acknowledged values (?, ?)", (id, topic))


@functools.cache
def _records(service: str) -> Records:
    return Records(Path(os.environ[FOLDER]) / f"{service}.{os.getpid()}.sqlite")


def install() -> None:
    """From now on every Service of this process is recorded."""
    _record_handlers()
    _record_acknowledged()


def _record_handlers() -> None:
    as_it_is = Service.on

    @functools.wraps(as_it_is)
    def on(self: Service, *topics: str) -> Callable[[Any], Any]:
        keep = as_it_is(self, *topics)

        def keep_recorded(handler: Callable[[Event], object]) -> Callable[[Event], object]:
            @functools.wraps(handler)
            def recorded(event: Event) -> None:
                handler(event)
                if event.id is not None:
                    _records(self.name).handled(event.id, event.topic)

            keep(recorded)
            return handler

        return keep_recorded

    Service.on = on  # type: ignore[method-assign]


def _record_acknowledged() -> None:
    as_it_is = Producer.produce

    @functools.wraps(as_it_is)
    def produce(self: Producer, topic: str, *given: Any, **named: Any) -> None:
        told = named.get("on_delivery")
        id = dict(pairs(named.get("headers"))).get(ID)

        def delivered(error: KafkaError | None, message: Message) -> None:
            if error is None and id is not None:
                text = id.decode() if isinstance(id, bytes) else id
                _records(self.service).acknowledged(text, topic)
            if told is not None:
                told(error, message)

        as_it_is(self, topic, *given, **(named | {"on_delivery": delivered}))

    Producer.produce = produce  # type: ignore[method-assign]


# ---- afterwards


def handled(folder: Path, service: str, topic: str) -> Counter[str]:
    """Id -> how often a process of this service has handled it."""
    return _read(folder, service, "handled", topic)


def acknowledged(folder: Path, service: str, topic: str) -> Counter[str]:
    """Id -> how often a process of this service was told that a broker has it."""
    return _read(folder, service, "acknowledged", topic)


def _read(folder: Path, service: str, table: str, topic: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for file in folder.glob(f"{service}.*.sqlite"):
        connection = sqlite3.connect(file)
        try:
            rows = connection.execute(f"select id from {table} where topic = ?", (topic,))  # noqa: S608
            found.update(id for (id,) in rows)
        finally:
            connection.close()
    return found
