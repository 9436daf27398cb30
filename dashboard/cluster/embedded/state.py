"""What is told about the embedded broker while it comes, runs and goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Phase = Literal["fetching", "starting", "running", "restarting", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class BrokerState:
    """The broker's phase since `at` (Unix ms).

    `restarts` counts how often its guard has started it again since `start`; `reason` is one
    sentence where the phase is not what one would wish, else None.
    """

    phase: Phase
    at: int
    restarts: int
    reason: str | None
