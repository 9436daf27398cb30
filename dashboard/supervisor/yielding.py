"""A service lets others go first: the dashboard, Kafka, and the browser in which people look on.

A flood takes all that the machine gives, and then each frame of the page waited for its turn among
source and readers. On a machine with time to spare none of this changes anything.

On Linux a nice value alone does little: it counts among the processes of one session, and the
sessions share the processors evenly ("autogroup", sched(7)). So there a service has a session of
its own (see process.py), and says for all of that session what it says for itself.
"""

import os
import threading
from contextlib import suppress

NICE = 10
"""Beside a browser that wants the same processor it gets a tenth of it."""
AUTOGROUP = "/proc/self/autogroup"
STARTED_SECONDS = 3.0
"""Until then it starts, and that is what people wait for."""
AGAIN_SECONDS = 0.05
TRIES = 100
"""Linux takes one such word in 0.1 s, from all that are not root: services that start at once take
turns."""


def let_others_first() -> None:
    """For this process and for all that it starts, once it has started itself. Returns at once."""
    threading.Thread(target=_let_others_first, name="yielding", daemon=True).start()


def _let_others_first() -> None:
    pause = threading.Event()
    pause.wait(STARTED_SECONDS)
    # By its group, for on Linux a process by its id is no more than one of its threads.
    which = os.PRIO_PGRP if os.getpgrp() == os.getpid() else os.PRIO_PROCESS
    with suppress(OSError):  # a container that may not
        os.setpriority(which, 0, os.getpriority(which, 0) + NICE)
    for _ in range(TRIES if os.path.exists(AUTOGROUP) else 0):  # noqa: PTH110 (slow to import)
        try:
            with open(AUTOGROUP, "w") as session:  # noqa: PTH123 (as above)
                session.write(str(NICE))
        except BlockingIOError:  # somebody else's turn
            pause.wait(AGAIN_SECONDS)
        except OSError:  # a kernel without it, or a container that may not
            return
        else:
            return
