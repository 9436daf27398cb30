"""What a flood does to the page, to what is shown, and to the ledger.

`manage.py demo` runs the parts line at its own 8 parts a second; then its source gives all that the
machine can for some seconds. Meanwhile a Chromium draws the page and a watcher takes the frames; in
the end the source is paused, and the ledger must account for every part.

Baseline: the same page, in the same run, at 8 parts a second.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts import dashboards
from bench.parts.chromium import Drawing, drawing
from bench.parts.figures import Figure, Target, amount, machine, percentile, show
from bench.parts.folder import own_folder
from bench.parts.partsline import READERS, SCANNED, SOURCE, START_SECONDS, PartsLine, unaccounted
from bench.parts.script import options, run
from bench.parts.viewers import Viewer, head, opened

FRAME_MILLISECONDS = 50.0
"""Aimed at for the slowest hundredth: twenty pictures a second are still a motion."""
AGE_MILLISECONDS = 120.0
"""As for a frame at rest: latency.py, fanout.py."""
CAUGHT_UP = 50
CATCH_UP_SECONDS = 240.0
LOOK_SECONDS = 1.0
"""What is sampled is so for three seconds at least."""
SAID = "sampled"
"""The word by which the page says that it does not show every part."""


@dataclass(slots=True)
class Ages:
    """How old frames were when a watcher had them, and the newest part in them; milliseconds."""

    frames: list[float] = field(default_factory=list)
    parts: list[float] = field(default_factory=list)

    def taken(self) -> Ages:
        taken = Ages(self.frames, self.parts)
        self.frames, self.parts = [], []
        return taken


@dataclass(frozen=True, slots=True)
class Window:
    """What was seen in a while."""

    frame_times: Sequence[float]
    ages: Ages
    rate: float
    """Parts a second, by the ends of the log."""


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, help="of the flood (5; 1 with --quick)")
    parser.add_argument("--before", type=float, help="seconds at 8 a second (15; 2 with --quick)")
    run(measure, parser.parse_args(), at_most_seconds=600)


def measure(given: Namespace) -> None:
    seconds = given.seconds or (1.0 if given.quick else 5.0)
    before = given.before or (2.0 if given.quick else 15.0)
    with (
        own_folder() as folder,
        dashboards.dashboard(
            dashboards.command("demo", "--no-browser", "--port", "0"),
            {"FLOWVIZ_DATA_DIR": str(folder)},
        ) as demo,
    ):
        line = PartsLine(demo)
        line.until(line.all_run, START_SECONDS, "all services run")
        with watching(line.url) as ages, drawing(line.url) as page:
            drawn = Drawn(line, page, ages)
            calm = drawn.window(before)
            line.act(SOURCE, "flood", seconds=seconds)
            flood = drawn.window(seconds)
            said = page.says(SAID)
            began = time.monotonic()
            caught_up = {name: drawn.caught_up(name) - began for name in READERS}
            after = drawn.window(0.0)
        line.come_to_rest(CATCH_UP_SECONDS)
        ledger = line.flow()["ledger"]
    report_page(calm, flood, after, seconds)
    report_parts(ledger, caught_up, drawn.sampled, said)


class Drawn:
    """The page and the watcher, in one window of time after the other."""

    def __init__(self, line: PartsLine, page: Drawing, ages: Ages) -> None:
        self._line, self._page, self._ages = line, page, ages
        self.sampled = False
        """Whether the topic of the parts was, at any look so far."""
        self._begin()

    def _begin(self) -> None:
        self._page.begin()
        self._ages.taken()
        self._began = time.monotonic(), self._published()

    def window(self, seconds: float) -> Window:
        """From the end of the last one, and for so long from now on."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._page.wait(min(left, LOOK_SECONDS))
            self.sampled = self.sampled or SCANNED in self._line.flow()["cluster"]["sampled"]
        frame_times, ages = self._page.frame_times(), self._ages.taken()
        (began, before), now, published = self._began, time.monotonic(), self._published()
        self._began = now, published
        return Window(frame_times, ages, (published - before) / (now - began))

    def caught_up(self, reader: str) -> float:
        """When that was so, on the clock `time.monotonic`."""

        def has() -> bool:
            waiting = self._line.counted()[reader]["waiting"]
            return waiting is not None and waiting < CAUGHT_UP

        return self._line.until(has, CATCH_UP_SECONDS, f"{reader} has caught up")

    def _published(self) -> int:
        return max(one["published"] or 0 for one in self._line.counted().values())


@contextmanager
def watching(url: str) -> Iterator[Ages]:
    """A watcher of the socket, in a thread of its own."""
    ages, ending, loops = Ages(), asyncio.Event(), list[asyncio.AbstractEventLoop]()

    def on_frame(_viewer: Viewer, frame: bytes) -> None:
        now = 1000 * time.time()
        ages.frames.append(now - head(frame)[2])
        events = json.loads(frame).get("events", ())
        live = [event["event_at"] for event in events if event["live"] and event["event_at"]]
        if live:
            ages.parts.append(now - max(live))

    async def watch() -> None:
        loops.append(asyncio.get_running_loop())
        (viewer,) = await opened(url, 1, on_frame)
        await ending.wait()
        viewer.close()

    thread = threading.Thread(target=lambda: asyncio.run(watch()), daemon=True)
    thread.start()
    try:
        yield ages
    finally:
        if loops:
            loops[0].call_soon_threadsafe(ending.set)
        thread.join(START_SECONDS)


# ---- what is told


def report_page(calm: Window, flood: Window, after: Window, seconds: float) -> None:
    at_rest = f"at {amount(calm.rate, 'parts/s')}"
    figures = [Figure("parts written", flood.rate, "/s", None, calm.rate, "before the flood")]
    for when, window in (("in the flood", flood), ("catching up", after)):
        for name, share, most in (("p50", 0.5, None), ("p99", 0.99, FRAME_MILLISECONDS)):
            figures.append(
                Figure(
                    f"from frame to frame of the page, {when}, {name}",
                    percentile(window.frame_times, share),
                    "ms",
                    Target(at_most=most) if most else None,
                    percentile(calm.frame_times, share),
                    at_rest,
                )
            )
        figures += [
            Figure(
                f"age of frames at a watcher, {when}, p99",
                percentile(window.ages.frames, 0.99),
                "ms",
                Target(at_most=AGE_MILLISECONDS),
                percentile(calm.ages.frames, 0.99),
                at_rest,
            ),
            *(
                Figure(
                    f"age of the newest part in a frame, {when}, {name}",
                    percentile(window.ages.parts, share),
                    "ms",
                    None,
                    percentile(calm.ages.parts, share),
                    at_rest,
                )
                for name, share in (("p50", 0.5), ("p99", 0.99))
            ),
        ]
    longest = ", ".join(
        f"{when} {amount(max(window.frame_times, default=None), 'ms')}"
        for when, window in (("before", calm), ("in the flood", flood), ("catching up", after))
    )
    show(
        f"flood.py: the page in Chromium while the source gives all it can for {seconds:g} s",
        figures,
        [
            f"longest time between two frames of the page: {longest}",
            "a part is as old as the source's own queue is long, too",
            machine(),
        ],
    )


def report_parts(
    ledger: dict[str, object], caught_up: dict[str, float], sampled: bool, said: bool
) -> None:
    services = {name: ledger["services"][name] for name in READERS}  # type: ignore[index]
    figures = [
        Figure(
            f"{name}: parts unaccounted for",
            unaccounted(services[name]),
            "",
            Target(at_most=0),
            services[name]["published"],
            "written",
        )
        for name in READERS
    ]
    figures.append(Figure("lost", ledger["lost"], "", Target(at_most=0)))  # type: ignore[arg-type]
    figures += [
        Figure(f"{name}: caught up after the flood", took, "s") for name, took in caught_up.items()
    ]
    show(
        "flood.py: the ledger when all is at rest again",
        figures,
        [
            f"sampled in the flood: {'yes' if sampled else 'no'}; "
            f"said on the page: {'yes' if said else 'no'}",
            "accounted for: handled, known already, given up, waiting",
            machine(),
        ],
    )


if __name__ == "__main__":
    main()
