"""How far the groups of a running demonstration have come, and what they know by that."""

from __future__ import annotations

import re

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from tests.browser.running_demo import RunningDemo
from tests.waiting import PATIENCE_SECONDS


def passes(demo: RunningDemo, group: str) -> int:
    return int(demo.get(f"/api/groups/{group}")["passes"])


def reached(demo: RunningDemo, group: str) -> dict[int, int]:
    """How far it has committed of parts.scanned, by partition, as Kafka itself says."""
    admin = AdminClient({"bootstrap.servers": servers(demo), "log_level": 0})
    asked = ConsumerGroupTopicPartitions(group)
    answer = admin.list_consumer_group_offsets([asked])[group].result(PATIENCE_SECONDS)
    return {
        one.partition: max(0, one.offset)
        for one in answer.topic_partitions
        if one.topic == "parts.scanned"
    }


def offset_at(demo: RunningDemo, partition: int, at: int) -> int:
    """The first event of this partition at that instant or after it, as Kafka itself says."""
    admin = AdminClient({"bootstrap.servers": servers(demo), "log_level": 0})
    place = TopicPartition("parts.scanned", partition)
    answer = admin.list_offsets({place: OffsetSpec.for_timestamp(at)})[place]
    return int(answer.result(PATIENCE_SECONDS).offset)


def servers(demo: RunningDemo) -> str:
    return str(demo.get("/api/flow")["cluster"]["bootstrap"])


def compared_as_equal(demo: RunningDemo) -> int:
    """At how many parts analytics found its counts to be those of inventory; -1: it did not."""
    says = str(demo.service("analytics")["facts"].get("compared with inventory", ""))
    found = re.fullmatch(r"equal, at ([\d\u202f]+) parts", says)
    return int(found[1].replace("\u202f", "")) if found else -1
