"""What `make` installs at the first start, told in one line; all that pip said where it fails.

Started as a plain script in the new environment. Nothing is installed there yet, so it needs the
standard library alone:

    python dashboard/management/installing.py requirements.txt "what Flowviz runs on"
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes")
KEPT_LINES = 10_000
"""Of what pip says; it says some three lines for each package."""
INTERRUPTED = 130
"""As a shell has it: 128 and the number of SIGINT."""

_PINNED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
_STEP = re.compile(r"(Collecting|Ignoring|Installing collected packages)\b:? ?([\w.-]*)")


class InstallLine:
    """One line on a terminal that tells how far it is; elsewhere one at the beginning."""

    def __init__(self, out: TextIO, what: str, packages: int) -> None:
        self._out = out
        self._live = out.isatty()
        self._what = what
        self._all, self._fetched = packages, 0
        self._draw(f"Installing {what}, once.")
        if not self._live:
            out.write(f"Installing {what}, once; it takes half a minute or two.\n")
            out.flush()

    def hear(self, line: str) -> None:
        """One line of pip's."""
        step = _STEP.match(line)
        if step is None:
            return
        if step[1] == "Ignoring":  # made for another system
            self._all -= 1
        elif step[1] == "Collecting":
            self._fetched += 1
            where = f"{self._fetched} of {max(self._all, self._fetched)}"
            self._draw(f"Installing {self._what}, once: fetching {where}, {step[2]}")
        else:
            self._draw(f"Installing {self._what}, once: unpacking {self._fetched} packages")

    def end(self, sentence: str) -> None:
        self._draw(sentence)
        if self._live:
            self._out.write("\n")
            self._out.flush()

    def _draw(self, text: str) -> None:
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._out.write(f"\r{text[:width]:<{width}}")
            self._out.flush()


def pinned(requirements: str) -> int:
    """How many packages a locked file of requirements names, those for other systems as well."""
    return len(_PINNED.findall(requirements))


def install(requirements: Path, what: str, out: TextIO, err: TextIO) -> int:
    """Returns the exit code: 0 when all is there."""
    line = InstallLine(out, what, pinned(requirements.read_text()))
    said: deque[str] = deque(maxlen=KEPT_LINES)
    with subprocess.Popen(
        [*PIP, "-r", requirements],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        try:
            for heard in _lines(pip.stdout):
                said.append(heard)
                line.hear(heard)
        except KeyboardInterrupt:  # pip has had it too
            line.end("Interrupted; the next make begins anew.")
            return INTERRUPTED
    if pip.returncode == 0:
        line.end(f"Installed {what}.")
        return 0
    line.end(f"Could not install {what}.")
    err.writelines(said)
    err.write(
        "The requirements could not be installed: look at the lines above. Without a network the "
        "first start is not possible; the next ones are.\n"
    )
    return 1


def _lines(pipe: Iterable[str] | None) -> Iterable[str]:
    return () if pipe is None else pipe


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1]), sys.argv[2], sys.stdout, sys.stderr))
