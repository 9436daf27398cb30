"""Names of the nodes and edges of the picture, the same ones in Python and in the browser.

A name is percent-encoded exactly as JavaScript's `encodeURIComponent` does (ECMA-262, 19.2.6.4),
so that ":" and ">" inside a name can never be taken for the marks between the parts of an id.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote

MAX_CACHED = 20_000
"""Names whose encoding is remembered: the same ones are asked for with every frame."""

# `quote` always leaves letters, digits and "_.-~" alone; these are the rest of what
# encodeURIComponent leaves alone.
_ALSO_PLAIN = "!*'()"


@lru_cache(maxsize=MAX_CACHED)
def encoded(name: str) -> str:
    """`name` as it stands in an id. A lone surrogate, which JavaScript refuses, becomes "%3F"."""
    return quote(name, safe=_ALSO_PLAIN, errors="replace")


@lru_cache(maxsize=MAX_CACHED)
def decoded(part: str) -> str:
    return unquote(part, errors="strict")


def service_node(service: str) -> str:
    return f"s:{encoded(service)}"


def topic_node(topic: str) -> str:
    return f"t:{encoded(topic)}"


def group_node(group: str) -> str:
    return f"g:{encoded(group)}"


def unknown_node(topic: str) -> str:
    """Whoever writes `topic` without saying so."""
    return f"u:{encoded(topic)}"


def write_edge(node: str, topic: str) -> str:
    return f"w:{node}>{topic_node(topic)}"


def read_edge(topic: str, group: str) -> str:
    return f"r:{topic_node(topic)}>{group_node(group)}"


def call_edge(caller: str, callee: str) -> str:
    return f"c:{service_node(caller)}>{service_node(callee)}"


def named(node: str) -> str:
    """The name inside the id of a node."""
    return decoded(node.partition(":")[2])
