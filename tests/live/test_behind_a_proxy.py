"""The page behind a proxy that ends TLS, over real connections: people look, and nobody acts."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.certificates import certificate
from tests.waiting import PATIENCE_SECONDS


class Proxy:
    """Ends TLS and passes on what is inside, as it is. It says nothing of itself."""

    def __init__(self, pem: Path) -> None:
        self.trusting = ssl.create_default_context(cafile=str(pem))
        self._own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._own.load_cert_chain(pem)
        self.behind = ("127.0.0.1", 0)

    async def serve(self, stack: AsyncExitStack) -> str:
        """Its address, as a host and a port."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, ssl=self._own)
        await stack.enter_async_context(server)
        return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind_reader, behind_writer = await asyncio.open_connection(*self.behind)
        except OSError:  # the server is gone: whoever waits here is to know at once
            writer.close()
            return
        with suppress(asyncio.CancelledError):  # the test is over
            await asyncio.gather(_copy(reader, behind_writer), _copy(behind_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """The public address of a server that was told of it, and whom to trust."""
    async with AsyncExitStack() as stack:
        proxy = Proxy(certificate(tmp_path))
        address = await proxy.serve(stack)
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.live.serve_frames"),
            env=os.environ | {"FLOWVIZ_PUBLIC_ORIGINS": f"https://{address}"},
            stdin=asyncio.subprocess.PIPE,  # it ends when this does
            stdout=asyncio.subprocess.PIPE,
        )
        assert server.stdout is not None
        host, _, port = (await server.stdout.readline()).decode().strip().rpartition(":")
        proxy.behind = (host, int(port))
        yield address, proxy.trusting
        # In this order: on a busy machine a connection may still be on its way in.
        await stack.aclose()
        server.terminate()
        await server.wait()


async def test_the_socket_opens_from_the_public_address_alone_and_nobody_acts(
    proxied: tuple[str, ssl.SSLContext],
) -> None:
    address, trusting = proxied
    where = f"wss://{address}/ws/flow"
    async with opened(where, trusting, f"https://{address}") as page:
        frame = json.loads(await asyncio.wait_for(page.recv(), PATIENCE_SECONDS))
        assert frame["t"] == "key"
    for origin in ("https://127.0.0.1:1", "https://evil.example", "null", None):
        with pytest.raises(InvalidStatus) as refused:
            await opened(where, trusting, origin)
        assert refused.value.response.status_code == 403
    answer = await posted(address, trusting, "/api/services/quality/pause")
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"one can only look" in answer


def opened(where: str, trusting: ssl.SSLContext, origin: str | None) -> connect:
    """By itself the client gives up after 10 s, which two handshakes can take on a busy machine;
    and it would look for a proxy of the person who runs the tests."""
    return connect(
        where,
        ssl=trusting,
        origin=origin,  # type: ignore[arg-type]
        open_timeout=PATIENCE_SECONDS,
        proxy=None,
    )


async def posted(address: str, trusting: ssl.SSLContext, path: str) -> bytes:
    """A script's request through the proxy: no Origin, and from this very machine."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=trusting)
    head = f"POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 2\r\n"
    writer.write(f"{head}Content-Type: application/json\r\n\r\n{{}}".encode())
    answer = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
    writer.close()
    return answer
