"""Deletes consumer groups with all they have committed, in a process of its own.

A group with members cannot be deleted, and one that was killed stays a member until its session is
over, or for good where Kafka was killed as well. So members are made to leave (see leaving.py), and
it is tried again. And asked about groups while a broker restarts, Kafka's client may end the
process that asks (see dashboard/tap/surveyor_apart.py), which here is a child.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from confluent_kafka import ConsumerGroupType, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from dashboard.cluster.answers import REQUEST_SECONDS, collect, error_of, in_words
from dashboard.cluster.connection import Connection
from dashboard.cluster.leaving import LeaveError, Leaver, Protocol, let_leave
from flowviz.config import without_secrets

ROOT = Path(__file__).resolve().parents[2]
FORGET_SECONDS = 3.0
"""For members that were made to leave and join again at once, until one try comes between."""
READY_SECONDS = 8.0
"""For all else that may be in the way: a broker that was killed loads what its groups committed."""
AGAIN_SECONDS = 0.2
START_SECONDS = 5.0
"""What the child may take on top, to start and to end."""
TRIES = 3
"""Children that may die over it before it is given up."""


STILL_READ = 2
"""The child's exit code where groups are left in which somebody reads."""


class GroupError(Exception):
    """A group could not be deleted; the message is one sentence for the user."""


class StillRead(GroupError):
    """Kafka counts a member in it, whether or not there is anybody any more."""


def forget_groups(
    connection: Connection,
    names: Iterable[str],
    seconds: float = FORGET_SECONDS,
    ready_seconds: float = READY_SECONDS,
) -> None:
    """Returns when none of these groups is there any more. Raises StillRead after `seconds` where
    nothing but members is in the way, and after `ready_seconds` GroupError. Of a cluster that wants
    encryption or a password nobody is made to leave."""
    groups = list(names)
    for _ in range(TRIES if groups else 0):
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "dashboard.cluster.forgetting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**without_secrets(os.environ), "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        try:
            # Through a pipe: a password has no place among a process's arguments.
            said, _ = child.communicate(
                pickle.dumps((connection, groups, seconds, ready_seconds)),
                max(seconds, ready_seconds) + START_SECONDS,
            )
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            continue
        if child.returncode == 0:
            return
        if said:
            still_read = child.returncode == STILL_READ
            raise (StillRead if still_read else GroupError)(said.decode())
    if groups:
        raise GroupError("Kafka's client ended while it was to delete groups; try again.")


def _forget(
    connection: Connection, names: list[str], seconds: float, ready_seconds: float
) -> dict[str, KafkaError] | None:
    """In the child. The groups that could not be deleted, and why; None: none is there."""
    admin, pause = connection.admin("groups"), threading.Event()
    left: dict[str, KafkaError | None] = dict.fromkeys(names)
    began_at = time.monotonic()
    while True:
        answers = admin.delete_consumer_groups(list(left), request_timeout=REQUEST_SECONDS)
        for name, answer in answers.items():
            try:
                collect(answer)
                del left[name]
            except KafkaException as failure:
                error = error_of(failure)
                if error.code() == KafkaError.GROUP_ID_NOT_FOUND:
                    del left[name]
                else:
                    left[name] = error
        if not left:
            return None
        in_the_way = {name: error for name, error in left.items() if error is not None}
        if time.monotonic() - began_at >= _patience(in_the_way.values(), seconds, ready_seconds):
            return in_the_way
        read = [name for name, error in in_the_way.items() if _still_read(error)]
        if connection.security or not _let_members_leave(admin, read):
            pause.wait(AGAIN_SECONDS)


def _let_members_leave(admin: AdminClient, groups: list[str]) -> bool:
    """Whether any has left. Who cannot be described or made to is tried again in the next round."""
    if not groups:
        return False
    answers = admin.describe_consumer_groups(groups, request_timeout=REQUEST_SECONDS)
    left = False
    for group, answer in answers.items():
        with suppress(KafkaException, LeaveError):
            told = collect(answer)
            protocol: Protocol = (
                "consumer" if told.type == ConsumerGroupType.CONSUMER else "classic"
            )
            for member in told.members:
                leaver = Leaver(group, protocol, member.member_id, member.group_instance_id)
                where = told.coordinator
                left |= let_leave(where.host, where.port, leaver, REQUEST_SECONDS) == 0
    return left


def _patience(errors: Iterable[KafkaError], seconds: float, ready_seconds: float) -> float:
    """How long in all it is tried while these are in the way."""
    return seconds if all(map(_still_read, errors)) else ready_seconds


def _still_read(error: KafkaError) -> bool:
    return bool(error.code() == KafkaError.NON_EMPTY_GROUP)


def _sentence(name: str, error: KafkaError) -> str:
    why = "somebody still reads in it" if _still_read(error) else in_words(error)
    return f"Kafka could not delete the group {name}: {why}."


if __name__ == "__main__":
    refused = _forget(*pickle.load(sys.stdin.buffer))  # noqa: S301 - our own parent wrote it
    if refused:
        # What is worse than a member comes first.
        first, error = min(refused.items(), key=lambda one: (_still_read(one[1]), one[0]))
        sys.stdout.write(_sentence(first, error))
        sys.exit(STILL_READ if _still_read(error) else 1)
