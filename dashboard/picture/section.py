"""One map of the picture: builds again only what was touched, and keeps what did not change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Entity = dict[str, Any]
"""One thing on the wire. Never changed once it is shown: a change makes another one."""

MAX_STALE = 10_000
"""Touched ids remembered one by one; beyond it the whole map is built again."""


class Section:
    """`build(id)` gives the entity as it is now, or None when it is no more.

    An entity that comes out equal to the one shown before stays the very same object, and so does
    the whole map when none of its entities changed: a delta then costs one identity comparison.
    """

    def __init__(
        self, ids: Callable[[], Iterable[str]], build: Callable[[str], Entity | None]
    ) -> None:
        self._ids = ids
        self._build = build
        self._shown: Mapping[str, Entity] = {}
        self._stale: set[str] = set()
        self._all_stale = True

    def touch(self, entity_id: str) -> None:
        if not self._all_stale:
            self._stale.add(entity_id)
            if len(self._stale) > MAX_STALE:
                self.touch_all()

    def touch_all(self) -> None:
        self._all_stale = True
        self._stale.clear()

    def shown(self) -> Mapping[str, Entity]:
        if self._all_stale:
            self._settle(list(self._ids()), self._shown.keys())
        elif self._stale:
            self._settle(sorted(self._stale), ())
        self._all_stale = False
        self._stale.clear()
        return self._shown

    def _settle(self, wanted: list[str], doubted: Iterable[str]) -> None:
        """Build `wanted`; what is in `doubted` and not wanted is gone."""
        changed: dict[str, Entity] = {}
        gone = set(doubted) - set(wanted)
        for entity_id in wanted:
            entity = self._build(entity_id)
            if entity is None:
                if entity_id in self._shown:
                    gone.add(entity_id)
            elif self._shown.get(entity_id) != entity:
                changed[entity_id] = entity
        if changed or gone:
            kept = {key: value for key, value in self._shown.items() if key not in gone}
            self._shown = kept | changed
