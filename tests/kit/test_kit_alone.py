"""The kit stands alone, and what it keeps is bounded."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from flowviz.kit import Event, Service, clients
from flowviz.kit.book import Book
from flowviz.kit.known_ids import KnownIds
from flowviz.kit.ledger import LedgerEntry
from flowviz.kit.outage import Outage
from flowviz.kit.positions import out_of_range, reset_of
from flowviz.kit.value import as_bytes


def loaded(statement: str) -> set[str]:
    """The packages that a fresh Python has after the statement."""
    program = f"{statement}; import sys; print(*{{m.split('.')[0] for m in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return set(done.stdout.decode().split())


def test_it_needs_the_kafka_client_and_nothing_of_django_or_the_dashboard() -> None:
    have = loaded("from flowviz.kit import Consumer, Event, Producer, Service")
    assert "confluent_kafka" in have
    assert not have & {"django", "channels", "ninja", "dashboard"}


def test_its_pure_modules_do_not_even_need_the_kafka_client() -> None:
    have = loaded(
        "from flowviz.kit import book, calls, headers, ledger, pace, sources, status, wish"
    )
    assert "confluent_kafka" not in have


def test_an_unknown_name_is_an_attribute_error() -> None:
    import flowviz.kit

    with pytest.raises(AttributeError, match="Consumers"):
        _ = flowviz.kit.Consumers


def test_known_ids_are_bounded_and_forget_the_oldest() -> None:
    known = KnownIds(most=2)
    for id in ("a", "b", "c"):
        known.add(("s", id))
    assert (len(known), ("s", "a") in known, ("s", "c") in known) == (2, False, True)
    known.clear()
    assert len(known) == 0


def test_side_clients_take_over_the_way_in_and_nothing_else() -> None:
    conf = {
        "bootstrap.servers": "b",
        "sasl.password": "secret",
        "ssl.ca.location": "ca",
        "security.protocol": "SASL_SSL",
        "group.id": "g",
        "transactional.id": "t",
        "client.id": "mine",
        "on_commit": print,
    }
    assert set(clients.connection(conf)) == {
        "bootstrap.servers",
        "sasl.password",
        "ssl.ca.location",
        "security.protocol",
    }
    assert clients.beside(conf, "quality-1", "status")["client.id"] == "quality-1-flowviz-status"


@pytest.mark.parametrize(
    ("given", "most"),
    [({}, 1_000), ({"reconnect.backoff.max.ms": 9}, 9), ({"reconnect.backoff.ms": 5_000}, None)],
)
def test_a_broker_that_is_back_is_found_within_a_second_unless_the_settings_say_otherwise(
    given: dict[str, int], most: int | None
) -> None:
    conf = {"bootstrap.servers": "b", **given}
    service = Service("quality", conf)
    for settings in (
        clients.beside(conf, "quality-1", "status"),
        service.consumer_conf,
        service.producer_conf,
    ):
        assert settings.get("reconnect.backoff.max.ms") == most
        # The only broker of a cluster says that there is none while it leaves in order.
        assert settings[clients.LEADERLESS] == clients.LEADERLESS_MS


def test_an_instance_is_called_as_told_or_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FLOWVIZ_INSTANCE", raising=False)
    assert clients.instance_name("quality") == "quality-1"
    monkeypatch.setenv("FLOWVIZ_INSTANCE", "quality-2")
    assert clients.instance_name("quality") == "quality-2"
    assert clients.instance_name("quality", "mine") == "mine"


def test_values_are_sent_as_bytes() -> None:
    values: list[Any] = [None, b"raw", "Wärme", {"a": "ü"}, [1, 2]]
    sent = [None, b"raw", "Wärme".encode(), '{"a":"ü"}'.encode(), b"[1,2]"]
    assert [as_bytes(value) for value in values] == sent
    with pytest.raises(ValueError, match="JSON"):
        as_bytes({"a": float("nan")})
    with pytest.raises(TypeError):
        as_bytes({"a": object()})


@pytest.mark.parametrize(
    ("position", "reset", "goes_on", "entry"),
    [
        (10, "earliest", 25, LedgerEntry(base=10, lost=15)),
        (10, "latest", 40, LedgerEntry(base=10, lost=15, skipped=15)),
        (30, "earliest", 30, LedgerEntry(base=30)),
        (90, "earliest", 25, LedgerEntry(base=25, number=2)),
        (90, "latest", 40, LedgerEntry(base=40, number=2)),
    ],
)
def test_a_position_that_the_log_does_not_hold_is_booked(
    position: int, reset: Any, goes_on: int, entry: LedgerEntry
) -> None:
    book = Book(position)
    assert out_of_range(book, 25, 40, reset) == goes_on
    assert book.entry_at(goes_on) == entry
    assert out_of_range(Book(position), 25, 40, "error") is None


def test_a_reset_that_does_not_exist_is_named() -> None:
    assert [reset_of(s) for s in ("smallest", "end", "error")] == ["earliest", "latest", "error"]
    with pytest.raises(ValueError, match="'sometimes'"):
        reset_of("sometimes")


def test_a_service_refuses_what_can_not_work() -> None:
    service = Service("quality", {"bootstrap.servers": "127.0.0.1:1"})
    service.on("parts")(lambda event: None)
    with pytest.raises(ValueError, match="parts has a handler already"):
        service.on("parts")(lambda event: None)
    with pytest.raises(ValueError, match="is a pattern"):
        service.on("^parts.*")(lambda event: None)
    with pytest.raises(ValueError, match="too long"):
        service.on("p" * 240)(lambda event: None)
    with pytest.raises(ValueError, match="at least one try"):
        Service("quality", {}, tries=0)
    with pytest.raises(RuntimeError, match="while the service runs"):
        service.publish("parts", {})


def test_an_event_without_a_value_is_no_json() -> None:
    event = Event("t", 0, 0, None, None, {}, None, None, None, None)
    with pytest.raises(ValueError, match="no value"):
        event.json()


def test_an_outage_is_said_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    from confluent_kafka import KafkaError

    outage = Outage("quality-1")
    caplog.set_level("INFO", "flowviz.kit")
    for _ in range(5):
        outage.saw(KafkaError(KafkaError._ALL_BROKERS_DOWN))
        outage.saw(KafkaError(KafkaError._TRANSPORT))
    outage.over()
    outage.over()
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "does not answer" in said[0]
    assert "answers again" in said[1]
    outage.saw(KafkaError(KafkaError._FATAL, "fenced", fatal=True))
    assert outage.fatal == "fenced"
