"""The colour of a group: the lowest free number at first sight, kept while it is known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count


class Colours:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, group: str) -> int:
        return self._numbers[group]

    def settle(self, groups: Iterable[str]) -> None:
        """These groups are known now, and no others: who is gone gives the number back."""
        wanted = list(groups)
        known = set(wanted)
        self._numbers = {group: n for group, n in self._numbers.items() if group in known}
        taken = set(self._numbers.values())
        free = (number for number in count() if number not in taken)
        for group in wanted:
            if group not in self._numbers:
                self._numbers[group] = next(free)
