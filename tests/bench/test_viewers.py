import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import websockets

from bench.parts.script import CannotMeasure
from bench.parts.viewers import Viewer, head, opened
from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture.picture import Picture

AT = 1_764_000_000_000


@asynccontextmanager
async def server(frames: list[str]) -> AsyncIterator[tuple[str, asyncio.Queue[str | bytes]]]:
    """Sends these to whoever comes, and keeps what it gets back."""
    told: asyncio.Queue[str | bytes] = asyncio.Queue()

    async def serve(socket: websockets.ServerConnection) -> None:
        for frame in frames:
            await socket.send(frame)
        await socket.ping()
        async for message in socket:
            await told.put(message)

    async with websockets.serve(serve, "127.0.0.1", 0, compression=None) as running:
        port = running.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", told


def delta(seq: int, size: int = 0) -> str:
    return json.dumps({"t": "delta", "seq": seq, "sent_at": AT, "x": "x" * size}).replace(" ", "")


async def test_it_takes_frames_of_every_length_and_acknowledges_each_tenth() -> None:
    frames = [delta(seq, size) for seq, size in enumerate([0, 200, 70_000] * 7)]
    came: list[str] = []
    async with server(frames) as (url, told):
        (viewer,) = await opened(url, 1, lambda _viewer, frame: came.append(frame.decode()))
        assert await asyncio.wait_for(told.get(), 30) == '{"ack":9}'
        assert await asyncio.wait_for(told.get(), 30) == '{"ack":19}'
        viewer.close()
    assert came[:20] == frames[:20]


async def test_one_that_does_not_read_takes_and_answers_nothing() -> None:
    came: list[bytes] = []
    async with server([delta(seq) for seq in range(20)]) as (url, told):
        (still,) = await opened(url, 1, lambda _viewer, frame: came.append(frame), reads=False)
        (lively,) = await opened(url, 1, lambda _viewer, frame: None)
        await asyncio.wait_for(told.get(), 30)
        still.close()
        lively.close()
    assert (came, still.frames) == ([], 0)


async def test_a_server_that_refuses_is_told_in_a_sentence() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    running = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = running.sockets[0].getsockname()[1]
    with pytest.raises(CannotMeasure, match="403"):
        await opened(f"http://127.0.0.1:{port}", 1, lambda viewer, frame: None)
    running.close()


def test_the_head_of_real_frames_is_read_without_parsing_them() -> None:
    picture, cutter = Picture(started_at=AT), FrameCutter("an epoch")
    first = cutter.delta(picture.shown(), AT + 1)
    assert first is not None
    assert head(codec.encode(first)) == (False, 1, AT + 1)
    assert head(codec.encode(cutter.key(picture.shown(), AT + 2))) == (True, 1, AT + 2)
    assert head(codec.encode(cutter.heartbeat(AT + 3))) == (False, 2, AT + 3)


def test_what_is_no_frame_ends_the_measuring() -> None:
    with pytest.raises(CannotMeasure, match="no frame"):
        head(b"<html>")


def test_a_viewer_needs_an_event_loop() -> None:
    with pytest.raises(RuntimeError):
        Viewer("127.0.0.1", 1, lambda viewer, frame: None)
