"""What is asked of the supervisor's thread, and what the kernel tells it: one after the other."""

from __future__ import annotations

import queue
from collections.abc import Callable

from dashboard.supervisor.refusal import SupervisorRefusal

INBOX_MESSAGES = 1_000
"""More that waits than this is refused: nobody presses that many buttons."""

Message = Callable[[], None]


class Inbox:
    """Any thread puts messages in; one takes them out."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Message] = queue.Queue(INBOX_MESSAGES)

    def put(self, message: Message) -> None:
        """Waits for room: for what must not be missed."""
        self._waiting.put(message)

    def ask(self, message: Message) -> None:
        """Returns at once. Raises SupervisorRefusal where there is no room."""
        try:
            self._waiting.put_nowait(message)
        except queue.Full:
            raise SupervisorRefusal(
                "More is asked of the services than they can do at once; try again in a moment."
            ) from None

    def do_one(self, seconds: float | None) -> None:
        """Does the next, where one comes within so many seconds; None: waits until one does."""
        try:
            message = self._waiting.get(timeout=seconds)
        except queue.Empty:
            return
        message()
