"""The key that signs cookies: from the environment, or made once and kept in the data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from flowviz.config import Config, ConfigError

KEY_FILE = "secret-key"
KEY_BYTES = 48


class Key:
    """Read or made when its text is first asked for: importing the settings writes nothing."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def __str__(self) -> str:
        return self._config.secret_key or kept_in(self._config.data_dir)


def kept_in(folder: Path) -> str:
    """The key kept in this folder (mode 0600), made when there is none.

    Raises ConfigError where the folder cannot be written.
    """
    path = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and not path.stat().st_size:
            path.unlink()  # a disk was full once
        return _kept(path) if path.exists() else _make(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(unusable(folder, error)) from None


def unusable(folder: Path, error: Exception) -> str:
    """Why nothing can be kept in the data folder and what to do, as a sentence."""
    why = error.strerror if isinstance(error, OSError) else error
    return (
        f"The folder {folder} cannot be used ({why}); "
        "set FLOWVIZ_DATA_DIR to a folder that can be written."
    )


def _kept(path: Path) -> str:
    return path.read_text("ascii").strip()


def _make(path: Path) -> str:
    """Write a key beside, and link it into place: of two starts at once, the first one's stays."""
    handle, beside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        Path(beside).unlink()
    return _kept(path)
