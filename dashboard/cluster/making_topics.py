"""Making topics, and deleting them with all they hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic, TopicMetadata

from dashboard.cluster.answers import collect, error_of, in_words, may_come_back
from dashboard.cluster.connection import Connection

MAKE_SECONDS = 15.0
"""How long the broker may take to make or delete topics."""

LOOK_SECONDS = 6.0
"""How long a running broker may take to name its topics, when somebody waits for what is made."""

LOOK_AGAIN_SECONDS = 0.05
"""Between two looks at whether the topics just made can be written to."""


class TopicError(Exception):
    """A topic could not be made or deleted; the message is one sentence for the user."""

    def __init__(self, sentence: str, *, may_come_back: bool = False) -> None:
        super().__init__(sentence)
        self.may_come_back = may_come_back
        """The cluster is away: it may be asked again when it answers."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    partitions: int = 1
    config: Mapping[str, str] = field(default_factory=dict)


def ensure(
    connection: Connection, specs: Mapping[str, TopicSpec], *, grow: bool = False
) -> list[str]:
    """Makes the topics that are missing and leaves the others as they are; with `grow`, those that
    have fewer partitions than they should get the rest.

    Returns the names of those made, once they can be written to: a broker says that it has made a
    topic before it knows that topic itself. Raises TopicError.
    """
    admin = connection.admin("topics")
    try:
        there = admin.list_topics(timeout=MAKE_SECONDS).topics
    except KafkaException as failure:
        raise _error("look for topics", failure) from failure
    if grow:
        _grow(admin, {n: spec.partitions for n, spec in specs.items() if n in there}, there)
    missing = [
        NewTopic(name, num_partitions=spec.partitions, config=dict(spec.config))
        for name, spec in specs.items()
        if name not in there
    ]
    if not missing:
        return []
    answers = admin.create_topics(
        missing, operation_timeout=MAKE_SECONDS, request_timeout=MAKE_SECONDS
    )
    made = _done(answers, "make the topic", as_good=KafkaError.TOPIC_ALREADY_EXISTS)
    _wait_until_led(admin, made)
    return made


def _grow(
    admin: AdminClient, wanted: Mapping[str, int], there: Mapping[str, TopicMetadata]
) -> None:
    more = [
        NewPartitions(name, count)
        for name, count in wanted.items()
        if len(there[name].partitions) < count
    ]
    if not more:
        return
    answers = admin.create_partitions(
        more, operation_timeout=MAKE_SECONDS, request_timeout=MAKE_SECONDS
    )
    _wait_until_led(admin, _done(answers, "give more partitions to the topic"))


def _wait_until_led(admin: AdminClient, names: Iterable[str]) -> None:
    """Until every partition of these topics has a leader, as whoever starts now will find it.

    Tried on a busy machine: for 0.3 s after the answer the topic was still unknown, and clients
    that had looked in that time came again only seconds later.
    """
    pause = threading.Event()
    ends_at = time.monotonic() + MAKE_SECONDS
    awaited = set(names)
    while awaited:
        try:
            there = admin.list_topics(timeout=MAKE_SECONDS).topics
        except KafkaException as failure:
            raise _error("look for the topics made", failure) from failure
        awaited -= {name for name in awaited if name in there and _is_led(there[name])}
        if awaited and time.monotonic() >= ends_at:
            raise TopicError(
                f"Kafka has made the topic {min(awaited)}, but it cannot be written to after "
                f"{MAKE_SECONDS:g} s: no broker leads it.",
                may_come_back=True,
            )
        if awaited:
            pause.wait(LOOK_AGAIN_SECONDS)


def _is_led(topic: Any) -> bool:
    leaders = [partition.leader for partition in topic.partitions.values()]
    return topic.error is None and bool(leaders) and min(leaders) >= 0


def delete(connection: Connection, names: Iterable[str]) -> None:
    """Deletes topics with all they hold; one that is not there is as good. Raises TopicError."""
    gone = list(names)
    if not gone:
        return
    admin = connection.admin("topics")
    answers = admin.delete_topics(
        gone, operation_timeout=MAKE_SECONDS, request_timeout=MAKE_SECONDS
    )
    _done(answers, "delete the topic", as_good=KafkaError.UNKNOWN_TOPIC_OR_PART)


def remake(
    connection: Connection, specs: Mapping[str, TopicSpec], also: Callable[[str], bool]
) -> None:
    """Deletes these topics, and those whose names fit `also`, with all they hold, and makes these
    anew. Done half, it can be done again. Raises TopicError.
    """
    admin = connection.admin("topics")

    def there() -> set[str]:
        try:
            names = admin.list_topics(timeout=LOOK_SECONDS).topics
        except KafkaException as failure:
            raise _error("look for topics", failure) from failure
        return {name for name in names if name in specs or also(name)}

    delete(connection, there())
    pause, ends_at = threading.Event(), time.monotonic() + MAKE_SECONDS
    while left := there():
        if time.monotonic() >= ends_at:
            raise TopicError(f"Kafka has not deleted the topic {min(left)} in {MAKE_SECONDS:g} s.")
        pause.wait(LOOK_AGAIN_SECONDS)
    ensure(connection, specs)


def _done(
    answers: Mapping[str, Future[Any]], what: str, *, as_good: int | None = None
) -> list[str]:
    """The topics, by name, to which it was done; not those of which the broker said that nothing
    was to do (the error `as_good`). Raises TopicError at the first to which it was not.
    """
    done = []
    for name, answer in answers.items():
        try:
            collect(answer, 2 * MAKE_SECONDS)
            done.append(name)
        except KafkaException as failure:
            if error_of(failure).code() != as_good:
                raise _error(f"{what} {name}", failure) from failure
    return done


def _error(what: str, failure: KafkaException) -> TopicError:
    error = error_of(failure)
    return TopicError(
        f"Kafka could not {what}: {in_words(error)}.", may_come_back=may_come_back(error)
    )
