"""What processes take: seconds of CPU and bytes of memory, from the system's own books.

/proc on Linux, `ps` elsewhere. A process that is gone counts as nothing from then on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one process, as of now."""

    pid: int
    parent: int
    cpu_seconds: float
    """Of all its threads since it began."""
    memory_bytes: int
    """Resident. On Linux pages that several processes share are split among them (PSS)."""
    own_bytes: int
    """What no file is behind, so that other processes' coming and going does not change it: on
    Linux the anonymous part of it (Pss_Anon), elsewhere all of it."""


def of(pid: int) -> Usage | None:
    return of_all([pid]).get(pid)


def of_this_process() -> Usage:
    found = of(os.getpid())
    assert found is not None
    return found


def of_all(pids: Iterable[int]) -> dict[int, Usage]:
    wanted = set(pids)
    if sys.platform == "linux":
        found = [usage for pid in wanted if (usage := _from_proc(pid)) is not None]
    else:
        found = [usage for usage in _from_ps() if usage.pid in wanted]
    return {usage.pid: usage for usage in found}


def tree(root: int) -> list[int]:
    """The process and all that came from it, as far as their parents live."""
    parents = _parents()
    found = [root]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


Wanted = Callable[[list[str]], bool]


def running(root: int, wanted: Wanted) -> list[int]:
    """Those below this process whose command's words are wanted."""
    found = []
    for pid in tree(root):
        words = command(pid).split()
        if words and wanted(words):
            found.append(pid)
    return found


def command(pid: int) -> str:
    """The words that started it; empty when it is gone."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            return ""
    ran = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return ran.stdout.strip()


def _parents() -> dict[int, int]:
    if sys.platform != "linux":
        return {usage.pid: usage.parent for usage in _from_ps()}
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := _stat(folder)) is not None:
            found[int(folder.name)] = int(stat[1])
    return found


def _from_proc(pid: int) -> Usage | None:
    folder = Path(f"/proc/{pid}")
    stat = _stat(folder)
    if stat is None:
        return None
    # proc(5): after the name come state, ppid, ...; utime and stime are fields 14 and 15.
    cpu = (int(stat[11]) + int(stat[12])) * _TICK_SECONDS
    resident = int(stat[21]) * _PAGE_BYTES
    told = _rollup(folder)
    memory, own = told.get("Pss", resident), told.get("Pss_Anon", resident)
    return Usage(pid, int(stat[1]), cpu, memory, own)


def _stat(folder: Path) -> list[str] | None:
    """The fields after the name, which may hold spaces and brackets of its own."""
    try:
        return (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _rollup(folder: Path) -> dict[str, int]:
    """Bytes by name; empty for another user's process, or where the kernel does not tell."""
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    words = [line.split() for line in lines]
    return {one[0].rstrip(":"): int(one[1]) * 1024 for one in words if one[-1] == "kB"}


def _from_ps() -> list[Usage]:
    ran = subprocess.run(
        ["/bin/ps", "-axo", "pid=,ppid=,rss=,time="], capture_output=True, text=True, check=True
    )
    found = []
    for line in ran.stdout.splitlines():
        pid, parent, kilobytes, time = line.split()
        held = int(kilobytes) * 1024
        found.append(Usage(int(pid), int(parent), _seconds(time), held, held))
    return found


def _seconds(time: str) -> float:
    """From `[[days-]hours:]minutes:seconds`."""
    days, _, rest = time.rpartition("-")
    seconds = 0.0
    for part in rest.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + 86_400 * int(days or 0)
