"""Reading a TOML table strictly: every wrong key or value ends in a sentence that names it.

`difflib` finds the key that was probably meant, so that a typing error is answered with the
right word rather than with silence.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn


class ScenarioError(Exception):
    """A scenario cannot be used. `str(e)` names the file, the key, and what to do."""


def meant(word: str, known: Iterable[str]) -> str:
    """ " Did you mean "x"?" with a space before it, or "" where nothing comes near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


def listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"


class Table:
    """One table of the file, with the way that leads to it ("services.quality")."""

    def __init__(self, file: Path, way: str, content: Mapping[str, object]) -> None:
        self.file = file
        self.way = way
        self._content = content

    def refuse(self, key: str, sentence: str) -> NoReturn:
        place = ".".join(part for part in (self.way, key) if part)
        raise ScenarioError(f"{self.file}: {place}: {sentence}")

    def only(self, *known: str) -> None:
        """Refuses a key that means nothing here: it would be a wish that nobody hears."""
        for key in self._content:
            if key not in known:
                self.refuse(
                    key,
                    f"this key is not known here.{meant(key, known)} Known: {listed(known)}.",
                )

    def text(self, key: str) -> str:
        value = self._required(key, "a text in quotes")
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, f"write a text in quotes, not {value!r}.")
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self._content else None

    def whole_number(self, key: str, *, default: int, least: int, most: int) -> int:
        value = self._content.get(key, default)
        # TOML's true is an int to Python, and never a number to a person.
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(key, f"write a whole number from {least} to {most}, not {value!r}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.refuse(key, f'write a list of texts, such as ["a", "b"], not {value!r}.')
        if len(set(value)) < len(value):
            self.refuse(key, "a name stands here twice; leave one.")
        return tuple(value)

    def table(self, key: str) -> Table:
        value = self._content.get(key, {})
        if not isinstance(value, dict):
            self.refuse(key, f"this must be a table, not {value!r}.")
        return Table(self.file, f"{self.way}.{key}" if self.way else key, value)

    def tables(self) -> dict[str, Table]:
        return {name: self.table(name) for name in self._content}

    def scalars(self) -> dict[str, str]:
        """All values as Kafka writes them: numbers as digits, booleans in small letters."""
        found = {}
        for key, value in self._content.items():
            if isinstance(value, bool):
                found[key] = str(value).lower()
            elif isinstance(value, str | int | float):
                found[key] = str(value)
            else:
                self.refuse(key, f"write a text, a number, true or false, not {value!r}.")
        return found

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def _required(self, key: str, what: str) -> object:
        if key not in self._content:
            self.refuse(key, f"this key is missing; write {what}.")
        return self._content[key]
