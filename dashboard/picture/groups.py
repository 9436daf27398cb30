"""The consumer groups there are, with their colours; how each one stands is in group_watch.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from dashboard.picture.colours import Colours
from dashboard.picture.group_watch import GroupWatch
from dashboard.picture.observations import SurveySeen
from dashboard.picture.topics import Topics

MAX_GROUPS = 5_000
"""Groups shown."""


class Groups:
    def __init__(self) -> None:
        self._watched: dict[str, GroupWatch] = {}
        self._colours = Colours()
        self._declared: tuple[str, ...] = ()
        self.left_out = 0
        """Groups beyond MAX_GROUPS, or beyond what the survey can ask about."""

    def declare(self, groups: Iterable[str]) -> None:
        """A document names these, in its order. They choose their colours before all others, so
        that one scenario looks the same each time; they are declared once, when the picture is
        still new."""
        declared = tuple(dict.fromkeys(islice(groups, MAX_GROUPS)))
        if declared == self._declared:
            return  # it was said again because something else in it changed
        self._declared = declared
        self._colours = Colours()
        self._deal()

    def _deal(self) -> None:
        first = [name for name in self._declared if name in self._watched]
        self._colours.settle(dict.fromkeys((*first, *self._watched)))

    def survey(
        self, seen: SurveySeen, topics: Topics, claimed: Mapping[str, frozenset[str]]
    ) -> None:
        """`claimed`: group -> topics that its service says it reads."""
        allowed = list(islice(sorted(seen.groups, key=lambda facts: facts.group), MAX_GROUPS))
        self.left_out = seen.groups_left_out + len(seen.groups) - len(allowed)
        known = {facts.group for facts in allowed}
        self._watched = {
            name: watch for name, watch in self._watched.items() if name in known or name in claimed
        }
        for facts in allowed:
            watch = self._watched.setdefault(facts.group, GroupWatch(facts.group))
            watch.survey(seen.at, facts, topics, claimed.get(facts.group, frozenset()))
        for name in set(self._watched) - known:
            self._watched[name].missing()
        self._deal()

    def claim(self, claimed: Mapping[str, frozenset[str]]) -> None:
        """Groups that a service names stand in the picture before any survey finds them."""
        for name in sorted(claimed):
            if name not in self._watched and len(self._watched) < MAX_GROUPS:
                self._watched[name] = GroupWatch(name)
        # What nobody names any more and no survey found is gone.
        self._watched = {
            name: watch
            for name, watch in self._watched.items()
            if watch.facts is not None or name in claimed
        }
        self._deal()

    def forget_topics(self, broken: set[str]) -> None:
        """Topics gone or made anew: their old offsets mean nothing now."""
        for watch in self._watched.values():
            watch.forget_topics(broken)

    def names(self) -> Iterable[str]:
        return self._watched.keys()

    def all(self) -> Iterable[GroupWatch]:
        return self._watched.values()

    def get(self, name: str) -> GroupWatch | None:
        return self._watched.get(name)

    def colour(self, name: str) -> int:
        return self._colours.of(name)
