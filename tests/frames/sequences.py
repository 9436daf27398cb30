"""Frames of a known story, the same in every run: whoever decodes them must end in `expected`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dashboard.frames import codec
from dashboard.frames.cutter import Frame, FrameCutter
from dashboard.picture import observations as seen
from tests.picture.direct_line import DOUBLES, Direct
from tests.picture.sights import START, Line, event, group, process, survey, topics, wish


class FrameSequence(NamedTuple):
    name: str
    frames: list[Frame]
    """A keyframe, and the deltas and heartbeats that follow it; plain JSON."""
    expected: dict[str, Any]
    """The state after the last one, as `codec.apply` holds it."""


class Filming:
    """A line of services, and a frame for each thing that happens to it."""

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or Line(owns_processes=True)
        self.cutter = FrameCutter("epoch")
        self.frames = [plain(self.cutter.key(self.line.shown(), START))]

    def frame(self) -> None:
        delta = self.cutter.delta(self.line.shown(), self.line.now)
        self.frames.append(plain(delta or self.cutter.heartbeat(self.line.now)))

    def observe(self, *observations: seen.Observation) -> None:
        for observation in observations:
            self.line.picture.observe(observation)
        self.frame()

    def seconds(self, count: int, **how: int) -> None:
        for _ in range(count):
            self.line.second(**how)
            self.frame()

    def sequence(self, name: str) -> FrameSequence:
        key = plain(self.cutter.key(self.line.shown(), self.line.now))
        return FrameSequence(name, self.frames, codec.apply(None, key))


def quiet() -> Filming:
    """Nothing happens: heartbeats alone."""
    film = Filming()
    for _ in range(5):
        film.line.pass_time(1)
        film.frame()
    return film


def pause_and_recovery() -> Filming:
    """The story of the demonstration: a pause, a backlog, a resume, a report."""
    film = Filming()
    film.seconds(12)
    film.observe(
        seen.CommandSeen(film.line.now, "w1", "quality", "pause", "sent"), wish(film.line.now)
    )
    film.line.phase, film.line.want = "paused", "w1"
    film.seconds(10, done=0)
    film.observe(wish(film.line.now, "running", id="w2"))
    film.line.phase, film.line.want = "running", "w2"
    film.seconds(5, done=24)
    film.seconds(3)
    return film


def topic_made_anew() -> Filming:
    """A topic goes, and one of the same name comes: deleted and set in one delta."""
    film = Filming()
    film.seconds(3)
    facts = {"parts": seen.TopicFacts("id-anew", 1), "graded": seen.TopicFacts("id-graded", 1)}
    film.observe(seen.TopicsSeen(film.line.now, facts))
    film.observe(topics(film.line.now, graded=1))
    film.observe(seen.TopicsSeen(film.line.now, facts))
    return film


def more_events_than_the_tape_holds() -> Filming:
    film = Filming()
    film.seconds(2, made=50)
    film.seconds(1, made=200)
    return film


def strange_names() -> Filming:
    """Names with the marks that ids are made of, and letters beyond the basic plane."""
    film = Filming()
    name, now = "a:b>c \N{GRINNING FACE} %2F é", film.line.now
    film.observe(
        seen.EventsSeen(now, (event("parts", 0, source=name, key="\u2028</script>"),)),
        process(now, "crashed", name),
        survey(now, group(name, {("parts", 0): 0}), ends={("parts", 0): 1}),
    )
    film.line.pass_time(2)
    film.frame()
    return film


def cluster_away() -> Filming:
    """The cluster stops to answer and comes back."""
    film = Filming()
    film.seconds(3)
    now = film.line.now
    film.observe(seen.ClusterSeen(now, False, "127.0.0.1:1", reason="no answer"))
    film.line.pass_time(20)
    film.frame()
    film.observe(seen.ClusterSeen(film.line.now, True, "127.0.0.1:1", 1, "4.3.0"))
    film.seconds(2)
    return film


def direct_line_halted() -> Filming:
    """One pause of a service in both lines: a report of each, and the direct line switched off."""
    line = Direct()
    film = Filming(line)
    line.pause("quality-d", both=True)
    film.frame()
    for done, refused in ((0, 8), (0, 8), (8, 0), (8, 0), (8, 0), (8, 0)):
        if done == 8 and line.phase == "paused":
            line.resume("quality-d")
        line.flow(1, done=done, refused=refused)
        film.frame()
    line.become("crashed", "shipping-d")
    line.flow(1, done=0, refused=8)
    film.frame()
    line.ask("twin-stop")
    film.frame()
    for name in DOUBLES:
        line.become("stopped", name)
        film.frame()
    return film


STORIES: tuple[Callable[[], Filming], ...] = (
    quiet,
    pause_and_recovery,
    topic_made_anew,
    more_events_than_the_tape_holds,
    strange_names,
    cluster_away,
    direct_line_halted,
)


def sequences() -> list[FrameSequence]:
    return [story().sequence(story.__name__) for story in STORIES]


def plain(frame: Frame) -> Frame:
    """As it arrives: through bytes and back."""
    return codec.decode(codec.encode(frame))
