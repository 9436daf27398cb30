"""Where the page's own layout has put the nodes: the same for everyone who looks.

It lasts as long as this process, and ends when everything is started over: nobody chose it, and a
picture that begins anew is laid out anew. Where a person dragged a card is kept in that person's
browser (`static/dashboard/js/positions.js`), and is none of this.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping

MAX_PLACES = 2000
"""Kept in all; those laid longest ago are forgotten first."""

Place = tuple[float, float]
"""px from the left and from the top of the page's drawing, before it is scaled to a window."""


class Places:
    """From any thread. An arrangement has a name, so that what belongs to an older one is known."""

    def __init__(self, arrangement: str | None = None) -> None:
        """`arrangement`: the first one's name; None: one that nobody can know."""
        self._turn = threading.Lock()
        self._arrangement = arrangement or uuid.uuid4().hex
        self._places: dict[str, Place] = {}
        """Those laid longest ago first."""

    def begin_anew(self) -> None:
        """Another arrangement, of which nothing is laid yet."""
        with self._turn:
            self._arrangement = uuid.uuid4().hex
            self._places = {}

    def all(self) -> tuple[str, dict[str, Place]]:
        """The arrangement's name, and where each node stands in it."""
        with self._turn:
            return self._arrangement, dict(self._places)

    def move(self, arrangement: str, moves: Mapping[str, Place | None]) -> bool:
        """These stand there now; those with None nowhere any more. False: that one is over."""
        with self._turn:
            if arrangement != self._arrangement:
                return False
            for node, place in moves.items():
                self._places.pop(node, None)
                if place is not None:
                    self._places[node] = place
            self._forget_oldest()
            return True

    def keep(self, arrangement: str, moves: Mapping[str, Place]) -> dict[str, Place] | None:
        """Those that stand nowhere yet stand there. Returns where each of them stands; None: that
        arrangement is over."""
        with self._turn:
            if arrangement != self._arrangement:
                return None
            self._places |= {n: place for n, place in moves.items() if n not in self._places}
            self._forget_oldest()
            return self._of(moves)

    def _of(self, nodes: Iterable[str]) -> dict[str, Place]:
        return {node: self._places[node] for node in nodes if node in self._places}

    def _forget_oldest(self) -> None:
        for node in list(self._places)[: max(0, len(self._places) - MAX_PLACES)]:
            del self._places[node]
