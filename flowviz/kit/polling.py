"""One poll of the kit's Consumer, in slices between which wishes are looked at."""

from __future__ import annotations

import time

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


class Polling:
    """Hands out messages when no wish stands against it."""

    def __init__(self, client: Consumer, reader: Reader, outage: Outage) -> None:
        self._client, self._reader, self._outage = client, reader, outage
        self._waits = Waits(client)

    def next(self, count: int, timeout: float) -> list[Message]:
        """As many of `count` messages as are there, or none after `timeout` seconds (< 0: never).
        What was handed out before counts as handled.
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
            got = self._get(count, length)
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

    def _get(self, count: int, length: float) -> list[Message]:
        """What is there, up to `count`; where nothing is, the first that comes. They are not
        gathered over several questions: a rebalance that one of these ran would make what came
        before it come again.
        """
        partitions = self._reader.partitions
        got = self._ask(count) or []
        if len(got) < count:
            partitions.standstill.idle()
        if not got:
            every = HELD_EVERY_SECONDS if partitions.held else LOOK_EVERY_SECONDS
            got = self._waits.until(lambda: self._ask(count), length, every) or []
        return got

    def _ask(self, count: int) -> list[Message] | None:
        if count > 1:
            return Consumer.consume(self._client, count, 0) or None
        one = Consumer.poll(self._client, 0)
        return None if one is None else [one]

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
