"""Wishes on a real flowviz.control: whole, never forgetting what somebody else asked."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import ensure
from dashboard.control import wishes as wishing
from dashboard.control.actions import Control
from dashboard.control.refusal import Refusal
from dashboard.control.wishes import NotTaken, Wishes
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.picture.observations import DeclarationSeen, DeclaredService
from dashboard.pipeline import Pipeline
from dashboard.tap.topic_filter import TopicFilter
from flowviz.kit.wish import CONTROL_TOPIC, Rate, Rewind, Wish, parse
from tests.conftest import now_ms
from tests.waiting import until

NUMBERS = itertools.count(1)
NOBODY = "127.0.0.1:9"


@pytest.fixture(scope="module")
def connection(bootstrap: str) -> Connection:
    made = Connection(bootstrap)
    ensure(made, OWN_TOPICS)
    return made


@pytest.fixture
def service() -> str:
    """A name of its own: the topic is shared by all tests of the run."""
    return f"service-{os.getpid()}-{next(NUMBERS)}"


@pytest.fixture
def wishes(connection: Connection) -> Iterator[Wishes]:
    made = Wishes(connection)
    yield made
    made.close()


def written(connection: Connection, service: str) -> list[Wish]:
    """All wishes for the service on the topic, oldest first."""
    reader = Consumer(
        {
            "bootstrap.servers": connection.bootstrap_servers,
            "group.id": "tests-join-no-group",
            "enable.auto.commit": False,
        }
    )
    try:
        start, end = reader.get_watermark_offsets(TopicPartition(CONTROL_TOPIC, 0), timeout=30)
        reader.assign([TopicPartition(CONTROL_TOPIC, 0, start)])
        found: list[Wish] = []
        seen = start
        while seen < end:
            message = reader.poll(30)
            assert message is not None
            assert message.error() is None
            seen = (message.offset() or 0) + 1
            if message.key() == service.encode():
                found.append(parse(message.value() or b""))
        return found
    finally:
        reader.close()


def write(connection: Connection, service: str, value: bytes) -> None:
    """As another program does."""
    producer = Producer({"bootstrap.servers": connection.bootstrap_servers})
    producer.produce(CONTROL_TOPIC, key=service, value=value)
    assert producer.flush(30) == 0


def paused(wish: Wish) -> Wish:
    return replace(wish, mode="paused", until_at=7)


def test_a_wish_is_written_whole_with_an_id_of_its_own(
    connection: Connection, wishes: Wishes, service: str
) -> None:
    sent = wishes.change({service: paused}, {service: None}, by="presenter")[service]
    again = wishes.change({service: paused}, {service: None}, by="presenter")[service]
    assert written(connection, service) == [sent, again]
    assert sent.id != again.id
    assert (sent.mode, sent.until_at, sent.by) == ("paused", 7, "presenter")


def test_what_was_not_spoken_of_stays(wishes: Wishes, service: str) -> None:
    def change(how: Callable[[Wish], Wish]) -> Wish:
        return wishes.change({service: how}, {service: None}, by="x")[service]

    change(lambda wish: replace(wish, ms_per_event=200, rate=Rate(5, until_at=9)))
    change(paused)
    last = change(lambda wish: replace(wish, mode="running", until_at=None))
    assert (last.mode, last.ms_per_event, last.rate) == ("running", 200, Rate(5, until_at=9))


def test_what_another_program_asked_before_is_kept(
    connection: Connection, wishes: Wishes, service: str
) -> None:
    """Also what the picture does not carry, such as a rewind."""
    foreign = Wish("foreign", service, ms_per_event=50, rewind=Rewind("r1", "earliest"))
    write(connection, service, foreign.encode())
    sent = wishes.change({service: paused}, {service: "foreign"}, by="x")[service]
    assert sent.ms_per_event == 50
    assert sent.rewind == Rewind("r1", "earliest")


def test_what_another_program_asked_in_between_is_kept(
    connection: Connection, wishes: Wishes, service: str
) -> None:
    wishes.change({service: paused}, {service: None}, by="x")
    foreign = Wish("foreign-2", service, mode="paused", rewind=Rewind("r2", 17))
    write(connection, service, foreign.encode())
    sent = wishes.change(
        {service: lambda wish: replace(wish, mode="running")}, {service: "foreign-2"}, by="x"
    )[service]
    assert (sent.mode, sent.rewind) == ("running", Rewind("r2", 17))


def test_records_that_are_no_wish_are_passed_over(
    connection: Connection, wishes: Wishes, service: str
) -> None:
    write(connection, service, Wish("good", service, ms_per_event=3).encode())
    for junk in (b"", b"{", b"\xff", b'{"v":9}', Wish("x", "another", ms_per_event=4).encode()):
        write(connection, service, junk)
    sent = wishes.change({service: paused}, {service: "unseen"}, by="x")[service]
    assert sent.ms_per_event == 3


def test_many_services_are_asked_at_once(
    connection: Connection, wishes: Wishes, service: str
) -> None:
    names = [f"{service}-{number}" for number in range(50)]
    sent = wishes.change(dict.fromkeys(names, paused), dict.fromkeys(names), by="x")
    assert {name: written(connection, name) for name in names[::10]} == {
        name: [sent[name]] for name in names[::10]
    }


def test_where_no_broker_answers_it_is_said_and_not_sent_later(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.setattr(wishing, "SEND_SECONDS", 0.5)
    monkeypatch.setattr(wishing, "READ_SECONDS", 0.5)
    wishes = Wishes(Connection(NOBODY))
    with pytest.raises(NotTaken, match="The cluster does not answer"):
        wishes.change({service: paused}, {service: None}, by="x")


def test_the_ids_that_are_remembered_are_bounded(
    wishes: Wishes, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishing, "MAX_KNOWN_IDS", 3)
    for _ in range(6):
        wishes.change({service: paused}, {service: None}, by="x")
    assert len(wishes._ids) == 3


# ---- through control, with a real reader


@pytest.fixture
def line(pipeline: Pipeline, connection: Connection, service: str) -> Pipeline:
    """The picture of a declared service, fed by a real reader."""
    services = {service: DeclaredService(("parts",), (), service, (f"{service}-1",))}
    pipeline.observe(DeclarationSeen(now_ms(), "A line", None, "events", (), services))
    pipeline.look_at(connection, TopicFilter())
    until(lambda: f"s:{service}" in pipeline.view().services, "the service is shown")
    return pipeline


@pytest.fixture
def control(line: Pipeline, wishes: Wishes) -> Control:
    made = Control(acts=True, observe=line.observe, view=line.view)
    made.reach(wishes, supervisor=None)
    return made


def want(line: Pipeline, service: str) -> dict[str, object]:
    return dict(line.view().services[f"s:{service}"]["want"] or {})


def test_a_pause_comes_back_from_the_topic_into_the_picture(
    control: Control, line: Pipeline, service: str
) -> None:
    before = now_ms()
    command = control.perform(service, "pause", {"seconds": 60}, by="test")
    until(lambda: want(line, service).get("id") == command, "the wish is read from the topic")
    wanted = want(line, service)
    assert wanted["mode"] == "paused"
    until_at = wanted["until_at"]
    assert isinstance(until_at, int)
    assert before + 60_000 <= until_at <= now_ms() + 60_000
    until(lambda: command in line.view().commands, "the command is shown")
    shown = line.view().commands[command]
    assert (shown["service"], shown["action"]) == (service, "pause")


def test_pause_slow_and_resume_keep_one_another(
    control: Control, line: Pipeline, service: str
) -> None:
    control.perform(service, "slow", {"ms_per_event": "120"}, by="test")
    control.perform(service, "pause", {}, by="test")
    last = control.perform(service, "resume", {}, by="test")
    until(lambda: want(line, service).get("id") == last, "the last wish is read")
    wanted = want(line, service)
    assert (wanted["mode"], wanted["ms_per_event"]) == ("running", 120)


def test_all_are_paused_and_resumed_as_they_were_and_all_is_put_right(
    control: Control, line: Pipeline, service: str
) -> None:
    control.perform(service, "slow", {"ms_per_event": 50}, by="test")
    assert "to pause" in control.pause_all(by="test")
    until(lambda: want(line, service).get("mode") == "paused", "the pause is read")
    assert "to resume" in control.resume_all(by="test")
    until(lambda: want(line, service).get("mode") == "running", "the resume is read")
    assert want(line, service)["ms_per_event"] == 50
    control.pause_all(by="test")
    until(lambda: want(line, service).get("mode") == "paused", "the second pause is read")
    assert "at full speed" in control.right_all(by="test")
    until(lambda: want(line, service).get("mode") == "running", "the resume is read")
    wanted = want(line, service)
    assert (wanted["ms_per_event"], wanted["rate"]) == (0, None)


def test_when_the_cluster_does_not_answer_the_person_is_told_and_the_command_shown(
    line: Pipeline, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishing, "SEND_SECONDS", 0.5)
    monkeypatch.setattr(wishing, "READ_SECONDS", 0.5)
    control = Control(acts=True, observe=line.observe, view=line.view)
    control.reach(Wishes(Connection(NOBODY)), supervisor=None)
    with pytest.raises(Refusal, match="The cluster does not answer") as refused:
        control.perform(service, "pause", {}, by="test")
    assert refused.value.status == 503
    until(
        lambda: [one for one in line.view().commands.values() if one["state"] == "rejected"],
        "the rejected command is shown",
    )
