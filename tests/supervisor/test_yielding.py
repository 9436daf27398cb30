"""Services let the dashboard, Kafka and the browser go first, as far as the system has words."""

from __future__ import annotations

import os
from pathlib import Path

from dashboard.supervisor.yielding import NICE
from tests.supervisor.running import running
from tests.waiting import until

NICEST = 19
"""As far as nice values go."""
SERVICES = [f"reader{number}" for number in range(5)]
"""Several that start at once: Linux hears one word about a session in a tenth of a second."""


def session_is_nice(pid: int) -> bool:
    """Or the system does not share its processors among sessions: not Linux, or switched off."""
    told = Path(f"/proc/{pid}/autogroup")
    return not told.exists() or told.read_text() == "" or f" nice {NICE}\n" in told.read_text()


def test_services_and_their_sessions_let_others_go_first(tmp_path: Path) -> None:
    wanted = min(NICEST, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    with running(tmp_path, dict.fromkeys(SERVICES, "steady.py")) as run:
        for service in SERVICES:
            run.wait_until_ready(f"{service}-1")
            pid = run.now(f"{service}-1").pid
            assert pid is not None
            assert os.getpriority(os.PRIO_PROCESS, pid) == wanted
            assert os.getpgid(pid) == pid
            until(lambda pid=pid: session_is_nice(pid), f"the session of {service} is nicer")  # type: ignore[misc]
