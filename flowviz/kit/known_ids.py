"""The ids of events that were handled lately, so that a repeat can be dropped."""

from __future__ import annotations

from collections import OrderedDict

MAX_KNOWN = 100_000
"""Ids remembered, by this process only; an older repeat, or one after a restart, is handled."""


class KnownIds:
    """(source, id) of events; the oldest are forgotten."""

    def __init__(self, most: int = MAX_KNOWN) -> None:
        self._most = most
        self._ids: OrderedDict[tuple[str | None, str], None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id: tuple[str | None, str]) -> bool:
        return id in self._ids

    def add(self, id: tuple[str | None, str]) -> None:
        self._ids[id] = None
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)

    def clear(self) -> None:
        """After a rewind, or when partitions were lost, a repeat is wanted."""
        self._ids.clear()
