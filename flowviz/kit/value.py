"""What a service may publish, and the bytes of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Value: TypeAlias = str | bytes | Mapping[str, Any] | list[Any] | None

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def as_bytes(value: Value) -> bytes | None:
    """The record's value: text as UTF-8, anything else but bytes as compact JSON.

    Raises TypeError or ValueError for what JSON cannot hold.
    """
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return _COMPACT.encode(value).encode()
