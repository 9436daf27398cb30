"""One topic's id, out of what the client describes."""

from __future__ import annotations

import ctypes
import sys

import confluent_kafka
from confluent_kafka.admin import TopicDescription

LEAKING = "2.16."
"""The clients that were seen to keep the ids of topics; a later one is to be tried first."""

_NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"
"""Kafka's zero id: brokers before 2.8, and topics that are just being made."""
_URL_SAFE = str.maketrans("+/", "-_")


def id_in(described: TopicDescription) -> str | None:
    """The id as Kafka's own tools write it (the client leaves + and / in it); None: it has none.

    Takes the description over: read its id only here, and only once.
    """
    topic_id = str(described.topic_id).translate(_URL_SAFE)
    _let_go(described)
    return None if topic_id == _NO_ID else topic_id


def _let_go(described: TopicDescription) -> None:
    """Gives back the reference that the client forgot.

    confluent_kafka 2.16 counts the id of each topic that it describes once too often, so that none
    is ever freed: 96 bytes a topic and question, which is 4 GB a day where 500 topics are looked at
    each second. Only where it was seen: a client of another version may hold the id once more for
    a reason of its own. The list of partitions is made in the same call and held by the same
    object, so it tells how often what is not forgotten is held.
    """
    if not str(confluent_kafka.version()).startswith(LEAKING):
        return
    held = sys.getrefcount(described.partitions)
    if sys.getrefcount(described.topic_id) == held + 1:
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(described.topic_id))
