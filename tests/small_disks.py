"""A disk that is really full: the kernel itself refuses, nobody plays that it does."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import sys
from pathlib import Path

LEFT = "left on the small disk: "
BALLAST = "ballast"
FIRST_FILE_BYTES = 1_000
"""No more in one file than this, where a full disk is wanted and none can be made."""

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000  # linux/sched.h
MS_REC, MS_PRIVATE = 0x4000, 0x40000  # linux/mount.h
PR_SET_PDEATHSIG, SIGKILL = 1, 9  # linux/prctl.h


def small_disk(folder: Path, size: int, *, full: bool = False) -> str:
    """What a command does first (`before`) so that `folder`, which must be there, is a disk of so
    many bytes, and `full` from the start.

    It is a tmpfs that only the command sees. Where the system has none for its user, as outside
    Linux and in some containers, no file of the command may grow over that size: that too the
    kernel refuses. In the end the command prints LEFT and a path for each file it has left there.
    """
    made = f"from tests.small_disks import begin; begin({str(folder)!r}, {size}, {full})"
    return f"import sys; sys.path.insert(0, ''); {made}"


def begin(folder: str, size: int, full: bool) -> None:
    """Goes on in a child process; this one waits for it, and ends as it did."""
    if is_allowed(folder, size):
        mount(folder, size)
        if full:
            fill(folder)
    else:
        most = FIRST_FILE_BYTES if full else size
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if child := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for path in Path(folder).rglob("*"):
            if path.is_file() and path.name != BALLAST:
                print(f"{LEFT}{path}", flush=True)
        sys.exit(code)
    if sys.platform == "linux":
        system().prctl(PR_SET_PDEATHSIG, SIGKILL)


def system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def asked(answer: int) -> None:
    if answer:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def is_allowed(folder: str, size: int) -> bool:
    """Tried in a child, for whoever is let in half of the way is not out again."""
    if trying := os.fork():
        return os.waitpid(trying, 0)[1] == 0
    try:
        mount(folder, size)
    except (OSError, AttributeError):  # not allowed; not Linux
        os._exit(1)
    os._exit(0)


def mount(folder: str, size: int) -> None:
    user, group = os.getuid(), os.getgid()
    try:
        asked(system().unshare(CLONE_NEWNS))  # root may
    except OSError:
        asked(system().unshare(CLONE_NEWNS | CLONE_NEWUSER))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    asked(system().mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    asked(system().mount(b"small", folder.encode(), b"tmpfs", 0, f"size={size}".encode()))


def fill(folder: str) -> None:
    with (Path(folder) / BALLAST).open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(65_536))
        except OSError as refused:
            if refused.errno != errno.ENOSPC:
                raise
