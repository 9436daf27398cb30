"""The child of surveyor_apart: one Surveyor, whose observations and log lines go through a pipe.

Ends when its standard input does, so that it outlives nobody.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import sys
import threading
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection as Pipe

from dashboard import clock
from dashboard.tap.surveyor import Surveyor

REASON_LENGTH = 500


class Telling(QueueHandler):
    """Hands each line to the parent, which has the log; only the surveyor's thread writes any."""

    def __init__(self, telling: Pipe) -> None:
        super().__init__(queue.SimpleQueue())  # never used: `enqueue` takes its place
        self._telling = telling

    def enqueue(self, record: logging.LogRecord) -> None:
        self._telling.send(record)


def main(telling: Pipe) -> None:
    told = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
    connection, topics, began, level = told
    clock.take_over(began)
    threading.Thread(target=_end_with_the_parent, name="lifeline", daemon=True).start()
    logging.basicConfig(handlers=[Telling(telling)], level=level)
    try:
        Surveyor(connection, telling.send, topics=topics).run(threading.Event())
    except BrokenPipeError:
        return  # nobody listens any more
    except Exception as failure:
        telling.send((" ".join(str(failure).split()) or type(failure).__name__)[:REASON_LENGTH])


def _end_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # whatever the client's threads are waiting for


def _quiet() -> None:
    """What C code prints when it crashes is for nobody's terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


if __name__ == "__main__":
    _quiet()
    main(Pipe(int(sys.argv[1]), readable=False))
