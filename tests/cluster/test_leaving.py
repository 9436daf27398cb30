"""A member made to leave its group: what is asked, and what an answer that is none comes to.

That Kafka understands it: tests/kafka/test_cluster_forgetting.py.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dashboard.cluster.leaving import LeaveError, Leaver, _leave_group_code, let_leave
from tests.waiting import PATIENCE_SECONDS

GHOST = Leaver("quality", "consumer", "m-1")


@contextmanager
def broker(answer: bytes) -> Iterator[int]:
    """Takes one request, whatever it says, answers with these bytes, and ends the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            link, _ = listening.accept()
            with link:
                (length,) = struct.unpack(">i", link.recv(4, socket.MSG_WAITALL))
                link.recv(length, socket.MSG_WAITALL)
                link.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "has ended the connection"),
        (struct.pack(">i", 100) + b"short", "has ended the connection"),
        (struct.pack(">i", 2**31 - 1), "an answer of 2147483647 bytes"),
        (struct.pack(">i", -4), "an answer of -4 bytes"),
        (struct.pack(">ii", 4, -1), "to another question"),
        (struct.pack(">i", 2) + b"ab", "buffer"),
    ],
)
def test_an_answer_that_is_none_is_an_error_and_no_code(answer: bytes, why: str) -> None:
    with broker(answer) as port, pytest.raises(LeaveError, match=why):
        let_leave("127.0.0.1", port, GHOST, PATIENCE_SECONDS)


def left(code: int, *members: tuple[bytes, bytes | None, int]) -> bytes:
    """What comes after the correlation id of a LeaveGroup answer."""
    told = struct.pack(">ihi", 0, code, len(members))
    for id, instance, how in members:
        told += struct.pack(">h", len(id)) + id
        told += struct.pack(">h", -1 if instance is None else len(instance)) + (instance or b"")
        told += struct.pack(">h", how)
    return told


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (left(0, (b"m-1", None, 0)), 0),
        (left(0, (b"m-1", None, 25)), 25),
        (left(0, (b"m-1", b"quality-1", 82)), 82),
        (left(16), 16),
    ],
)
def test_how_it_went_with_a_classic_member_is_read(answer: bytes, code: int) -> None:
    assert _leave_group_code(struct.pack(">i", 7) + answer, 7) == code


@pytest.mark.parametrize("answer", [left(0), left(0, (b"m-1", None, 0))[:-1]])
def test_an_answer_that_tells_of_no_classic_member_is_an_error(answer: bytes) -> None:
    with pytest.raises(struct.error, match="buffer"):
        _leave_group_code(struct.pack(">i", 7) + answer, 7)


def test_a_broker_that_cannot_be_reached_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(LeaveError):
        let_leave("127.0.0.1", port, GHOST, PATIENCE_SECONDS)
