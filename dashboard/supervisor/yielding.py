"""A service lets others go first: the dashboard, Kafka, and the browser in which people look on.

A flood takes all that the machine gives, and then each frame of the page waited for its turn among
source and readers. On a machine with time to spare none of this changes anything.

On Linux a nice value alone does little: it counts among the processes of one session, and the
sessions share the processors evenly ("autogroup", sched(7)). So there a service has a session of
its own (see process.py), and says for all of that session what it says for itself.
"""

import os
import threading

NICE = 10
"""Beside a browser that wants the same processor it gets a tenth of it."""
AUTOGROUP = "/proc/self/autogroup"
AGAIN_SECONDS = 0.05
TRIES = 100
"""Linux takes one such word in 0.1 s, from all that are not root: services that start at once take
turns."""


def let_others_first() -> None:
    """For this process and for all that it starts. Returns at once."""
    os.nice(NICE)
    if os.path.exists(AUTOGROUP):  # noqa: PTH110 (pathlib is slow to import)
        threading.Thread(target=_say, name="yielding", daemon=True).start()


def _say() -> None:
    pause = threading.Event()
    for _ in range(TRIES):
        try:
            with open(AUTOGROUP, "w") as session:  # noqa: PTH123 (as above)
                session.write(str(NICE))
        except BlockingIOError:  # somebody else's turn
            pause.wait(AGAIN_SECONDS)
        except OSError:  # a kernel without it, or a container that may not
            return
        else:
            return
