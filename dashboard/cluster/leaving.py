"""Lets a member leave its consumer group, in its stead.

A member that was killed says nothing, and Kafka counts it until its session is over: 6 s with the
demonstration's own Kafka, minutes where somebody's program has set them. Whoever names the member
may say it: Kafka's own AdminClient of Java does so (removeMembersFromConsumerGroup, KIP-345), ours
has no call for it. So the one request that it takes is written here by hand, in the first version
that can name a static member. One that lives is told with its next heartbeat and joins anew, with
nothing in hand: to commit what it had, it is no member any more.
"""

from __future__ import annotations

import itertools
import socket
import struct
from dataclasses import dataclass
from typing import Literal

HEARTBEAT, HEARTBEAT_VERSION = 68, 0
"""ConsumerGroupHeartbeat (KIP-848); with LEAVES for the member's epoch it leaves."""
LEAVES = -1
LEAVE_GROUP, LEAVE_GROUP_VERSION = 13, 3
"""LeaveGroup, of the classic protocol; from version 3 on of several members, each with a code."""
CLIENT = "flowviz-groups"
ANSWER_MOST_BYTES = 65_536
"""What an answer to one member's leaving cannot reach."""

Protocol = Literal["classic", "consumer"]

_numbers = itertools.count(1)


class LeaveError(Exception):
    """The broker could not be asked, or its answer cannot be read."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """A member of a group, as Kafka describes it."""

    group: str
    protocol: Protocol
    member_id: str
    instance_id: str | None = None
    """Only of a static member."""


def let_leave(host: str, port: int, leaver: Leaver, seconds: float) -> int:
    """Asks the group's coordinator, which must take requests without encryption or password.

    Returns Kafka's error code: 0 when the member has left, 25 when the group knows no such member.
    Raises LeaveError where it is not answered within `seconds` for each step.
    """
    number = next(_numbers)
    request = _by_heartbeat if leaver.protocol == "consumer" else _by_leave_group
    message = request(number, leaver)
    try:
        with socket.create_connection((host, port), seconds) as link:
            link.sendall(struct.pack(">i", len(message)) + message)
            (length,) = struct.unpack(">i", _read(link, 4))
            if not 0 < length <= ANSWER_MOST_BYTES:
                raise LeaveError(f"an answer of {length} bytes is none to a member's leaving")
            code = _heartbeat_code if leaver.protocol == "consumer" else _leave_group_code
            return code(_read(link, length), number)
    except (OSError, struct.error) as failure:
        raise LeaveError(str(failure)) from failure


def _by_heartbeat(number: int, leaver: Leaver) -> bytes:
    """Request header 2; then group, member, epoch, instance, rack, rebalance timeout, and of
    subscription, assignor and partitions that they are as before."""
    return b"".join(
        (
            _header(HEARTBEAT, HEARTBEAT_VERSION, number),
            _NO_TAGS,
            _compact(leaver.group),
            _compact(leaver.member_id),
            struct.pack(">i", LEAVES),
            _compact(leaver.instance_id),
            _compact(None),
            struct.pack(">i", -1),
            _compact(None) * 3,
            _NO_TAGS,
        )
    )


def _by_leave_group(number: int, leaver: Leaver) -> bytes:
    """Request header 1; then the group, and of one member its id and instance."""
    return b"".join(
        (
            _header(LEAVE_GROUP, LEAVE_GROUP_VERSION, number),
            _plain(leaver.group),
            struct.pack(">i", 1),
            _plain(leaver.member_id),
            _plain(leaver.instance_id),
        )
    )


def _heartbeat_code(answer: bytes, number: int) -> int:
    """After the correlation id come tags, of which there are none, and 4 bytes of throttle time."""
    _check_number(answer, number)
    return _int16(answer, 4 + 1 + 4)


def _leave_group_code(answer: bytes, number: int) -> int:
    """After the correlation id come 4 bytes of throttle time, and a code that is about the request
    alone. Of the one member follow, after the length of the list, its id and instance, and how it
    went with it."""
    _check_number(answer, number)
    at = 4 + 4
    if (refused := _int16(answer, at)) != 0:
        return refused
    at += 2 + 4
    for _ in ("id", "instance"):
        at += 2 + max(0, _int16(answer, at))
    return _int16(answer, at)


def _check_number(answer: bytes, number: int) -> None:
    (answered,) = struct.unpack_from(">i", answer)
    if answered != number:
        raise LeaveError("the answer is to another question")


def _int16(answer: bytes, at: int) -> int:
    (found,) = struct.unpack_from(">h", answer, at)
    return int(found)


def _read(link: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        more = link.recv(length - len(read))
        if not more:
            raise LeaveError("the broker has ended the connection")
        read += more
    return read


# ---- Kafka's protocol: how requests are written

_NO_TAGS = b"\0"


def _header(key: int, version: int, number: int) -> bytes:
    return struct.pack(">hhi", key, version, number) + _plain(CLIENT)


def _plain(text: str | None) -> bytes:
    """A nullable string with its length before it."""
    if text is None:
        return struct.pack(">h", -1)
    encoded = text.encode()
    return struct.pack(">h", len(encoded)) + encoded


def _compact(text: str | None) -> bytes:
    """A nullable string, or no array, with its length plus one before it; 0: null."""
    if text is None:
        return b"\0"
    encoded = text.encode()
    return _varint(len(encoded) + 1) + encoded


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the highest bit says that more come."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)
