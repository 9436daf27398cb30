"""The colour of a group: the lowest free number at first sight, kept while it is known."""

from __future__ import annotations

from collections.abc import Iterable


class Colours:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, group: str) -> int:
        number = self._numbers.get(group)
        if number is None:
            taken = set(self._numbers.values())
            number = next(free for free in range(len(taken) + 1) if free not in taken)
            self._numbers[group] = number
        return number

    def keep_only(self, groups: Iterable[str]) -> None:
        """Groups that are gone give their numbers back."""
        known = set(groups)
        self._numbers = {group: n for group, n in self._numbers.items() if group in known}
