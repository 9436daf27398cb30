"""Many watchers at once: how many frames each gets, and how late they are.

The tap follows a steady stream meanwhile, in the same process as the web server, as it always does.
A frame's age is the time from when it was cut to when a watcher has it. Baseline: the same frames
sent by `group_send` on the in-memory layer of Channels, to as many watchers, on the same server.

    daphne, 200 watchers; the same with 20 more that never read; uvicorn, 1,000 watchers
"""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts import brokers, producing
from bench.parts.children import Child, child
from bench.parts.figures import Figure, Target, amount, machine, median, percentile, show
from bench.parts.folder import own_folder
from bench.parts.script import CannotMeasure, options, run
from bench.parts.serving import FanOut, Server, allow_many_files, serve
from bench.parts.viewers import Viewer, head, opened

PARTITIONS = 4
START_SECONDS = 60.0
SETTLE_SECONDS = 3.0
"""After the last watcher has come; no longer than what is measured then."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watchers of one server saw in a window of time."""

    per_second: tuple[float, ...]
    """Frames that each watcher got."""
    ages: tuple[float, ...]
    """Of every frame at every watcher, in milliseconds."""
    closed: int
    """Watchers whose socket the server closed."""
    server_cpu: float
    viewers_cpu: float
    """Both in percent of a core."""
    sampled: bool


@dataclass(frozen=True, slots=True)
class Aims:
    frames: float | None = None
    """A second, at the median watcher."""
    age: float | None = None
    """Milliseconds, p99."""


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--bootstrap", help="a Kafka to measure on instead of one of our own")
    parser.add_argument("--watchers", type=int, help="on daphne (200; 5 with --quick)")
    parser.add_argument("--crowd", type=int, help="on uvicorn (1,000; 10 with --quick)")
    parser.add_argument("--stalled", type=int, help="that never read (20; 2 with --quick)")
    parser.add_argument(
        "--per-second",
        type=float,
        help="events that the tap follows (20,000; its budget is 25,000; 500 with --quick)",
    )
    parser.add_argument("--seconds", type=float, help="of each window (20; 0.5 with --quick)")
    run(measure, parser.parse_args(), at_most_seconds=900)


def measure(given: Namespace) -> None:
    allow_many_files()
    quick: bool = given.quick
    many = given.watchers or (5 if quick else 200)
    crowd = given.crowd or (10 if quick else 1_000)
    stalled = given.stalled or (2 if quick else 20)
    seconds = given.seconds or (0.5 if quick else 20.0)
    per_second = given.per_second or (500.0 if quick else 20_000.0)
    with brokers.broker(given.bootstrap) as bootstrap:

        def watched(server: Server, fan_out: FanOut, watchers: int, idle: int) -> list[Seen]:
            return _watched(bootstrap, server, fan_out, watchers, idle, seconds, per_second)

        calm, beside_stalled = watched("daphne", "hub", many, stalled)
        (layer,) = watched("daphne", "layer", many, 0)
        (crowded,) = watched("uvicorn", "hub", crowd, 0)
        (crowded_layer,) = watched("uvicorn", "layer", crowd, 0)
    common = f"{per_second:,.0f} events/s followed meanwhile, {seconds:g} s each"
    layers = "group_send, in-memory layer"
    aims = Aims() if quick else Aims(frames=9.9, age=120.0)
    report(f"fanout.py: {many} watchers on daphne", calm, layer, layers, aims, common)
    title = f"fanout.py: and {stalled} more that never read"
    report(title, beside_stalled, calm, "the same without them", aims, common)
    aims = Aims() if quick else Aims(frames=9.5)
    title = f"fanout.py: {crowd:,} watchers on uvicorn"
    report(title, crowded, crowded_layer, layers, aims, common)


def report(title: str, seen: Seen, baseline: Seen, what: str, aims: Aims, common: str) -> None:
    show(
        title,
        [
            Figure(
                "frames/s, median watcher",
                median(seen.per_second),
                "/s",
                Target(at_least=aims.frames) if aims.frames else None,
                median(baseline.per_second),
                what,
            ),
            Figure(
                "frames/s, worst watcher",
                min(seen.per_second),
                "/s",
                None,
                min(baseline.per_second),
                what,
            ),
            Figure(
                "age of frames, p50", median(seen.ages), "ms", None, median(baseline.ages), what
            ),
            Figure(
                "age of frames, p99",
                percentile(seen.ages, 0.99),
                "ms",
                Target(at_most=aims.age) if aims.age else None,
                percentile(baseline.ages, 0.99),
                what,
            ),
        ],
        [common, _beside("", seen), _beside("baseline: ", baseline), machine()],
    )


def _beside(whose: str, seen: Seen) -> str:
    return (
        f"{whose}CPU of a core: server {amount(seen.server_cpu, '%')}, all watchers "
        f"{amount(seen.viewers_cpu, '%')}; sampled: {'yes' if seen.sampled else 'no'}; "
        f"sockets closed by the server: {seen.closed}"
    )


def _watched(
    bootstrap: str,
    server: Server,
    fan_out: FanOut,
    watchers: int,
    stalled: int,
    seconds: float,
    per_second: float,
) -> list[Seen]:
    """One window; and with `stalled`, a second one after so many have joined that never read."""
    with (
        own_folder() as folder,
        brokers.topics(bootstrap, 1, PARTITIONS, brokers.SHORT_LOG) as (topic,),
        child("server", serve, bootstrap, topic, server, fan_out, folder) as serving,
        child("flood", producing.flood, bootstrap, topic, per_second, 0),
    ):
        url = serving.hear(START_SECONDS)
        return asyncio.run(_windows(serving, url, watchers, stalled, seconds))


async def _windows(
    serving: Child, url: str, watchers: int, stalled: int, seconds: float
) -> list[Seen]:
    ages: list[float] = []
    first_came = asyncio.Event()

    def on_frame(_viewer: Viewer, frame: bytes) -> None:
        ages.append(1000 * time.time() - head(frame)[2])
        first_came.set()

    viewers: list[Viewer] = []
    try:
        await opened(url, watchers, on_frame, into=viewers)
        try:
            await asyncio.wait_for(first_came.wait(), START_SECONDS)
        except TimeoutError:
            raise CannotMeasure("No watcher got a frame.") from None
        windows = [await _window(serving, viewers, ages, seconds)]
        if stalled:
            idle = await opened(url, stalled, on_frame, reads=False)
            viewers += idle
            windows += [await _window(serving, viewers[:-stalled], ages, seconds)]
        return windows
    finally:
        for viewer in viewers:
            viewer.close()


async def _window(serving: Child, viewers: list[Viewer], ages: list[float], seconds: float) -> Seen:
    await asyncio.sleep(min(SETTLE_SECONDS, seconds))
    _, server_before = await asyncio.to_thread(serving.answer, "how", START_SECONDS)
    before = [viewer.frames for viewer in viewers]
    ages.clear()
    own_before, began = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    own_after = time.process_time()
    after, seen_ages = [viewer.frames for viewer in viewers], tuple(ages)
    cluster, server_after = await asyncio.to_thread(serving.answer, "how", START_SECONDS)
    return Seen(
        per_second=tuple((last - first) / took for first, last in zip(before, after, strict=True)),
        ages=seen_ages,
        closed=sum(viewer.closed for viewer in viewers),
        server_cpu=100 * (server_after - server_before) / took,
        viewers_cpu=100 * (own_after - own_before) / took,
        sampled=bool(cluster["sampled"]),
    )


if __name__ == "__main__":
    main()
