"""What all scripts have in common: options, a bound on their time, and an orderly end."""

from __future__ import annotations

import contextlib
import signal
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from types import FrameType

from bench.parts.figures import machine
from dashboard.cluster.embedded import EmbeddedKafkaError
from dashboard.cluster.making_topics import TopicError


class CannotMeasure(Exception):
    """The script cannot go on. Its text is one sentence for whoever runs it."""


def options(description: str | None) -> ArgumentParser:
    """The parser of a script, with what all have; the script adds its own."""
    parser = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="seconds instead of minutes: to see that it works"
    )
    return parser


def run(work: Callable[[Namespace], None], given: Namespace, *, at_most_seconds: float) -> None:
    """Do the work and leave nothing running, also after Ctrl-C, SIGTERM, or too long a time.

    Ends the program with 1 and one sentence when it cannot measure; a target that is missed is no
    such reason.
    """

    def ended(number: int, frame: FrameType | None) -> None:
        # Whoever tidies up now is not to be interrupted once more.
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if number == signal.SIGALRM:
            raise CannotMeasure(f"Not done within {at_most_seconds:g} s; given up.")
        raise CannotMeasure("Ended on request.")

    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, ended)
    signal.setitimer(signal.ITIMER_REAL, at_most_seconds)
    print(f"machine: {machine()}", flush=True)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            work(given)
            return
        sys.exit(130)
    except (CannotMeasure, EmbeddedKafkaError, TopicError) as failure:
        sys.exit(str(failure))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
