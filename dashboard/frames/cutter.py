"""Cuts frames from the picture: whole ones, and what changed since the frame before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.picture.section import Entity
from dashboard.picture.shown import MAPS, Shown

VERSION = 1

Frame = dict[str, Any]


class FrameCutter:
    """One a run of the pipeline, or a picture begun anew in it: `epoch` names it, `seq` counts the
    deltas.

    A keyframe carries the seq of the delta that it stands after, so a socket that got keyframe n
    goes on with delta n + 1.
    """

    def __init__(self, epoch: str, seq: int = 0) -> None:
        """`seq`: of the last frame before, where another epoch begins for the same sockets."""
        self.epoch = epoch
        self.seq = seq
        self._last: Shown | None = None

    def key(self, shown: Shown, now: int) -> Frame:
        if self._last is None:
            self._last = shown
        # Always what the newest delta left behind: anything newer would come again with the next.
        shown = self._last
        frame: Frame = {
            "t": "key",
            "v": VERSION,
            "epoch": self.epoch,
            "seq": self.seq,
            "sent_at": now,
            "cluster": shown.cluster,
            "ledger": shown.ledger,
        }
        for name in MAPS:
            frame[name] = getattr(shown, name)
        frame["events"] = list(shown.events)
        return frame

    def delta(self, shown: Shown, now: int) -> Frame | None:
        """What changed since the delta before; None when nothing did."""
        sets, dels, events = changes(self._last, shown)
        if not sets and not dels and not events:
            return None
        self._last = shown
        frame = self.heartbeat(now)
        if dels:
            frame["del"] = dels
        if sets:
            frame["set"] = sets
        if events:
            frame["events"] = events
        return frame

    def heartbeat(self, now: int) -> Frame:
        self.seq += 1
        return {"t": "delta", "seq": self.seq, "sent_at": now}


def changes(
    before: Shown | None, now: Shown
) -> tuple[dict[str, Any], dict[str, list[str]], list[dict[str, Any]]]:
    """(sets, deletions, events) that turn `before`, or an empty picture, into `now`."""
    sets: dict[str, Any] = {}
    dels: dict[str, list[str]] = {}
    for name in ("cluster", "ledger"):
        entity = getattr(now, name)
        if before is None or getattr(before, name) != entity:
            sets[name] = entity
    for name in MAPS:
        old: Mapping[str, Entity] = {} if before is None else getattr(before, name)
        new: Mapping[str, Entity] = getattr(now, name)
        if old is new:
            continue
        changed, gone = map_changes(old, new)
        if changed:
            sets[name] = changed
        if gone:
            dels[name] = gone
    added = now.events_total - (0 if before is None else before.events_total)
    events = list(now.events[-added:]) if added > 0 else []
    return sets, dels, events


def map_changes(
    old: Mapping[str, Entity], new: Mapping[str, Entity]
) -> tuple[dict[str, Entity], list[str]]:
    changed = {
        key: entity
        for key, entity in new.items()
        if (was := old.get(key)) is not entity and was != entity
    }
    gone = [key for key in old if key not in new]
    # A topic made anew is another topic: whoever keeps something of the old one must drop it.
    gone += [key for key, entity in changed.items() if key in old and _anew(old[key], entity)]
    return changed, gone


def _anew(old: Entity, new: Entity) -> bool:
    before, now = old.get("topic_id"), new.get("topic_id")
    return before is not None and now is not None and before != now
