"""Reading again, because a wish asks for it: once in each partition, by what its ledger says.

Used by the thread that polls, with the reader's lock held.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, KafkaException

from flowviz.kit import positions
from flowviz.kit.book import Book
from flowviz.kit.committing import Committing
from flowviz.kit.holdings import Place
from flowviz.kit.wish import Rewind, Wish

if TYPE_CHECKING:
    from flowviz.kit.partitions import Partitions

_log = logging.getLogger("flowviz.kit")


class Rewinding:
    """The rewinds of one reader."""

    def __init__(
        self, partitions: Partitions, client: Consumer, commits: Committing, instance: str
    ) -> None:
        self.on_rewind: Callable[[], None] = lambda: None
        self._partitions, self._client, self._commits = partitions, client, commits
        self._instance = instance
        self._done: Rewind | None = None
        self._again_at = 0.0
        self._strange: set[Place] = set()
        """Opened, from a commit in which nothing says what was read again."""
        self._left: dict[Place, str] = {}
        """Where a rewind was left undone, and its id: that of the wish that asked for it. Newer
        wishes still hold that rewind, and are not refused for it."""

    def opened(self, place: Place, *, strange: bool) -> None:
        """The partition is held from now on; `strange`: its last commit carries no ledger."""
        self._done = None
        if strange:
            self._strange.add(place)

    def forget(self, place: Place) -> None:
        """The partition is held no more."""
        self._strange.discard(place)
        self._left.pop(place, None)

    def obey(self, wish: Wish | None) -> None:
        """Does what the newest wish asks, in every partition where it has not been done. Tries
        again later what the cluster does not answer.
        """
        rewind = None if wish is None else wish.rewind
        if self._strange:
            self._leave_strange(wish)
        if rewind is None or rewind == self._done or time.monotonic() < self._again_at:
            return
        try:
            for place in self._partitions.holdings.places():
                self._obey_in(place, rewind)
            self._done = rewind
        except KafkaException as error:
            _log.warning("%s: could not rewind (%s); trying again.", self._instance, error)
            self._again_at = time.monotonic() + positions.AGAIN_SECONDS

    def refusal(self, wish: Wish | None) -> str | None:
        """Where the rewind was left undone that this very wish asked for, in words; None:
        nowhere. From any thread.
        """
        left = [place for place, id in self._left.copy().items() if wish and id == wish.id]
        if not left:
            return None
        places = ", ".join(f"{topic} [{partition}]" for topic, partition in sorted(left))
        return (
            f"Not read again: somebody else set the group's position in {places}. "
            "Rewind again if it is still wanted."
        )

    def _leave_strange(self, wish: Wish | None) -> None:
        """A wish that was there before these partitions were opened may have been obeyed long ago:
        an operator's tool that sets offsets takes away the ledger that knew. Nothing is read
        again on a mere suspicion; what is wished from now on is.
        """
        strange, self._strange = self._strange, set()
        if wish is None or wish.rewind is None:
            return
        rewind = wish.rewind
        for place in strange:
            book = self._partitions.holdings.book(place)
            if book is None or book.rw == rewind.id:
                continue
            if not self._stands_there(place, book, rewind):
                self._left[place] = rewind.id
                said = "%s: %s [%d]: not read again for a rewind that may have been done before."
                _log.warning(said, self._instance, *place)
            book.leave_rewind(rewind.id)
            self._commits.these([self._partitions.holdings.commit_of(place, book.position)])

    def _stands_there(self, place: Place, book: Book, rewind: Rewind) -> bool:
        try:
            target = positions.rewind_target(self._client, *place, rewind)
        except KafkaException:
            return False
        return target is None or target >= book.position

    def _obey_in(self, place: Place, rewind: Rewind) -> None:
        book = self._partitions.holdings.book(place)
        if book is None or book.rw == rewind.id:
            return
        target = positions.rewind_target(self._client, *place, rewind)
        if target is None:
            return
        # A step ahead would pass events that nobody has handled: this is for reading again.
        target = min(target, book.position)
        # First the step, then the book: one that failed would else count as done.
        self._partitions.move(place, target)
        book.start_over(target, rewind.id)
        self._partitions.holdings.moved(place)
        self.on_rewind()
        self._commits.these([self._partitions.holdings.commit_of(place, target)])
        _log.info("%s: %s [%d]: reading again from %d.", self._instance, *place, target)
