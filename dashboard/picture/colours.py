"""The colour of a group: by its name, so that one name looks the same wherever it is watched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

COLOURS = 8
"""Those that are told apart; a number from there on is one of them again, with a pattern
(`static/dashboard/js/colours.js`)."""
_KEY = b"flowviz 806"
"""Any would do. By this one the readers of the assembly line get the first four in their order:
neighbours on the page, whose colours differ most."""


class Colours:
    """The first free number from the one that the name gives, kept while the group is known."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, group: str) -> int:
        return self._numbers[group]

    def settle(self, groups: Iterable[str]) -> None:
        """These groups are known now, and no others: who is gone gives the number back. Of two
        whose names give the same, the one that is named first gets it."""
        wanted = list(groups)
        known = set(wanted)
        self._numbers = {group: n for group, n in self._numbers.items() if group in known}
        taken = set(self._numbers.values())
        begins = 0  # of the first eight of which one is free
        for group in wanted:
            if group in self._numbers:
                continue
            while taken.issuperset(range(begins, begins + COLOURS)):
                begins += COLOURS
            first = _by_name(group)
            numbers = (begins + (first + step) % COLOURS for step in range(COLOURS))
            number = next(number for number in numbers if number not in taken)
            self._numbers[group] = number
            taken.add(number)


def _by_name(group: str) -> int:
    name = group.encode(errors="surrogatepass")
    return hashlib.blake2b(name, digest_size=1, key=_KEY).digest()[0] % COLOURS
