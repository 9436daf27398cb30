"""The port of the page."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from dashboard.server import listening
from dashboard.server.listening import CannotListen, listen, url_of
from flowviz import config


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program serves until the test is over."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_said(taken: int) -> None:
    with pytest.raises(CannotListen, match=f"Port {taken} is taken.*--port"):
        listen("127.0.0.1", taken)


def test_without_a_wish_the_next_free_port_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "DEFAULT_PORT", taken)
    with listen("127.0.0.1", None) as listener:
        assert taken < listener.getsockname()[1] < taken + listening.TRIED_PORTS


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1:8000 cannot be used"):
        listen("192.0.2.1", 8000)


def test_the_url_is_one_that_a_browser_on_this_machine_can_open() -> None:
    with listen("0.0.0.0", 0) as listener:
        port = listener.getsockname()[1]
        assert url_of(listener, "0.0.0.0") == f"http://127.0.0.1:{port}/"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "0.0.0.0"])
def test_the_url_names_a_host_that_is_let_in(host: str) -> None:
    allowed = config.load({"FLOWVIZ_HOST": host}).allowed_hosts
    with listen("127.0.0.1", 0) as listener:
        address = urlsplit(url_of(listener, host)).netloc
    assert address.rpartition(":")[0] in allowed


def test_a_name_that_stands_for_an_address_is_printed_as_it_was_given() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert url_of(listener, "laptop.local").startswith("http://laptop.local:")
