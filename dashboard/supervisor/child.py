"""What runs first in every process of a demonstration: it sees to it that none outlives it.

Started as `python -P -m dashboard.supervisor.child /path/to/program.py`. It runs the program as
Python itself would, after tying the process to the demonstration in ways that hold also when that
is killed with SIGKILL and can tidy up nothing:

1. **The lifeline**, a pipe whose writing end only the demonstration holds. The kernel closes it
   with its last holder; a thread here reads its end and ends the process. Linux and macOS. A
   process frozen by SIGSTOP runs no thread, so it cannot notice. Hence:
2. **A process group of its own** (`Process` starts us so). When the demonstration dies, the group
   is orphaned, and POSIX (exit(), "consequences of process termination") has the kernel send
   SIGHUP and SIGCONT to an orphaned group with a stopped member: a frozen process wakes, and
   ends by the one or by the lifeline. Not on Linux, where a service has a session of its own (see
   yielding.py) and its group is an orphan from the beginning. There:
3. **PR_SET_PDEATHSIG**: the kernel sends SIGKILL, which also ends what is frozen. It is
   sent when the *thread* that started us ends, so the supervisor starts every process from the
   one thread that lives until the last of them is gone. Set too late, after the demonstration
   has already died, it does nothing; then the lifeline is at its end already.

The end is SIGKILL to the whole group, at once: with the demonstration its Kafka is gone as well,
so there is nothing left to finish, and what the program started goes with it.

Imports are few, for each is paid by every process at every start.
"""

import os
import runpy
import signal
import sys
import threading

from dashboard.supervisor.yielding import let_others_first

LIFELINE = "FLOWVIZ_LIFELINE_FD"
"""Environment: the number of the file descriptor that is the reading end of the pipe."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    if LIFELINE not in os.environ or len(sys.argv) != 2:
        sys.exit("The demonstration starts this itself. To run a service alone: python program.py")
    lifeline = int(os.environ.pop(LIFELINE))
    program = sys.argv[1]
    # What the program starts in turn must not hold our end open or read from it.
    os.set_inheritable(lifeline, False)
    _die_with_the_thread_that_started_us()
    _watch(lifeline)
    _run(program)


def _watch(lifeline: int) -> None:
    # Threads inherit that they take no signal: those are for the program's own threads.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    threading.Thread(target=_end_at_eof, args=(lifeline,), name="lifeline", daemon=True).start()
    let_others_first()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(program: str) -> None:
    sys.argv = [program]
    # As `python program.py` does, so that the files beside it can be imported.
    sys.path.insert(0, os.path.dirname(program))  # noqa: PTH120 (pathlib is slow to import)
    runpy.run_path(program, run_name="__main__")


def _end_at_eof(lifeline: int) -> None:
    try:
        while os.read(lifeline, 1):
            pass
    finally:
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def _die_with_the_thread_that_started_us() -> None:
    if sys.platform != "linux":
        return
    try:
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        # A Python without ctypes: the lifeline remains.
        return


if __name__ == "__main__":
    main()
