"""The whole server of `watch`, on a line that is played: `serve_line port title`.

Prints its address. No cluster is behind it: what a reader and a surveyor would tell is told here,
four times a second, until the process is ended. Where whoever started it is gone, it goes too.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace

from dashboard.picture import observations as seen

EVERY_SECONDS = 0.25


class Told:
    """In place of a picture of our own: all is told to the server's, under another title."""

    def __init__(self, observe: Callable[[seen.Observation], object], title: str) -> None:
        self._observe = observe
        self._title = title

    def observe(self, observation: seen.Observation) -> None:
        if isinstance(observation, seen.DeclarationSeen):
            observation = replace(observation, title=self._title)
        self._observe(observation)

    def tick(self, now: int) -> None:
        """The server lets time pass."""


def main(port: int, title: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowviz.settings")
    import django

    django.setup()

    from dashboard import clock
    from dashboard.management.session import Session
    from tests.browser.shown_line import ShownLine

    session = Session(port=port, acts=False, owns_processes=False, place=None)

    def start() -> None:
        threading.Thread(target=end_with_parent, daemon=True).start()
        line = ShownLine()
        line.picture = Told(session.pipeline.observe, title)  # type: ignore[assignment]
        line.now = clock.steady()
        line.declare()
        print(session.url, flush=True)
        while not session.ending:
            line.now = clock.steady() - 1000  # `second` moves it on by as much
            line.second(made=2)
            session.rest(EVERY_SECONDS)

    def end_with_parent() -> None:
        sys.stdin.read()
        os._exit(1)

    session.run(start, lambda: None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
