"""Functions that run in processes of their own, and end with the one that started them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from typing import Any

from bench.parts.script import CannotMeasure

END_SECONDS = 5.0
"""How long a child may take to end when it is asked to; then it is killed."""

_SPAWN = multiprocessing.get_context("spawn")


class Parent:
    """The child's end: tell the parent something, and notice when it asks for the end."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._said: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._last: Any = None
        self.ending = threading.Event()
        self.orphaned: Callable[[Any], None] = lambda said: None
        """Called with what the parent said last, when it is gone without asking for the end."""
        threading.Thread(target=self._follow, name="parent", daemon=True).start()

    def tell(self, what: Any) -> None:
        self._pipe.send(what)

    def next_word(self) -> Any:
        """What the parent says next; None: it asks for the end."""
        return self._said.get()

    def _follow(self) -> None:
        try:
            while (said := self._pipe.recv()) is not None:
                self._last = said
                self._said.put(said)
        except (EOFError, OSError):
            # The parent is gone, perhaps killed: nobody is left to measure for.
            self.orphaned(self._last)
            os.kill(os.getpid(), signal.SIGKILL)
        self.ending.set()
        self._said.put(None)


class Child:
    """The parent's end."""

    def __init__(self, name: str, work: Callable[..., None], *arguments: Any) -> None:
        self.name = name
        ours, theirs = _SPAWN.Pipe()
        self._pipe = ours
        self._process = _SPAWN.Process(
            target=_work, args=(work, theirs, *arguments), name=name, daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def hear(self, within_seconds: float) -> Any:
        """What it tells next. Raises CannotMeasure when it ended, or says nothing in time."""
        try:
            if self._pipe.poll(within_seconds):
                return self._pipe.recv()
        except (EOFError, OSError):
            raise CannotMeasure(f"The process {self.name} ended before it was done.") from None
        raise CannotMeasure(f"The process {self.name} said nothing for {within_seconds:g} s.")

    def says_within(self, seconds: float) -> bool:
        """Whether there is something to hear, waiting so long for it at most."""
        return self._pipe.poll(seconds)

    def say(self, what: Any) -> None:
        """Anything but None, which asks for the end."""
        self._pipe.send(what)

    def answer(self, what: Any, within_seconds: float) -> Any:
        self.say(what)
        return self.hear(within_seconds)

    def ask_to_end(self) -> None:
        """`Parent.ending` gets set there; what it tells after that can still be heard."""
        self._pipe.send(None)

    def end(self) -> None:
        with contextlib.suppress(OSError):  # it may have ended by itself
            self.ask_to_end()
        self._process.join(END_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()


@contextmanager
def child(name: str, work: Callable[..., None], *arguments: Any) -> Iterator[Child]:
    """Runs `work(parent, *arguments)` beside us; it is gone when the block is left."""
    started = Child(name, work, *arguments)
    try:
        yield started
    finally:
        started.end()


def _work(work: Callable[..., None], pipe: Pipe, *arguments: Any) -> None:
    # Ctrl-C in the terminal reaches all; the parent ends us in its own order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(Parent(pipe), *arguments)
