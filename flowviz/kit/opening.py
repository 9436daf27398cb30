"""The partitions that were given to a reader and whose place to read from is not known yet.

The cluster may not say where the group stands, or a partition may have no leader, for seconds or
for hours. The reader then goes on with what it has; the others wait here, and are asked for again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicPartition

from flowviz.kit import ledger, positions
from flowviz.kit.book import Book
from flowviz.kit.holdings import Place
from flowviz.kit.topic_ids import TopicIds

_log = logging.getLogger("flowviz.kit")

AGAIN_SECONDS = 0.5
"""Between two rounds of questions."""
AGAIN_QUESTION_SECONDS = 2.0
"""How long a question of the first later round may take: a wish or a stop waits so long."""
MOST_QUESTION_SECONDS = 8.0
"""Each round that the cluster did not answer at all doubles the patience, up to here: with the same
short patience in every round, one that is slow but well would never be heard, and the partitions
would wait for ever."""
REST = 0.25
"""Of a round's patience: so long the others are read before the next, where that is longer."""
PARKED_AT = 0
"""Where the client has a partition that waits; it is paused, and then moved. Never the beginning
or the end: the client looks those up, and an answer that is out of date, because it was paused or
moved meanwhile, makes it ask once more and go there, past all that the move was to read.
"""


class Opened(NamedTuple):
    """A partition whose place to read from is known."""

    place: Place
    book: Book | None
    """None: nothing was committed and the settings say that this is an error; the client tells."""
    as_committed: bool
    """The last commit says just what the book says."""
    strange: bool
    """The last commit carries no ledger: somebody else's tool made it, and not the kit."""


class Opening:
    """Used by the thread that polls, with the reader's lock held."""

    def __init__(
        self, client: Consumer, ids: TopicIds, reset: positions.Reset, instance: str
    ) -> None:
        self.give_up: Callable[[], bool] = lambda: False
        """Whether questions to a cluster that does not answer should end."""
        self.trouble: str | None = None
        """What is waited for, as a sentence; None: for nothing."""
        self._client, self._ids, self._instance = client, ids, instance
        self._reset: positions.Reset = reset
        self._wanted: dict[Place, TopicPartition] = {}
        self._again_at = 0.0
        self._patience = AGAIN_QUESTION_SECONDS

    def __contains__(self, place: Place) -> bool:
        return place in self._wanted

    def want(self, partitions: list[TopicPartition]) -> None:
        """These are to be opened; an offset may ask for a place of its own."""
        self._wanted |= {(tp.topic, tp.partition): tp for tp in partitions}

    def forget(self, place: Place) -> None:
        self._wanted.pop(place, None)
        if not self._wanted:
            self.trouble = None
            self._patience = AGAIN_QUESTION_SECONDS

    def places(self) -> list[Place]:
        return list(self._wanted)

    def parked(self, tp: TopicPartition) -> TopicPartition:
        """What to tell the client of a partition: one that waits is held, paused, at a place
        that means nothing.
        """
        place = (tp.topic, tp.partition)
        return TopicPartition(*place, PARKED_AT) if place in self._wanted else tp

    def due(self) -> bool:
        return bool(self._wanted) and time.monotonic() >= self._again_at

    def ask_again(self) -> list[Opened]:
        """As `ask`, with a patience that grows while the cluster does not answer in time."""
        return self.ask(self._patience)

    def ask(self, seconds: float) -> list[Opened]:
        """What the cluster says of them now; they wait no more. Never raises: of the others the
        next round asks, and first of those that were not asked this time.
        """
        opened: list[Opened] = []
        place: Place | None = None
        try:
            if self._wanted and not self.give_up():
                commits = positions.ask_committed(
                    self._client, list(self._wanted.values()), seconds
                )
                if self.give_up():
                    return []
                ids = self._ids.ask({topic for topic, _ in self._wanted}, seconds)
                for place, wanted in list(self._wanted.items()):
                    if self.give_up():
                        break
                    opened.append(
                        self._one(place, wanted, commits[place], ids.get(place[0]), seconds)
                    )
                    self.forget(place)
        except KafkaException as error:
            self._failed(place, error)
            if place is None:  # nobody answered; one partition alone must not slow the others
                self._patience = min(2 * self._patience, MOST_QUESTION_SECONDS)
        self._again_at = time.monotonic() + max(AGAIN_SECONDS, REST * seconds)
        return opened

    def _one(
        self,
        place: Place,
        wanted: TopicPartition,
        commit: TopicPartition,
        topic_id: str | None,
        seconds: float,
    ) -> Opened:
        book = positions.open_book(self._client, wanted, commit, self._reset, topic_id, seconds)
        entry = ledger.parse(commit.metadata)
        if book is None:
            return Opened(place, None, as_committed=False, strange=False)
        book.know_topic(topic_id)
        if entry is not None and entry.topic_id not in (None, book.topic_id):
            said = "%s: %s [%d]: the topic was made anew; going on from %d."
            _log.warning(said, self._instance, *place, book.position)
        left_as = (book.position, book.number, book.topic_id)
        same = entry is not None and left_as == (commit.offset, entry.number, entry.topic_id)
        # Where nothing was ever committed nobody has set anything either.
        return Opened(place, book, same, strange=entry is None and commit.offset >= 0)

    def _failed(self, place: Place | None, error: KafkaException) -> None:
        known = self.trouble
        if place is None:
            self.trouble = f"waits to hear where its group stands: {_words(error)}"
        else:
            self._wanted[place] = self._wanted.pop(place)
            self.trouble = f"waits for {place[0]} [{place[1]}]: {_words(error)}"
        level = logging.WARNING if known is None else logging.DEBUG
        _log.log(level, "%s: %s.", self._instance, self.trouble)


def _words(error: KafkaException) -> str:
    return str(error.args[0].str()).removesuffix(".")
