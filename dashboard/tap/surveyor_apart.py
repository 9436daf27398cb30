"""The surveyor in a process of its own, for Kafka's client may end the process that asks.

Asked for a group's commits or members while a broker restarts, librdkafka 2.16 can crash (seen
here: SIGSEGV in OffsetFetch after NOT_COORDINATOR, its issue 5040, and a failed assertion in
DescribeConsumerGroups). In the server's process that would end the page, so those questions are put
by a child. When it dies, another takes its place, and the picture goes on.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from dashboard import clock
from dashboard.cluster.connection import Connection
from dashboard.cluster.health import CHECK_SETTINGS
from dashboard.picture.observations import ClusterSeen, Observation, Observe
from dashboard.tap.clock import elapsing
from dashboard.tap.topic_filter import TopicFilter
from flowviz.config import without_secrets

ROOT = Path(__file__).resolve().parents[2]

LOOK_UP_SECONDS = 0.2
"""How often a silent child leaves time to see that it should stop."""
END_SECONDS = 2.0
"""A child that was told to end gets so long before it is killed."""
SILENT_SECONDS = 60.0
"""A child that says nothing for so long hangs: it tells something every few seconds, be it that the
cluster is away."""
CRASHES_AT_ONCE = 3
"""So many crashes within FORGIVEN_AFTER_SECONDS are made good without a word but in the log."""
FORGIVEN_AFTER_SECONDS = 60.0

log = logging.getLogger(__name__)


class SurveyorDied(Exception):
    """The child ended although nobody asked; the text says how."""


class SurveyorSilent(SurveyorDied):
    """It had to be ended, for it told nothing."""


class SurveyorApart:
    """Tells what Surveyor tells; `run` raises what ends the child for good."""

    def __init__(self, connection: Connection, observe: Observe, *, topics: TopicFilter) -> None:
        self._connection = connection
        self._observe = observe
        self._topics = topics
        self.moved_at: float | None = None
        """It cannot hang: what its child does not tell in time, the picture notices."""
        self.pid: int | None = None
        """The child's, while there is one."""
        self.crashes = 0
        """Children that ended unasked, since the start."""
        self._answered = connection.kafka is not None
        """The cluster has answered once, or is our own: the settings cannot be wrong."""

    def run(self, stop: threading.Event) -> None:
        """Survey until `stop` is set. Raises SurveyorDied when it crashes again and again, or was
        silent: that is never made good without a word."""
        crashes: list[float] = []
        while not stop.is_set():
            try:
                self._run_once(stop)
            except SurveyorDied as death:
                self.crashes += 1
                at = elapsing()
                crashes = [one for one in crashes if at - one < FORGIVEN_AFTER_SECONDS] + [at]
                if len(crashes) > CRASHES_AT_ONCE or isinstance(death, SurveyorSilent):
                    raise
                log.info("The survey begins again: %s", death)

    def _run_once(self, stop: threading.Event) -> None:
        told, telling = multiprocessing.Pipe(duplex=False)
        with told:
            with telling:
                child = _start(telling)
            try:
                self.pid = child.pid
                _hand_over(child, self._connection, self._topics)
                self._relay(told, stop)
            finally:
                self.pid = None
                code = _end(child)
        if not stop.is_set():
            raise SurveyorDied(_how(code))

    def _relay(self, told: Pipe, stop: threading.Event) -> None:
        """Hand on what the child tells, until it ends or `stop` is set."""
        heard_at = elapsing()
        while not stop.is_set():
            if not told.poll(LOOK_UP_SECONDS):
                if elapsing() - heard_at > SILENT_SECONDS:
                    raise SurveyorSilent(f"its process said nothing for {SILENT_SECONDS:g} s")
                continue
            try:
                said = told.recv()
            except (EOFError, OSError):
                return
            heard_at = elapsing()
            if isinstance(said, str):
                raise SurveyorDied(said)
            if isinstance(said, logging.LogRecord):
                logging.getLogger(said.name).handle(said)
            else:
                self._hand_on(said)

    def _hand_on(self, seen: Observation) -> None:
        if isinstance(seen, ClusterSeen):
            self._answered |= seen.reachable
            if not self._answered:
                seen = replace(seen, reason=f"{seen.reason} {CHECK_SETTINGS}")
        self._observe(seen)


def _start(telling: Pipe) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "dashboard.tap.surveyor_process", str(telling.fileno())],
        stdin=subprocess.PIPE,
        pass_fds=(telling.fileno(),),
        env={**without_secrets(os.environ), "PYTHONPATH": str(ROOT)},
        start_new_session=True,  # Ctrl-C is for us: we end it, in order
    )


def _hand_over(child: subprocess.Popen[bytes], connection: Connection, topics: TopicFilter) -> None:
    """What it needs goes through a pipe: a password has no place among a process's arguments.

    The pipe stays open. When it closes, whatever the reason, the child ends.
    """
    assert child.stdin is not None
    try:
        pickle.dump((connection, topics, clock.share(), log.getEffectiveLevel()), child.stdin)
        child.stdin.flush()
    except BrokenPipeError:
        return  # it died already; how is told by its exit code


def _end(child: subprocess.Popen[bytes]) -> int:
    """Close its pipe, wait, and kill it if need be. Returns the exit code."""
    assert child.stdin is not None
    try:
        child.stdin.close()
    except BrokenPipeError:
        log.debug("The surveyor's process was gone before its pipe")
    try:
        return child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _how(code: int) -> str:
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with exit code {code}"
