"""The partitions that a reader holds: their books, and which of it is committed.

Pure but for Kafka's TopicPartition; who holds the lock of the reader may call it.
"""

from __future__ import annotations

from dataclasses import dataclass

from confluent_kafka import TopicPartition

from flowviz.kit.book import Book, Verdict

Place = tuple[str, int]
Mark = tuple[int, int]
"""A pass and an offset in it: what a commit says, apart from counters that follow from it."""


@dataclass(slots=True)
class Holding:
    """One partition."""

    book: Book
    ready: int | None
    """The offset that may be committed; None: the position itself."""
    saved: Mark | None
    """The last commit that stands; None: none under this book."""
    sent: Mark | None = None
    """The commit that is under way."""

    @property
    def due(self) -> int:
        """The offset to commit."""
        return self.book.position if self.ready is None else self.ready

    @property
    def mark(self) -> Mark:
        return self.book.number, self.due


class Holdings:
    """All partitions of one reader."""

    def __init__(self, *, stored_by_hand: bool) -> None:
        """`stored_by_hand`: only what the service stored may be committed."""
        self._held: dict[Place, Holding] = {}
        self._by_hand = stored_by_hand

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, place: Place) -> bool:
        return place in self._held

    def book(self, place: Place) -> Book | None:
        held = self._held.get(place)
        return None if held is None else held.book

    def places(self) -> list[Place]:
        return list(self._held)

    def open(self, place: Place, book: Book, *, as_committed: bool) -> None:
        """From now on `place` is held. `as_committed`: the last commit says just what the book
        says, so that it need not be made again.
        """
        ready = book.position if self._by_hand else None
        saved = (book.number, book.position) if as_committed else None
        self._held[place] = Holding(book, ready, saved)

    def drop(self, place: Place) -> None:
        self._held.pop(place, None)

    def finish(self, place: Place, offset: int, verdict: Verdict) -> None:
        """An event is dealt with. Of a partition that is not held any more nothing is counted."""
        held = self._held.get(place)
        if held is not None:
            held.book.count(offset, verdict)

    def store(self, place: Place, offset: int) -> None:
        """The service says that everything before `offset` may be committed."""
        held = self._held.get(place)
        if held is not None and self._by_hand:
            held.ready = offset

    def moved(self, place: Place) -> None:
        """The book was put to another position: what was stored before does not count."""
        held = self._held.get(place)
        if held is not None and self._by_hand:
            held.ready = held.book.position

    def unsaved(self) -> list[TopicPartition]:
        """What a commit has to hold now, with the ledger entries as metadata."""
        return [
            self.commit_of(place, held.due)
            for place, held in self._held.items()
            if held.saved != held.mark
        ]

    def dirty(self) -> bool:
        """Whether `unsaved` would hold anything: asked before every event, so it encodes none."""
        return any(held.saved != held.mark for held in self._held.values())

    def unsent(self) -> bool:
        """Whether there is something to commit that no commit under way has."""
        return any(held.mark not in (held.saved, held.sent) for held in self._held.values())

    def commit_of(self, place: Place, offset: int, metadata: str | None = None) -> TopicPartition:
        """A commit of `offset`: with the ledger's entry, or the service's own metadata."""
        book = self.book(place)
        if metadata is None and book is not None:
            metadata = book.entry_at(offset).encode()
        topic, partition = place
        if metadata is None:
            return TopicPartition(topic, partition, offset)
        return TopicPartition(topic, partition, offset, metadata=metadata)

    def sent(self, offsets: list[TopicPartition]) -> None:
        """These are on their way."""
        for tp in offsets:
            held = self._held.get((tp.topic, tp.partition))
            if held is not None:
                held.sent = (held.book.number, tp.offset)

    def confirmed(self, tp: TopicPartition) -> None:
        """The commit of `tp` stands."""
        held = self._held.get((tp.topic, tp.partition))
        if held is not None and held.sent == (held.book.number, tp.offset):
            held.saved, held.sent = held.sent, None
            held.book.confirm(tp.offset)
