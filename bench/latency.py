"""How long an event takes from `produce()` to the frame that shows it, at a watcher's socket.

`manage.py watch` looks at a broker; one producer writes at a steady rate, one watcher takes frames.
Baseline: the same events, read by a bare consumer that only polls, in the same run.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from bench.parts import brokers, dashboards, producing, viewers
from bench.parts.figures import Figure, Target, machine, percentile, show
from bench.parts.folder import own_folder
from bench.parts.script import CannotMeasure, options, run

START_SECONDS = 60.0
SETTLE_SECONDS = 2.0
"""After the first event was seen: what a fresh process does only once is not measured."""
LAST_SECONDS = 10.0
"""How long the last events may take."""


class Times:
    """When each event was produced, polled and shown, on the clock `time.perf_counter`."""

    def __init__(self) -> None:
        self.produced: dict[str, float] = {}
        self.polled: dict[str, float] = {}
        self.shown: dict[str, float] = {}

    def waits(self, seen: dict[str, float]) -> list[float]:
        """Milliseconds from produced to seen, of all events that were."""
        began = self.produced
        return [1000 * (at - began[key]) for key, at in seen.items() if key in began]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--bootstrap", help="a Kafka to measure on instead of one of our own")
    parser.add_argument("--per-second", type=float, default=100.0, help="events (100)")
    parser.add_argument("--seconds", type=float, help="how long (60; 3 with --quick)")
    run(measure, parser.parse_args(), at_most_seconds=600)


def measure(given: Namespace) -> None:
    seconds = given.seconds or (3.0 if given.quick else 60.0)
    with (
        own_folder() as folder,
        brokers.broker(given.bootstrap) as bootstrap,
        brokers.topics(bootstrap, 1, 1) as (topic,),
        dashboards.dashboard(
            dashboards.command("watch", "--no-browser"),
            {
                "FLOWVIZ_DATA_DIR": str(folder),
                "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
                "FLOWVIZ_TOPICS": topic,
            },
        ) as watch,
    ):
        url = watch.url(START_SECONDS)
        times = asyncio.run(_followed(bootstrap, topic, url, given.per_second, seconds))
        report(times, given.per_second, seconds)


def report(times: Times, per_second: float, seconds: float) -> None:
    shown, polled = times.waits(times.shown), times.waits(times.polled)
    figures = [
        Figure(
            name,
            percentile(shown, share),
            "ms",
            Target(at_most=most) if most else None,
            percentile(polled, share),
            "bare produce to poll",
        )
        for name, share, most in (("p50", 0.5, 40.0), ("p99", 0.99, 120.0), ("slowest", 1.0, None))
    ]
    unseen = len(times.produced) - len(shown)
    show(
        f"latency.py: from produce() to the frame at the socket, {per_second:g} events/s",
        figures,
        [
            f"{len(times.produced):,} events in {seconds:g} s, {unseen} of them never shown",
            machine(),
        ],
    )


async def _followed(
    bootstrap: str, topic: str, url: str, per_second: float, seconds: float
) -> Times:
    times, ending = Times(), threading.Event()
    first_shown = asyncio.Event()

    def on_frame(_viewer: viewers.Viewer, frame: bytes) -> None:
        at = time.perf_counter()
        for event in json.loads(frame).get("events", ()):
            times.shown.setdefault(event["id"], at)
            first_shown.set()

    opened = await viewers.opened(url, 1, on_frame)
    polling = threading.Thread(target=_poll, args=(bootstrap, topic, times, ending), daemon=True)
    polling.start()
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0, "log_level": 0})
    try:
        await _until_shown(producer, topic, first_shown)
        await asyncio.sleep(SETTLE_SECONDS)
        await asyncio.to_thread(_produce, producer, topic, times, per_second, seconds)
        await _until_all(times)
    finally:
        ending.set()
        for viewer in opened:
            viewer.close()
        polling.join()
    return times


async def _until_shown(producer: Producer, topic: str, shown: asyncio.Event) -> None:
    """Events that are not counted, until reader, pipeline and socket are all at work."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not shown.is_set():
                producer.produce(topic, producing.VALUE, headers=producing.headers(0))
                producer.flush(1)
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise CannotMeasure(f"No event was shown within {START_SECONDS:g} s.") from None


async def _until_all(times: Times) -> None:
    with_patience = time.monotonic() + LAST_SECONDS
    while time.monotonic() < with_patience:
        if times.produced.keys() <= times.shown.keys() & times.polled.keys():
            return
        await asyncio.sleep(0.05)


def _produce(
    producer: Producer, topic: str, times: Times, per_second: float, seconds: float
) -> None:
    pause = threading.Event()
    began = time.perf_counter()
    for number in range(1, int(per_second * seconds) + 1):
        pause.wait(max(0.0, began + number / per_second - time.perf_counter()))
        made = producing.headers(number)
        times.produced[str(made[1][1])] = time.perf_counter()
        producer.produce(topic, producing.VALUE, headers=made)
        producer.poll(0)
    producer.flush(LAST_SECONDS)


def _poll(bootstrap: str, topic: str, times: Times, ending: threading.Event) -> None:
    """The baseline: what Kafka and its client alone take."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-joins-no-group",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    try:
        while not ending.is_set():
            message = consumer.poll(0.2)
            if message is None or message.error() is not None:
                continue
            at = time.perf_counter()
            key = dict(message.headers() or [])["ce_id"]
            times.polled.setdefault(key.decode() if isinstance(key, bytes) else str(key), at)
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
