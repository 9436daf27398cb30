"""Runs one command at the lowest priority, and ends it when whoever started this is gone.

Started as a plain script, with the standard library alone:

    python -I -S archiving.py <java> <argument>...

stdin is the lifeline, as the guard's is. The exit code is the command's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

LOWEST_PRIORITY = 19


def main() -> int:
    os.nice(LOWEST_PRIORITY)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_kill_at_eof, args=(command,), daemon=True).start()
    return command.wait()


def _kill_at_eof(command: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 512):
        pass
    command.kill()


if __name__ == "__main__":
    sys.exit(main() & 0xFF)
