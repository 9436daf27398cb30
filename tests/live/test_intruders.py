"""What goes over the wire to somebody who means ill, from a real daphne: answers, and no more.

Who may act, and what each address answers, is asked in tests/api over every route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dashboard.server.http_requests import MAX_BODY_BYTES, MAX_HEADER_BYTES
from dashboard.views.headers import HEADERS
from tests.live.serving import ServedFrames, serving_frames
from tests.live.strangers import stranger

HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
}


@pytest.fixture(scope="module")
def served() -> Iterator[ServedFrames]:
    with serving_frames() as served:
        yield served


async def answers(served: ServedFrames, sent: bytes) -> list[bytes]:
    """All answers until the server ends the connection; HOST in what is sent is its address."""
    async with stranger(served.address) as sender:
        await sender.send(sent.replace(b"HOST", served.address.encode()))
        said = await sender.until_it_ends(sent)
    return [b"HTTP/1.1 " + part for part in said.split(b"HTTP/1.1 ")[1:]]


def head_of(answer: bytes) -> dict[str, str]:
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return {"": lines[0], **dict(line.split(": ", 1) for line in lines[1:])}


def handshake(path: str = "/ws/flow", **changed: str | None) -> bytes:
    given = {"Host": "HOST", "Origin": "http://HOST"} | HANDSHAKE
    given |= {name.replace("_", "-"): value for name, value in changed.items() if value is not None}
    for name in (name.replace("_", "-") for name, value in changed.items() if value is None):
        del given[name]
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", ""]).encode()


REFUSED = {
    "no request at all": (400, b"hello\r\n\r\n"),
    "no version": (400, b"GET /\r\n\r\n"),
    "a version there is not": (400, b"GET / HTTP/3.0\r\n\r\n"),
    "a verb that is no word": (400, b"GE(T / HTTP/1.1\r\nHost: HOST\r\n\r\n"),
    "a path that is not ASCII": (400, b"GET /\xff HTTP/1.1\r\nHost: HOST\r\n\r\n"),
    "a header without a name": (400, b"GET / HTTP/1.1\r\nHost: HOST\r\n: x\r\n\r\n"),
    "a header name that is none": (400, b"GET / HTTP/1.1\r\nHost: HOST\r\nA(: x\r\n\r\n"),
    "a control in a header": (400, b"GET / HTTP/1.1\r\nHost: HOST\r\nA: \x0b\r\n\r\n"),
    "headers too long": (
        431,
        b"GET / HTTP/1.1\r\nHost: HOST\r\n"
        + b"A: %s\r\n" % (b"b" * 1024) * (MAX_HEADER_BYTES // 1024),
    ),
    "a line too long": (431, b"GET /" + b"a" * (MAX_HEADER_BYTES + 1) + b" HTTP/1.1\r\n\r\n"),
    "a body too long": (413, b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % 10**12),
    "no host": (400, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
    "two hosts": (
        400,
        b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    ),
    "a socket without an origin": (403, handshake(Origin=None)),
    "a socket of another port": (403, handshake(Origin="http://127.0.0.1:1")),
    "a socket of two origins": (400, handshake(Origin="http://HOST, http://HOST")),
    "a socket at another path": (403, handshake("/ws/other")),
    "a socket of a foreign name": (
        403,
        handshake(Host="evil.example", Origin="http://evil.example"),
    ),
    "a socket without a key": (400, handshake(Sec_WebSocket_Key=None)),
    "a socket of another version": (400, handshake(Sec_WebSocket_Version="99")),
    "a socket with a fragment": (400, handshake("/ws/flow#<img>")),
    "a socket that is posted": (405, handshake().replace(b"GET", b"POST")),
    "a socket with a word that is not ASCII": (
        400,
        handshake().replace(b"AAAA", b"\xff\xfe").replace(b"13\r\n", b"13\r\nX: \xff\r\n"),
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_refusal_carries_the_headers_and_hands_nothing_back(
    served: ServedFrames, kind: str
) -> None:
    status, sent = REFUSED[kind]
    [answer] = await answers(served, sent)
    head = head_of(answer)
    assert head[""].startswith(f"HTTP/1.1 {status} ")
    assert HEADERS.items() <= head.items()
    assert head["Content-Type"].startswith("text/plain")
    assert head["Cache-Control"] == "no-store"
    body = answer.partition(b"\r\n\r\n")[2].decode()
    assert re.search(r"[A-Z][^<>]+\.", body), "a sentence"
    assert len(body) == int(head.get("Content-Length", len(body)))
    assert "<img" not in answer.decode()


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n"
"""What a proxy in front of us would take for a body, and we must not take for a request."""
AMBIGUOUS = {
    "a length and chunks": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "the same length twice": b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 44\r\n\r\n",
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "a length below nothing": b"Content-Length: -1\r\n\r\n",
    "a length in hexadecimal": b"Content-Length: 0x0\r\n\r\n",
    "a length of nothing": b"Content-Length: \r\n\r\n",
    "a length without end": b"Content-Length: " + b"9" * 10_000 + b"\r\n\r\n",
    "chunks twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are zipped": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "another encoding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks by a vertical tab": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a name with a space behind": b"Content-Length : 0\r\n\r\n",
    "a line that ends early": b"A: b\nContent-Length: 44\r\n\r\n",
    "a line with a return": b"A: b\rContent-Length: 44\r\n\r\n",
    "a line with nothing": b"A: b\x00\r\n\r\n",
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
async def test_what_could_be_read_in_two_ways_is_not_read(served: ServedFrames, kind: str) -> None:
    head = b"POST /healthz HTTP/1.1\r\nHost: HOST\r\n" + AMBIGUOUS[kind]
    [answer] = await answers(served, head + SMUGGLED)
    assert head_of(answer)[""].startswith("HTTP/1.1 400 "), kind


async def test_who_asks_cannot_choose_what_our_addresses_begin_with(served: ServedFrames) -> None:
    [answer] = await answers(
        served,
        b"GET / HTTP/1.1\r\nHost: HOST\r\nDaphne-Root-Path: /evil\r\nConnection: close\r\n\r\n",
    )
    assert head_of(answer)[""] == "HTTP/1.1 200 OK"
    assert b'hx-post="/act/all/pause"' in answer
    assert b"evil" not in answer


@pytest.mark.parametrize(
    "target",
    [
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/static//etc/passwd",
        "//etc/passwd",
        "http://evil.example/static/ninja/favicon.svg",
        "/static/ninja/favicon.svg%00",
        "/static/ninja/favicon.svg/",
        "*",
    ],
)
async def test_no_target_leads_out_of_what_is_served(served: ServedFrames, target: str) -> None:
    [answer] = await answers(
        served, f"GET {target} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n".encode()
    )
    assert head_of(answer)[""].startswith("HTTP/1.1 404 ")
    assert HEADERS.items() <= head_of(answer).items()


async def test_a_socket_takes_no_compressed_frames(served: ServedFrames) -> None:
    """A few bytes would become a thousand times as many."""
    async with stranger(served.address) as sender:
        asked = handshake(Sec_WebSocket_Extensions="permessage-deflate")
        await sender.send(asked.replace(b"HOST", served.address.encode()))
        head = head_of(await sender.head())
    assert head[""].startswith("HTTP/1.1 101 ")
    assert "sec-websocket-extensions" not in {name.lower() for name in head}


async def test_a_body_that_comes_in_chunks_is_counted(served: ServedFrames) -> None:
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    head = b"POST /positions HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"
    [answer] = await answers(served, head + chunk * (MAX_BODY_BYTES // 0x8000 + 1))
    assert head_of(answer)[""].startswith("HTTP/1.1 413 ")
    assert HEADERS.items() <= head_of(answer).items()
