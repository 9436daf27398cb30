"""One value after another: read, checked, and refused with a sentence that names the setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


class ConfigError(Exception):
    """A setting that cannot be used. Its text is one sentence for the user."""


class Reader:
    """Reads single values; an empty value is as good as none, as shells make no difference."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None

    def exact(self, name: str) -> str | None:
        """A secret: spaces at its ends belong to it."""
        return self._environment.get(name) or None

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as error:
            raise ConfigError(f"{name} {error}") from None
        except OSError as error:  # a folder above it that we may not enter, a name far too long
            why = error.strerror or error
            raise ConfigError(f"{name} is {value!r}, which cannot be used: {why}.") from None

    def choice(self, name: str, choices: tuple[str, ...]) -> Any:
        value = self.text(name)
        if value is None:
            return None
        if value.upper() not in choices:
            raise ConfigError(f"{name} is {value!r}; it can be one of {', '.join(choices)}.")
        return value.upper()


def port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ValueError(f"is {value!r}; a port is a number from 1 to 65535.")
    return int(value)


def yes_or_no(value: str) -> bool:
    if value not in {"0", "1"}:
        raise ValueError(f"is {value!r}; it can be 1 or 0.")
    return value == "1"


def _path(value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:  # pathlib's word for a ~name that nobody has
        raise ValueError(f"is {value!r}; nobody here has the home folder that it names.") from None


def folder(value: str) -> Path:
    path = _path(value)
    if path.exists() and not path.is_dir():
        raise ValueError(f"names {path}, which is a file; a folder is needed.")
    return path


def program(value: str) -> Path:
    path = _path(value)
    if path.is_dir() and (path / "bin" / "java").is_file():
        return path / "bin" / "java"
    if not path.is_file():
        raise ValueError(f"names {path}, where no Java is; give the path of the program `java`.")
    return path


def url(value: str) -> str:
    if not re.fullmatch(r"(https?|file)://\S+", value):
        raise ValueError("should begin with https:// or http://.")
    try:
        urlsplit(value).port  # noqa: B018 - looking at it raises
    except ValueError:  # the value is not repeated: it may hold a password
        raise ValueError("is no address such as https://mirror.example/maven2.") from None
    return value.rstrip("/")


def secret_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("is too short; at least 32 characters are needed, taken at random.")
    return value


def existing(value: str) -> str:
    path = _path(value)
    if not path.exists():
        raise ValueError(f"names {path}, which does not exist.")
    return str(path)
