"""Waiting for something to become true, bounded, and with a sentence when it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

LOOK_AGAIN_SECONDS = 0.02
"""Between two looks at the condition."""
PATIENCE_SECONDS = 180
"""For something that happens within seconds, on a machine that is ten times as slow."""


def until(
    condition: Callable[[], T | None],
    what: str,
    seconds: float = PATIENCE_SECONDS,
    look_again_seconds: float = LOOK_AGAIN_SECONDS,
) -> T:
    """Look again and again until `condition` gives something true, and hand that back.

    Only what stays can be waited for: between two looks a moment comes and goes unseen.

    Fails the test with "waited N s in vain: <what>" when `seconds` have passed; the last answer of
    the condition is shown, for it mostly says how near it came.
    """
    pause = threading.Event()
    end = monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if monotonic() >= end:
            raise AssertionError(f"waited {seconds:g} s in vain: {what} (last: {answer!r})")
        pause.wait(look_again_seconds)
