"""Where a partition is read from: what was committed, where its log begins and ends, rewinds."""

from __future__ import annotations

from typing import Literal

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    OFFSET_STORED,
    Consumer,
    IsolationLevel,
    KafkaException,
    TopicPartition,
)

from flowviz.kit import ledger
from flowviz.kit.book import Book
from flowviz.kit.wish import Rewind

QUESTION_SECONDS = 5.0
"""How long one question to the cluster may take."""
AGAIN_SECONDS = 1.0
"""Before a question that the cluster did not answer is put again."""

Reset = Literal["earliest", "latest", "error"]

_RESETS: dict[str, Reset] = {
    "smallest": "earliest",
    "earliest": "earliest",
    "beginning": "earliest",
    "largest": "latest",
    "latest": "latest",
    "end": "latest",
    "error": "error",
}


def reset_of(setting: object) -> Reset:
    """What `auto.offset.reset` means. Raises ValueError with a sentence for an unknown value."""
    reset = _RESETS.get(str(setting))
    if reset is None:
        raise ValueError(
            f"auto.offset.reset is {setting!r}; it can be one of {', '.join(_RESETS)}."
        )
    return reset


def isolation_of(setting: object) -> IsolationLevel:
    """What `isolation.level` means; the client itself refuses an unknown value."""
    uncommitted = setting == "read_uncommitted"
    return IsolationLevel.READ_UNCOMMITTED if uncommitted else IsolationLevel.READ_COMMITTED


def ask_committed(
    client: Consumer, partitions: list[TopicPartition], seconds: float
) -> dict[tuple[str, int], TopicPartition]:
    """The group's commits, with their metadata. Raises KafkaException when there is no answer."""
    plain = [TopicPartition(p.topic, p.partition) for p in partitions]
    answers = Consumer.committed(client, plain, timeout=seconds)
    failed = next((answer.error for answer in answers if answer.error is not None), None)
    if failed is not None:
        raise KafkaException(failed)
    return {(answer.topic, answer.partition): answer for answer in answers}


def ends_of(
    client: Consumer, topic: str, partition: int, seconds: float = QUESTION_SECONDS
) -> tuple[int, int]:
    """Start and end of the log: the first offset that is there, and the next to be written.

    Raises KafkaException when the partition can not be asked.
    """
    low, high = Consumer.get_watermark_offsets(
        client, TopicPartition(topic, partition), timeout=seconds
    )
    return low, high


def known_end(client: Consumer, topic: str, partition: int) -> int | None:
    """The end of the log when the client last fetched from it; asks nobody. None: it never has."""
    place = TopicPartition(topic, partition)
    try:
        ends = Consumer.get_watermark_offsets(client, place, cached=True)
    except KafkaException:  # it does not even know of the partition
        return None
    return None if ends is None or ends[1] < 0 else ends[1]


def open_book(
    client: Consumer,
    wanted: TopicPartition,
    committed: TopicPartition,
    reset: Reset,
    topic_id: str | None,
    seconds: float,
) -> Book | None:
    """The book of a partition that is about to be read, at the position to read from.

    `wanted.offset` may ask for a place of its own. None: nothing was committed and the setting
    says that this is an error, which the client then tells. Raises KafkaException.
    """
    topic, partition = wanted.topic, wanted.partition
    book: Book | None = None
    if committed.offset >= 0:
        book = Book(committed.offset, ledger.parse(committed.metadata))
        if not book.know_topic(topic_id):
            made_anew(book, *ends_of(client, topic, partition, seconds), reset, topic_id)
    if wanted.offset >= 0:
        return _moved(book, wanted.offset)
    if wanted.offset == OFFSET_BEGINNING:
        return _moved(book, ends_of(client, topic, partition, seconds)[0], removed=True)
    if wanted.offset == OFFSET_END:
        return _moved(book, ends_of(client, topic, partition, seconds)[1])
    if book is not None or (reset == "error" and wanted.offset != OFFSET_STORED):
        return book
    low, high = ends_of(client, topic, partition, seconds)
    return Book(low if reset == "earliest" else high)


def _moved(book: Book | None, offset: int, *, removed: bool = False) -> Book:
    """The book with its position at `offset`: a step ahead is booked, a step back is a new pass."""
    if book is None:
        return Book(offset)
    if offset < book.position:
        book.start_over(offset)
    elif removed:
        book.lose_to(offset)
    else:
        book.skip_to(offset)
    return book


def out_of_range(book: Book, low: int, high: int, reset: Reset) -> int | None:
    """Books what happened to a position that the log does not hold; where to go on from.

    None: the setting says that the service itself wants to hear of it.
    """
    if reset == "error":
        return None
    if book.position > high:
        # Or the log lost its end: in any case these are other events. Which topic it is now will
        # be heard: to keep the old id would be to begin anew once more then.
        made_anew(book, low, high, reset, None)
    elif book.position < low:
        book.lose_to(low)
        if reset == "latest":
            book.skip_to(high)
    return book.position


def made_anew(book: Book, low: int, high: int, reset: Reset, topic_id: str | None) -> None:
    """The topic was deleted and made again, with this id: a new pass, from where a group begins."""
    book.other_topic(high if reset == "latest" else low, topic_id)


def rewind_target(client: Consumer, topic: str, partition: int, rewind: Rewind) -> int | None:
    """The offset that a rewind asks for, inside the log; None: it does not name this partition.

    Raises KafkaException when the partition can not be asked.
    """
    if not isinstance(rewind.to, str | int):
        offset = rewind.to.get(topic, {}).get(partition)
        if offset is None:
            return None
        low, high = ends_of(client, topic, partition)
        return min(max(offset, low), high)
    low, high = ends_of(client, topic, partition)
    if rewind.to == "earliest":
        return low
    asked = [TopicPartition(topic, partition, int(rewind.to))]
    (found,) = Consumer.offsets_for_times(client, asked, timeout=QUESTION_SECONDS)
    if found.error is not None:
        raise KafkaException(found.error)
    return found.offset if low <= found.offset <= high else high
