"""How long the supervisor waits for what, in seconds. Pure.

wire.md, "State of an instance": an unasked exit is followed by a wait of 1, 2, 4, 8, at most
16 s; five unasked exits in a row and the instance has failed; 60 s of health begin the count
anew.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 16.0
    exits_to_fail: int = 5
    healthy_seconds: float = 60.0
    """Running this long without an end forgets the exits before."""
    stop_seconds: float = 10.0
    """To end in order after SIGTERM; then SIGKILL."""
    leave_seconds: float = 5.0
    """For the kernel to end what was sent SIGKILL; then the supervisor leaves without it."""

    def wait_seconds(self, exits: int) -> float | None:
        """The wait after the `exits`-th unasked exit in a row (from 1); None: it has failed."""
        if exits >= self.exits_to_fail:
            return None
        return min(self.first_wait_seconds * 2.0 ** (exits - 1), self.longest_wait_seconds)


PATIENCE = Patience()
"""As wire.md has it."""
