"""Ports on loopback, the same from run to run as long as nobody else took them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.cluster.embedded import ports
from dashboard.cluster.embedded.errors import EmbeddedKafkaError


@contextmanager
def listening(port: int = 0) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", port)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "ports.json"


def test_two_different_ports_below_those_of_outgoing_connections(kept: Path) -> None:
    chosen = ports.choose(kept)
    assert chosen.broker != chosen.controller
    assert 20_000 <= chosen.broker < 32_768
    assert 20_000 <= chosen.controller < 32_768
    assert ports.is_free(chosen.broker)


def test_they_stay_from_run_to_run(kept: Path) -> None:
    assert ports.choose(kept) == ports.choose(kept)


def test_one_that_was_taken_meanwhile_is_replaced_and_the_other_stays(kept: Path) -> None:
    first = ports.choose(kept)
    with listening(first.broker):
        second = ports.choose(kept)
    assert second.broker != first.broker
    assert second.controller == first.controller
    assert ports.choose(kept) == second


def test_the_port_that_a_user_names_is_used(kept: Path) -> None:
    with listening() as free:
        pass
    assert ports.choose(kept, free).broker == free


def test_the_port_that_a_user_names_is_never_replaced(kept: Path) -> None:
    with listening() as taken, pytest.raises(EmbeddedKafkaError, match=f"Port {taken} is taken"):
        ports.choose(kept, taken)


def test_a_controller_never_gets_the_port_that_a_user_names(kept: Path) -> None:
    controller = ports.choose(kept).controller
    chosen = ports.choose(kept, controller)
    assert chosen.broker == controller
    assert chosen.controller != controller


@pytest.mark.parametrize(
    "written", ["", "{", "[]", '{"broker": 1}', '{"broker": 0, "controller": 99999}']
)
def test_a_damaged_note_is_as_good_as_none(kept: Path, written: str) -> None:
    kept.write_text(written)
    chosen = ports.choose(kept)
    assert chosen == ports.choose(kept)
    assert ports.LOWEST <= chosen.broker <= ports.HIGHEST


def test_a_connection_that_lingers_does_not_take_a_port(kept: Path) -> None:
    """A broker that is started again at once must get its port, though old connections to it are
    still in TIME_WAIT."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()  # the side that closes first is the one that lingers
        client.close()
    assert ports.is_free(port)
