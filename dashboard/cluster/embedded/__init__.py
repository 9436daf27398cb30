"""Apache Kafka itself: fetched, verified, started, guarded, stopped."""

from dashboard.cluster.embedded.embedded_kafka import EmbeddedKafka
from dashboard.cluster.embedded.errors import DataInUseError, EmbeddedKafkaError
from dashboard.cluster.embedded.in_use import check_unused
from dashboard.cluster.embedded.state import BrokerState

__all__ = [
    "BrokerState",
    "DataInUseError",
    "EmbeddedKafka",
    "EmbeddedKafkaError",
    "check_unused",
]
