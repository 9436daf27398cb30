"""Services let the dashboard, Kafka and the browser go first, as far as the system has words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard.supervisor import yielding
from dashboard.supervisor.yielding import NICE
from tests.supervisor.running import running
from tests.waiting import until

NICEST = 19
"""As far as nice values go."""
SERVICES = [f"reader{number}" for number in range(5)]
"""Several that start at once: Linux hears one word about a session in a tenth of a second."""


def priorities(pid: int) -> set[int]:
    """Of its threads, which Linux has one by one; none while one of them is just ending."""
    threads = Path(f"/proc/{pid}/task")
    ids = [int(one.name) for one in threads.iterdir()] if threads.exists() else [pid]
    try:
        return {os.getpriority(os.PRIO_PROCESS, one) for one in ids}
    except ProcessLookupError:
        return set()


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
            assert os.getpgid(pid) == pid

            def yields(pid: int = pid) -> bool:
                return priorities(pid) == {wanted} and session_is_nice(pid)

            until(yields, f"{service} lets others go first")


def test_where_it_may_not_a_service_says_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[int] = []

    def may_not(which: int, _who: int, _nice: int) -> None:
        asked.append(which)
        raise PermissionError

    monkeypatch.setattr(yielding, "STARTED_SECONDS", 0)
    monkeypatch.setattr(yielding, "AUTOGROUP", str(tmp_path / "autogroup"))
    monkeypatch.setattr(os, "setpriority", may_not)
    yielding._let_others_first()
    assert len(asked) == 1
