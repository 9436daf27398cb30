"""Ports for services that are called directly: nobody else gets them, whoever is down."""

from __future__ import annotations

import socket

import pytest

from dashboard.supervisor.ports import KeptPorts, url_variable
from tests.waiting import PATIENCE_SECONDS


def listen(port: int) -> socket.socket:
    """As a service does (examples/assembly_line/direct/server.py)."""
    return socket.create_server(("127.0.0.1", port), reuse_port=True)


def call(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)


def test_each_service_learns_its_own_port_and_where_those_are_that_it_calls() -> None:
    ports = KeptPorts(["b", "c.d-e", "b"])
    assert ports.environment("a", ["b"]) == {"B_URL": f"http://127.0.0.1:{ports.port('b')}"}
    assert ports.environment("b", ["c.d-e"]) == {
        "PORT": str(ports.port("b")),
        "C_D_E_URL": f"http://127.0.0.1:{ports.port('c.d-e')}",
    }
    assert url_variable("inventory-direct") == "INVENTORY_DIRECT_URL"
    ports.close()


def test_while_a_service_is_down_its_port_refuses_and_is_nobody_elses() -> None:
    ports = KeptPorts(f"s{number}" for number in range(50))
    all_of_them = {ports.port(f"s{number}") for number in range(50)}
    assert len(all_of_them) == 50
    port = ports.port("s0")
    for _ in range(2):  # also when it starts again
        with pytest.raises(ConnectionRefusedError):
            call(port)
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", port))
        with listen(port) as serving:
            caller = call(port)
            taken, _ = serving.accept()
            taken.close()
            caller.close()
    ports.close()


def test_closed_they_are_given_back() -> None:
    ports = KeptPorts(["a"])
    port = ports.port("a")
    ports.close()
    socket.create_server(("127.0.0.1", port)).close()
