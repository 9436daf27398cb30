"""What breaks in the web server's own code, below Django: told in our log like everything else.

daphne sends all that Twisted would say nowhere, and with it the failures of our own protocols.
Import daphne.server before this: it chooses Twisted's reactor.
"""

from __future__ import annotations

import logging
from typing import Any

from twisted.logger import LogLevel, formatEvent, globalLogPublisher

logger = logging.getLogger(__name__)


def tell_failures() -> None:
    """From now on, for this process. Twisted's information is not of interest."""
    globalLogPublisher.addObserver(_observe)


def _observe(event: dict[str, Any]) -> None:
    if event.get("log_level") not in (LogLevel.error, LogLevel.critical):
        return
    failure = event.get("log_failure")
    error = None if failure is None else failure.value
    # Many of Twisted's own say nothing but "Unhandled Error".
    logger.error("The web server: %s", formatEvent(event).strip().splitlines()[0], exc_info=error)
