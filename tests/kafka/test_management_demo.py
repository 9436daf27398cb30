"""`manage.py demo` and `watch` as people start them: what they print, and how they end."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.management.own_topics import OWN_TOPICS
from tests.commands import (
    START_SECONDS,
    descendants,
    is_alive,
    sentence,
    started,
    status,
)
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit, write
from tests.waiting import PATIENCE_SECONDS, until

ENOUGH = 50
"""Events, so that a log and counters that begin anew are told from those that go on."""


def told(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
        return json.load(answer)


def written(url: str) -> int:
    """How many events have been written on parts.scanned."""
    return sum(log["end"] for log in told(url + "api/topics/parts.scanned/partitions"))


def first_records(url: str) -> list[Any]:
    """The first of each partition of parts.scanned."""
    return [told(f"{url}api/topics/parts.scanned/events/{number}/0") for number in range(3)]


def handled(url: str) -> int | None:
    """By all readers together, as their commits say; None while it is not known of one of them."""
    ledger = told(url + "api/flow")["ledger"]
    rows = [ledger["services"].get(name) for name in ("quality", "inventory", "shipping")]
    return ledger["handled"] if all(row and row["handled"] is not None for row in rows) else None


def there_is(bootstrap: str) -> tuple[set[str], set[str]]:
    """The topics and the groups of a cluster."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    listed = admin.list_consumer_groups().result(PATIENCE_SECONDS)
    topics = admin.list_topics(timeout=PATIENCE_SECONDS).topics
    return set(topics), {group.group_id for group in listed.valid}


def test_it_comes_up_and_says_where_also_to_a_second_one_and_killed_it_comes_up_with_its_log(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "demo", "--no-browser", "--port", "0") as demo:
        url = demo.said(r"Flowviz is at (http://127\.0\.0\.1:\d+/)")
        logs = demo.said(r"Parts line: 4 services .* is in (.*/logs)")
        until(lambda: status(url + "healthz") == 200, "a live picture", START_SECONDS)
        assert sorted(path.name for path in Path(logs).glob("*.log"))

        port = str(urlsplit(url).port)
        with started(tmp_path, "demo", "--no-browser", "--port", port) as second:
            code, err = second.end()
        assert code == 1
        assert f"A demonstration runs already at {url}" in sentence(err)
        assert "".join(second.out) == ""

        until(lambda: written(url) > ENOUGH, "events on the log")
        counted = until(lambda: (n := handled(url) or 0) > ENOUGH and n, "events were handled")
        before, first = written(url), first_records(url)
        pid = demo.process.pid
        until(lambda: len(descendants(pid)) >= 7, "a guard, its Java, a surveyor, four services")
        started_by_it = descendants(pid)
        demo.process.kill()
        demo.process.wait(PATIENCE_SECONDS)
        until(lambda: not any(map(is_alive, started_by_it)), "no orphan, before another comes up")

    with started(tmp_path, "demo", "--no-browser", "--port", "0") as again:
        url = again.said(r"Flowviz is at (\S+)")
        again.said(r"(Parts line: 4 services)")
        until(lambda: status(url + "healthz") == 200, "a live picture")
        assert first_records(url) == first
        assert written(url) >= before
        assert until(lambda: handled(url), "its counters") >= counted, "they go on"
        again.process.send_signal(signal.SIGINT)
        assert again.end() == (0, "")


def test_ctrl_c_while_kafka_is_being_fetched_ends_it_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mirror:  # takes connections, never answers
        where = f"http://127.0.0.1:{mirror.getsockname()[1]}/maven"
        with started(
            tmp_path / "data",
            "demo",
            "--no-browser",
            "--fresh",
            "--port",
            "0",
            FLOWVIZ_CACHE_DIR=str(tmp_path / "cache"),
            FLOWVIZ_MAVEN_URL=where,
            TMPDIR=str(tmp_path),
        ) as demo:
            url = demo.said(r"Flowviz is at (\S+)")
            demo.said(r"(Fetching)")
            assert status(url) == 200
            assert status(url + "healthz") == 503
            demo.process.send_signal(signal.SIGTERM)
            assert demo.end() == (0, "")
    assert not list(tmp_path.glob("flowviz-fresh-*")), "the folder of --fresh is gone"


def test_a_setting_that_is_none_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    with started(tmp_path, "demo", "--no-browser", FLOWVIZ_PROT="1") as demo:
        code, err = demo.end()
    assert code == 1
    assert "Did you mean FLOWVIZ_PORT?" in sentence(err)


def test_watch_looks_only_and_leaves_the_cluster_as_it_was(
    tmp_path: Path, bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    write(bootstrap, topic, b"1", b"2")
    commit(bootstrap, topic, topic, 1)
    topics, groups = there_is(bootstrap)
    with started(
        tmp_path, "watch", "--no-browser", "--port", "0", KAFKA_BOOTSTRAP_SERVERS=bootstrap
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        watch.said(r"(Looking only)")
        until(lambda: status(url + "healthz") == 200, "a live picture")
        request = urllib.request.Request(
            url + "api/services/any/pause",
            data=b"{}",
            headers={"Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
        assert refused.value.code == 403
        watch.process.send_signal(signal.SIGINT)
        assert watch.end() == (0, "")
    topics_after, groups_after = there_is(bootstrap)
    # What earlier tests have deleted may go meanwhile.
    assert topic in topics_after <= topics
    assert topic in groups_after <= groups
    with closing(Consumer({"bootstrap.servers": bootstrap, "group.id": topic})) as reader:
        (place,) = reader.committed([TopicPartition(topic, 0)], PATIENCE_SECONDS)
    assert place.offset == 1


def test_watch_of_a_cluster_that_is_away_goes_on_and_says_so(tmp_path: Path) -> None:
    with started(
        tmp_path, "watch", "--no-browser", "--port", "0", KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9"
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        assert status(url) == 200
        assert status(url + "healthz") == 503
        until(lambda: watch.err, "a line that says so")
        watch.process.send_signal(signal.SIGINT)
        code, err = watch.end()
    assert code == 0
    said = sentence(err)
    assert "No answer from Kafka at 127.0.0.1:9" in said
    assert "Check KAFKA_BOOTSTRAP_SERVERS" in said


def test_watch_that_lets_people_act_waits_for_a_cluster_that_is_away(
    tmp_path: Path, own_kafka: EmbeddedKafka
) -> None:
    servers = own_kafka.start()  # its port is kept
    own_kafka.stop()
    with started(
        *(tmp_path / "watch", "watch", "--no-browser", "--port", "0"),
        KAFKA_BOOTSTRAP_SERVERS=servers,
        FLOWVIZ_CONTROL="1",
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        watch.said(r"(People may act on it)")
        until(lambda: watch.err, "a line that says that nobody answers")
        assert own_kafka.start() == servers
        until(lambda: status(url + "healthz") == 200, "a live picture", START_SECONDS)
        admin = Connection(servers).admin("test")
        until(lambda: set(OWN_TOPICS) <= set(admin.list_topics(timeout=10).topics), "its topics")
        watch.process.send_signal(signal.SIGINT)
        code, err = watch.end()
    assert code == 0
    # While it starts, Kafka may give a better reason than that of nobody at its port: each once.
    told = [line.split(": ", 1)[1] for line in err.splitlines()]
    assert len(set(told)) == len(told)
    *away, back = [line.split(servers)[0] for line in told]
    assert set(away) == {"No answer from Kafka at "}
    assert back == "Kafka at "
