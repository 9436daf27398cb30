"""FlowSocket: who may open it, and what it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator  # type: ignore[import-untyped]

from dashboard.live import hub as hubs
from dashboard.live.hub import CutFrame, Hub
from dashboard.live.socket import MAX_MESSAGE_BYTES, FlowSocket
from dashboard.seldom import Seldom
from flowviz.asgi import application

HOST = "127.0.0.1:8123"
PAGE = {"host": HOST, "origin": f"http://{HOST}"}


def opened(hub: Hub, headers: dict[str, str] = PAGE) -> Any:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    socket = WebsocketCommunicator(FlowSocket.as_asgi(hub=hub), "/ws/flow", headers=raw)
    socket.scope["client"] = ["127.0.0.1", 50000]
    return socket


async def test_our_own_page_may_open_it_and_gets_a_keyframe() -> None:
    hub = Hub()
    socket = opened(hub, PAGE | {"sec-fetch-site": "same-origin"})
    connected, _ = await socket.connect()
    assert connected
    assert hub.watchers == 1
    hub.take(CutFrame(3, None, b'{"t":"key","seq":3}'))
    assert json.loads(await socket.receive_from()) == {"t": "key", "seq": 3}
    await socket.disconnect()
    assert hub.watchers == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HOST},
        {"host": HOST, "origin": "null"},
        {"host": HOST, "origin": "http://evil.example"},
        {"host": HOST, "origin": "http://127.0.0.1:8124"},
        {"host": HOST, "origin": "http://localhost:8123"},
        {"host": HOST, "origin": "https://127.0.0.1:8123"},
        {"host": HOST, "origin": "http://127.0.0.1:8123.evil.example"},
        {"host": "evil.example:8123", "origin": "http://evil.example:8123"},
        {"origin": f"http://{HOST}"},
        PAGE | {"sec-fetch-site": "cross-site"},
        PAGE | {"sec-fetch-site": "same-site"},
    ],
)
async def test_any_other_page_is_refused_in_the_handshake(headers: dict[str, str]) -> None:
    hub = Hub()
    connected, _ = await opened(hub, headers).connect()
    assert not connected
    assert hub.watchers == 0


async def test_an_answer_is_taken() -> None:
    hub = Hub()
    socket = opened(hub)
    await socket.connect()
    hub.take(CutFrame(0, None, b'{"t":"key","seq":0}'))
    await socket.receive_from()
    await socket.send_to('{"ack": 0}')
    hub.take(CutFrame(1, b'{"t":"delta","seq":1}', None))
    assert json.loads(await socket.receive_from())["seq"] == 1
    await socket.disconnect()


@pytest.mark.parametrize(
    "message",
    [
        "hello",
        "[]",
        "1",
        "{}",
        '{"ack": "1"}',
        '{"ack": 1.5}',
        '{"ack": true}',
        '{"ack": null}',
        '{"ack": -1}',
        '{"ack": 1, "more": 2}',
        '{"pause": "quality"}',
        "[" * 2_000,
        '{"ack": 1}' + " " * MAX_MESSAGE_BYTES,
        b'{"ack": 1}',
    ],
)
async def test_anything_else_closes_with_1008(message: str | bytes) -> None:
    hub = Hub()
    socket = opened(hub)
    await socket.connect()
    if isinstance(message, bytes):
        await socket.send_to(bytes_data=message)
    else:
        await socket.send_to(text_data=message)
    answer = await socket.receive_output()
    assert answer["type"] == "websocket.close"
    assert answer["code"] == 1008
    assert hub.watchers == 0


async def test_answers_to_nothing_without_end_close_with_1008() -> None:
    hub = Hub()
    socket = opened(hub)
    await socket.connect()
    for _ in range(hubs.MAX_ANSWERS_AHEAD + 2):
        await socket.send_to('{"ack": 1}')
    answer = await socket.receive_output()
    assert (answer["type"], answer["code"]) == ("websocket.close", 1008)
    assert hub.watchers == 0


async def test_one_socket_too_many_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MAX_VIEWERS", 1)
    hub = Hub()
    first, second = opened(hub), opened(hub)
    await first.connect()
    await second.connect()
    answer = await second.receive_output()
    assert (answer["type"], answer["code"]) == ("websocket.close", 1013)
    assert hub.watchers == 1
    await first.disconnect()


async def test_there_is_no_socket_at_another_path() -> None:
    raw = [(name.encode(), value.encode()) for name, value in PAGE.items()]
    connected, _ = await WebsocketCommunicator(application, "/ws/other", headers=raw).connect()
    assert not connected


async def test_pages_that_are_turned_away_are_in_the_log_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(hubs, "MAX_VIEWERS", 0)
    monkeypatch.setattr("dashboard.live.socket._too_many", Seldom())
    monkeypatch.setattr("dashboard.live.socket._refused", Seldom())
    hub = Hub()
    for _ in range(5):
        for headers in (PAGE, {"host": HOST, "origin": "https://flow.example"}):
            socket = opened(hub, headers)
            await socket.connect()
            await socket.disconnect()
    said = [(one.levelname, one.getMessage()) for one in caplog.records if "live" in one.name]
    assert [level for level, _ in said] == ["WARNING", "INFO"]
    assert "another was turned away" in said[0][1]
    assert "Origin https://flow.example" in said[1][1]
    assert "FLOWVIZ_PUBLIC_ORIGINS" in said[1][1]
    assert hub.refused == 5
