"""The child of surveyor_apart: one Surveyor, whose observations go through a pipe.

Ends when its standard input does, so that it outlives nobody.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
import threading
from multiprocessing.connection import Connection as Pipe

from dashboard.tap.surveyor import Surveyor

REASON_LENGTH = 500


def main(telling: Pipe) -> None:
    connection, topics = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
    threading.Thread(target=_end_with_the_parent, name="lifeline", daemon=True).start()
    try:
        Surveyor(connection, telling.send, topics=topics).run(threading.Event())
    except BrokenPipeError:
        return  # nobody listens any more
    except Exception as failure:
        telling.send((" ".join(str(failure).split()) or type(failure).__name__)[:REASON_LENGTH])


def _end_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # whatever the client's threads are waiting for


def _quiet_but_for_the_log() -> None:
    """What C code prints when it crashes is for nobody's terminal; our own log lines are."""
    terminal = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    logging.basicConfig(stream=terminal, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


if __name__ == "__main__":
    _quiet_but_for_the_log()
    main(Pipe(int(sys.argv[1]), readable=False))
