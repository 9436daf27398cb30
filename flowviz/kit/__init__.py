"""Make a service over Kafka that can be paused, slowed and rewound, and proves it lost nothing.

`Consumer` and `Producer` are confluent_kafka's with the same methods; `Service` is for new ones.
Needs confluent-kafka, nothing else.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowviz.kit.consumer import Consumer
    from flowviz.kit.environment import conf_from_environment
    from flowviz.kit.event import Event
    from flowviz.kit.producer import Producer
    from flowviz.kit.running import ServiceError
    from flowviz.kit.service import Service

__all__ = ["Consumer", "Event", "Producer", "Service", "ServiceError", "conf_from_environment"]

_HOMES = {
    "Consumer": "consumer",
    "Event": "event",
    "Producer": "producer",
    "Service": "service",
    "ServiceError": "running",
    "conf_from_environment": "environment",
}


def __getattr__(name: str) -> Any:
    """Loads the Kafka client only for who asks for it: the pure modules are read without."""
    if name not in _HOMES:
        raise AttributeError(f"flowviz.kit has no {name!r}")
    from importlib import import_module

    return getattr(import_module(f"flowviz.kit.{_HOMES[name]}"), name)
