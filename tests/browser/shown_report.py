"""Recovery reports as frames bring them: quality was paused for 15 s, and has caught up."""

from __future__ import annotations

from typing import Any

REPORT: dict[str, Any] = {
    "service": "quality",
    "group": "quality",
    "kind": "pause",
    "state": "recovered",
    "began_at": 0,
    "resumed_at": 15_000,
    "ended_at": 20_000,
    "lag_before": 2,
    "lag_highest": 122,
    "backlog": [[0, 2], [15_000, 122], [20_000, 2]],
    "growth_per_second": 8.0,
    "down_seconds": 15.0,
    "down_from_at": None,
    "catch_up_seconds": 5.0,
    "catch_up_rate": 32.0,
    "lost": 0,
    "duplicates": 0,
    "duplicates_at_least": False,
    "replayed_at_least": False,
}

DIRECT: dict[str, Any] = {
    "service": "quality-direct",
    "services": ["quality-direct"],
    "group": None,
    "source": False,
    "direct": True,
    "kind": "pause",
    "what": None,
    "state": "recovered",
    "began_at": 0,
    "resumed_at": 15_000,
    "ended_at": 16_400,
    "down_seconds": 15.0,
    "down_from_at": None,
    "rate_before": 8.0,
    "finished": 0,
    "refused": 229,
    "timed_out": 12,
    "retried": 36,
    "again_seconds": 1.4,
    "at_least": False,
    "shared": False,
    "switched_off": False,
}
"""What the same press did to the line of direct calls."""
