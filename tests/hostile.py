"""Events as somebody writes them who means ill, or whose program is broken; the same each time.

Names, keys, values, headers and times that have broken other programs: markup and scripts, names
of what every JavaScript object has, text that turns lines around, bytes that are no text, numbers
that no number holds, instants before and after all calendars.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import strategies as st

HIT = "window.hit=1"
"""What runs where markup from an event runs: a test looks whether `hit` is there."""

TEXTS = (
    f"<img src=x onerror={HIT}>",
    f"<script>{HIT}</script>",
    f"</script><script>{HIT}</script>",
    f"<svg/onload={HIT}>",
    f'"><a href=javascript:{HIT}>press me</a>',
    f"' onmouseover='{HIT}' x='",
    f"javascript:{HIT}",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    f"{{{{constructor.constructor('{HIT}')()}}}}",
    f"${{{HIT}}}",
    "<style>*{display:none}</style>",
    "<!--",
    "]]>",
    "&lt;b&gt; &amp; &#x0;",
    '"];[data-x="',
    "a\\",
    "%",
    "%00",
    "%E0%A4%A",
    "..",
    "../../etc/passwd",
    "/",
    "?x=1#y",
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "__defineGetter__",
    "null",
    "undefined",
    "NaN",
    "true",
    "0",
    "-0",
    "1e400",
    "s:quality",
    "t:parts.scanned>g:quality",
    "quality ",
    " quality",
    "Quality",
    "qua\u200blity",
    "qu\u0430lity",
    "\u202egnihtyreve sdaeR",
    "\u2067\u202b\u05d0\u05d1\u05d2 abc\u2069",
    "\ufeffbom",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a\u0335" * 8,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\ufdfd" * 40,
    "\u0001\u0007\u001b[31mred\u001b[0m",
    "a\x00b",
    "line\nbreak\r\nand\ttab",
    "\u2028\u2029",
    "x" * 300,
    "word " * 60,
    "W" * 249,
    "\u4f60\u597d" * 60,
    "k" * 10_240,
    "",
    " ",
)
BYTES = (
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"\xed\xa0\x80",  # half a surrogate
    b"\xf8\x88\x80\x80\x80",
    b"\xc0\xaf",
    bytes(range(256)),
    b"\x1f\x8b\x08\x00",
    b"\x00" * 10_000,
)
TIMES = (
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59",
    "10000-01-01T00:00:00Z",
    "-271821-04-20T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-06-30T23:59:60Z",
    "now",
    "1e400",
    "2026-01-01",
    "9" * 400,
)
INSTANTS = (1, 86_400_000, 4_102_444_800_000, 253_402_300_800_000, 2**53, 2**62)
"""Record timestamps in Unix ms; 0 stands for now."""
TRACES = (
    "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
    "00-" + "0" * 32 + "-" + "0" * 16 + "-00",
    "ff-" + "z" * 32 + "-" + "b" * 16 + "-01",
    "00-" + "a" * 10_000,
)
NUMBERS = ("1e400", "-1e400", "NaN", "Infinity", "9" * 5_000, "1e-400", "-0", "0x10", "1_000")
DOCUMENTS = (
    b"[" * 50_000,
    b'{"a":' * 10_000,
    b'{"a": 1e400, "b": NaN, "c": "\\ud800", "__proto__": {"hit": 1}}',
    b'{"password": "hunter2", "a": "' + b"x" * 100_000 + b'"}',
    f"<html><body onload={HIT}><script>{HIT}</script>".encode(),
    f'{{"html": "<img src=x onerror={HIT}>"}}'.encode(),
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    *(f'{{"n": {number}}}'.encode() for number in NUMBERS),
)
HEADER_NAMES = (
    *(
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_causationid",
        "traceparent",
        "ce_specversion",
    ),
    *("", "__proto__", "constructor", "ce_\x00id", "CE_ID", "x" * 1_000, "\U0001f600", "dlq_ce_id"),
)
PIECES = (
    *(b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f", "\u202e\u2066".encode()),
    *(b"<script>alert(1)</script>", b"'\"><img src=x onerror=alert(1)>", b"{{7*7}}", b"${x}"),
    *(b"../../etc/passwd", b"%00", b"\r\nSet-Cookie: a=b", b"]]>", b"\\u0000", b"NaN", b"-0"),
    *(b"r:t:parts>g:quality", b"s:scanner", b"__proto__", b"constructor", b"quality", b"scanner"),
    *(b"99999999999999999999999", b"1e999", b"2026-13-45T99:99:99Z", b"0001-01-01T00:00:00+23:59"),
    *(b"9999-12-31T23:59:59.999999-23:59", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00"),
    *(
        b"00-" + b"f" * 32 + b"-" + b"f" * 16 + b"-01",
        b"a" * 5_000,
        "\u0130\u00df\ufdfa".encode() * 90,
    ),
)
"""Of which keys, values and headers are put together."""
RAW = st.none() | st.binary(max_size=300) | st.sampled_from(PIECES)
HEADERS = st.lists(st.tuples(st.sampled_from(HEADER_NAMES) | st.text(max_size=30), RAW), max_size=6)
"""Whatever a key, a value and headers can be made of."""
TOPIC_NAMES = (
    "_proto_",
    "constructor",
    "toString",
    "hasOwnProperty",
    "null",
    "undefined",
    "NaN",
    "0",
    "-",
    "_",
    "...",
    "-onerror-alert",
    "javascript",
    "W" * 249,
    "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z",
)
"""Kafka takes letters, digits, dots, dashes and underscores, up to 249 of them."""


class HostileEvent(NamedTuple):
    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    timestamp: int


def text_or_bytes(chance: random.Random) -> bytes:
    """One of the texts or bytes, or two of them in one."""
    one = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
    how = chance.randrange(10)
    if how < 6:
        return one
    other = chance.choice(BYTES) if how < 8 else chance.choice(TEXTS).encode()
    return one + other


def events(
    many: int, topics: tuple[str, ...] = TOPIC_NAMES, seed: int = 4
) -> Iterator[HostileEvent]:
    """So many of them, on these topics in turn. Of the first ones each stands for one of the texts,
    as source, type, id and key."""
    chance = random.Random(seed)
    for number in range(many):
        raw = TEXTS[number].encode() if number < len(TEXTS) else text_or_bytes(chance)
        yield HostileEvent(
            topic=topics[number % len(topics)],
            key=chance.choice(
                (None, raw, chance.choice(BYTES), chance.choice(DOCUMENTS[2:8])[:900])
            ),
            value=_value(chance),
            headers=_headers(chance, raw),
            timestamp=chance.choice((0, 0, 0, *INSTANTS)),
        )


def _value(chance: random.Random) -> bytes | None:
    how = chance.randrange(100)
    if how < 5:
        return None
    if how < 7:
        return chance.choice(DOCUMENTS)
    return text_or_bytes(chance)[:2_000]


def _headers(chance: random.Random, raw: bytes) -> list[tuple[str, bytes | None]]:
    given: list[tuple[str, bytes | None]] = [
        ("ce_source", raw),
        ("ce_type", text_or_bytes(chance)),
        ("ce_id", chance.choice((raw, text_or_bytes(chance), str(chance.random()).encode()))),
        ("ce_time", chance.choice(TIMES).encode()),
        ("ce_causationid", text_or_bytes(chance)),
        ("traceparent", chance.choice(TRACES).encode()),
    ]
    how = chance.randrange(20)
    if how == 0:
        given += given
    elif how == 1:
        given += [(chance.choice(TEXTS)[:200], raw[:200]) for _ in range(30)]
    elif how == 2:
        given = [(name, None) for name, _ in given]
    chance.shuffle(given)
    return given


def statuses() -> Iterator[tuple[bytes, bytes]]:
    """Keys and values for flowviz.status: services that say all this of themselves."""
    for number, text in enumerate(TEXTS):
        told: dict[str, Any] = {
            "v": 1,
            "service": text,
            "instance": f"{text}-1",
            "phase": ("running", "paused", "pausing", "starting", "stopping")[number % 5],
            "want": text,
            "outcome": "rejected",
            "reason": text,
            "groups": [{"group": text, "member_id": text, "reads": [text, *TOPIC_NAMES[:3]]}],
            "writes": [text, TOPIC_NAMES[number % len(TOPIC_NAMES)]],
            "acked": {text: {"0": 2**80, "-1": 1, text: 1}},
            "handling_for": 2**60,
            "failed": 2**60,
            "facts": {one: one for one in TEXTS[number : number + 20]},
            "pid": -1,
            "host": text,
            "at": 2**70,
            "calls": {text: text},
        }
        yield text.encode("utf-8", "surrogatepass"), json.dumps(told).encode()
    for raw in (*BYTES, *DOCUMENTS):
        yield raw, raw
    for amount in NUMBERS:
        told = {"v": 1, "service": "numbers", "instance": "numbers-1", "phase": "running"}
        raw = json.dumps(told).encode()[:-1]
        yield b"numbers", raw + f', "handling_for": {amount}, "facts": {{"n": {amount}}}}}'.encode()


def wishes() -> Iterator[tuple[bytes, bytes | None]]:
    """Keys and values for flowviz.control: wishes for services of such names."""
    for text in TEXTS:
        want = {"mode": "paused", "until_at": 2**60, "ms_per_event": 1e300, "rate": None}
        told = {"v": 1, "id": text, "service": text, "want": want, "by": text, "at": -1}
        yield text.encode("utf-8", "surrogatepass"), json.dumps(told).encode()
    for raw in (*BYTES, *DOCUMENTS):
        yield raw, raw
        yield raw, None
