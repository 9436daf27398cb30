"""One poll of the kit's Consumer, in slices between which wishes are looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from confluent_kafka import Consumer, KafkaError, Message

from flowviz.kit.event import place_of
from flowviz.kit.outage import Outage
from flowviz.kit.reading import Reader
from flowviz.kit.waits import Waits

SLICE_SECONDS = 0.2
"""How long one look for messages lasts before wishes are looked at again."""
LOOK_EVERY_SECONDS = 0.01
"""An event that comes after none was there is handed out so late at most."""
HELD_EVERY_SECONDS = 0.05
"""While nothing is to come."""

T = TypeVar("T")


class Polling:
    """Hands out messages when no wish stands against it."""

    def __init__(self, client: Consumer, reader: Reader, outage: Outage) -> None:
        self._client, self._reader, self._outage = client, reader, outage
        self._waits = Waits(client)

    def next(self, count: int, timeout: float) -> list[Message]:
        """Up to `count` messages, or none after `timeout` seconds (< 0: never). What was handed
        out before counts as handled.
        """
        self._reader.finish()
        until = float("inf") if timeout < 0 else time.monotonic() + timeout
        while True:
            self._reader.attend()
            left = max(0.0, until - time.monotonic())
            got = self._slice(count, left)
            if got or left == 0:
                return got

    def wait(self, seconds: float) -> None:
        """Stays in the group for so long with the event in hand, handing out no other."""
        reader, until = self._reader, time.monotonic() + seconds
        with reader.lock:
            reader.partitions.hold(True)
        while (left := until - time.monotonic()) > 0:
            records, errors = self._fetch(1, min(SLICE_SECONDS, left))
            reader.partitions.stash.extend(records)
            for message in errors:
                error = message.error()
                if error is not None:
                    self._outage.saw(error)
            with reader.lock:
                reader.commits.go_on(patience_seconds=SLICE_SECONDS)

    def _slice(self, count: int, left: float) -> list[Message]:
        reader, partitions = self._reader, self._reader.partitions
        length, pace = min(SLICE_SECONDS, left), reader.pace_left()
        if not reader.commits.settled and not reader.commits.under_way:
            length = min(length, reader.commits.seconds_left())
        if pace > 0 and not partitions.held:
            time.sleep(min(pace, length))
            return []
        if pace > 0:
            length = min(length, pace)
        records, errors = self._fetch(count, length)
        if partitions.held or reader.stands(reader.wish()):
            # Paused while this was on its way: it is handed out when that is over.
            partitions.stash.extend(records)
            return errors
        if records:
            reader.hand_out(records)
        return records + errors

    def _fetch(self, count: int, length: float) -> tuple[list[Message], list[Message]]:
        """Records of partitions that are held, and errors that are the service's business."""
        reader, stash = self._reader, self._reader.partitions.stash
        if stash and not reader.partitions.held:
            return [stash.popleft() for _ in range(min(count, len(stash)))], []
        with reader.lock:
            reader.polling = True
        try:
            got = self._poll(length) if count == 1 else self._consume(count, length)
        finally:
            reader.polling = False
        standstill = reader.partitions.standstill
        records = [message for message in got if message.error() is None]
        if records:
            self._outage.over()
        for message in records:
            topic, partition, offset = place_of(message)
            standstill.gave((topic, partition), offset)
        held = [message for message in records if place_of(message)[:2] in reader.holdings]
        return held, [message for message in got if self._is_error_for_the_service(message)]

    def _poll(self, length: float) -> list[Message]:
        """One, or none. Is nothing there when it is asked for, it is waited for."""
        one = Consumer.poll(self._client, 0)
        if one is None:
            self._reader.partitions.standstill.idle()
            one = self._wait_for(lambda: Consumer.poll(self._client, 0), length)
        return [] if one is None else [one]

    def _consume(self, count: int, length: float) -> list[Message]:
        """All that are there, and until there are `count` those that come."""
        got: list[Message] = []

        def are_enough() -> bool | None:
            got.extend(Consumer.consume(self._client, count - len(got), 0))
            return len(got) >= count or None

        try:
            enough = self._wait_for(are_enough, length)
        except BaseException:  # of a callback: what had come before it is not read again
            stash = self._reader.partitions.stash
            stash.extend(message for message in got if message.error() is None)
            raise
        if not enough:
            self._reader.partitions.standstill.idle()
        return got

    def _wait_for(self, ask: Callable[[], T | None], length: float) -> T | None:
        held = self._reader.partitions.held
        return self._waits.until(ask, length, HELD_EVERY_SECONDS if held else LOOK_EVERY_SECONDS)

    def _is_error_for_the_service(self, message: Message) -> bool:
        error, reader = message.error(), self._reader
        if error is None:
            return False
        topic, partition = message.topic(), message.partition()
        if topic is None or partition is None:
            return True
        with reader.lock:
            place = topic, partition
            reader.partitions.standstill.told(place, error.code())
            if error.code() != KafkaError._AUTO_OFFSET_RESET:
                return True
            parked = place in reader.partitions.opening
            return not (parked or reader.partitions.log_changes.go_on_from_the_log(place))
