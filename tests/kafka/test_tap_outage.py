"""A broker of its own that goes away and comes back."""

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.cluster.making_topics import TopicSpec, ensure
from dashboard.picture.observations import ClusterSeen, SurveySeen
from dashboard.tap.reader import Reader
from dashboard.tap.surveyor import Surveyor
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.watching import Told, running, write
from tests.waiting import until


def test_an_outage_is_told_and_afterwards_nothing_is_missing(own_kafka: EmbeddedKafka) -> None:
    bootstrap = own_kafka.start()
    connection, told = Connection(bootstrap), Told()
    ensure(connection, {"parts": TopicSpec(1)})
    reader = Reader(connection, told.observe, topics=TopicFilter())
    surveyor = Surveyor(connection, told.observe, topics=TopicFilter())
    with running(reader.run, surveyor.run):
        write(bootstrap, "parts", b"1", b"2")
        told.event("parts", 1)
        until(lambda: [s for s in told.of(SurveySeen) if s.ends.get(("parts", 0)) == 2], "a survey")

        own_kafka.stop()
        until(lambda: not told.of(ClusterSeen)[-1].reachable, "the cluster unreachable")
        away = told.of(ClusterSeen)[-1]
        assert away.reason == f"No answer from Kafka at {bootstrap}: no broker can be reached."
        surveys = len(told.of(SurveySeen))

        assert own_kafka.start() == bootstrap
        until(lambda: told.of(ClusterSeen)[-1].reachable, "the cluster reachable again")
        write(bootstrap, "parts", b"3", b"4")
        told.event("parts", 3)
        until(
            lambda: [s for s in told.of(SurveySeen)[surveys:] if s.ends.get(("parts", 0)) == 4],
            "a survey after it",
        )
    assert told.offsets("parts") == [0, 1, 2, 3]
