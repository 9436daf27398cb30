"""When the log under a partition is not what it was: retention has removed what was to be read
next, or the topic was deleted and made anew. The book says so, and reading goes on.

Used by the thread that polls, with the reader's lock held.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, KafkaException

from flowviz.kit import positions
from flowviz.kit.book import Book
from flowviz.kit.holdings import Place
from flowviz.kit.topic_ids import TopicIds

if TYPE_CHECKING:
    from flowviz.kit.partitions import Partitions

_log = logging.getLogger("flowviz.kit")


class LogChanges:
    """What became of the logs of one reader's partitions."""

    def __init__(
        self,
        partitions: Partitions,
        client: Consumer,
        ids: TopicIds,
        reset: positions.Reset,
        instance: str,
    ) -> None:
        self._partitions, self._client, self._ids = partitions, client, ids
        self._reset: positions.Reset = reset
        self._instance = instance
        self._troubled: dict[Place, float] = {}

    def forget(self, place: Place) -> None:
        """The partition is held no more."""
        self._troubled.pop(place, None)

    def look(self) -> None:
        """Compares the topics' ids, and puts again what was not answered, where it is due."""
        self._compare_ids()
        for place in [p for p, at in self._troubled.items() if time.monotonic() >= at]:
            self.go_on_from_the_log(place)

    def go_on_from_the_log(self, place: Place) -> bool:
        """After "offset out of range": books why, and reads on from where the log has something.

        False: the service itself wants to hear of it.
        """
        book = self._partitions.holdings.book(place)
        self._troubled.pop(place, None)
        if book is None:
            return False
        before = book.position
        try:
            low, high = positions.ends_of(self._client, *place)
            target = positions.out_of_range(book, low, high, self._reset)
            if target is None:
                return False
            self._partitions.holdings.moved(place)
            self._partitions.move(place, target)
        except KafkaException as error:
            _log.debug("%s: %s [%d]: %s", self._instance, *place, error)
            self._troubled[place] = time.monotonic() + positions.AGAIN_SECONDS
            return True
        said = "%s: %s [%d]: the log no longer holds offset %d; going on from %d."
        _log.warning(said, self._instance, *place, before, target)
        return True

    def _compare_ids(self) -> None:
        """Begins anew where a topic was made anew while it was read. Tries again later."""
        if not self._ids.due():
            return
        holdings = self._partitions.holdings
        places = holdings.places()
        for topic, topic_id in self._ids.look({topic for topic, _ in places}).items():
            for place in [place for place in places if place[0] == topic]:
                book = holdings.book(place)
                if book is None or book.know_topic(topic_id):
                    continue
                try:
                    self._begin_anew(place, book, topic_id)
                except KafkaException as error:
                    _log.debug("%s: %s [%d]: %s", self._instance, *place, error)

    def _begin_anew(self, place: Place, book: Book, topic_id: str) -> None:
        # First the step, then the book: one that failed would else count as done.
        low, high = positions.ends_of(self._client, *place)
        self._partitions.move(place, high if self._reset == "latest" else low)
        positions.made_anew(book, low, high, self._reset, topic_id)
        self._partitions.holdings.moved(place)
        self._partitions.on_lost()
        said = "%s: %s [%d]: the topic was made anew; going on from %d."
        _log.warning(said, self._instance, *place, book.position)
