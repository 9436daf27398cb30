"""Does faults to a running demonstration, and takes them back."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterable

from bench.parts import usage
from bench.parts.dashboards import Dashboard, Refused
from bench.parts.faultplan import KAFKA, Fault

NO_PROCESS = 409
AWAY = 503
"""Kafka takes no wish just now: it will when it is back."""
_UNDO = {"freeze": "thaw", "pause": "resume", "stop": "start"}


class Harm:
    def __init__(self, demo: Dashboard, url: str, seed: int) -> None:
        self._demo, self._url = demo, url
        self._chance = random.Random(seed)  # noqa: S311 - the same again is what is wanted
        self._frozen: list[int] = []

    def begin(self, fault: Fault) -> None:
        """Raises Refused where it cannot be done just now."""
        if fault.victim == KAFKA:
            self._harm_kafka(fault)
        elif fault.kind == "kill -9":
            # Behind the supervisor's back: to it this is a process that ended unasked.
            self._kill(self._chance.choice(self._pids_of(fault.victim)), signal.SIGKILL)
        elif fault.kind == "crash":
            self._demo.act(self._url, fault.victim, "crash", seconds=fault.seconds)
        elif fault.kind == "scale":
            self._demo.act(self._url, fault.victim, "scale", instances=fault.instances)
        else:
            self._demo.act(self._url, fault.victim, fault.kind)

    def end(self, fault: Fault) -> None:
        """Take it back, where it does not end by itself. Raises Refused."""
        if fault.victim == KAFKA:
            self._thaw_kafka()
        elif fault.kind == "scale":
            self._demo.act(self._url, fault.victim, "scale", instances=1)
        elif fault.kind in _UNDO:
            self._demo.act(self._url, fault.victim, _UNDO[fault.kind])

    def put_right(self, services: Iterable[str]) -> None:
        """Whatever was done to these and to Kafka is taken back. Raises Refused while it cannot."""
        self._thaw_kafka()
        for service in services:
            for action, arguments in (("thaw", {}), ("start", {}), ("scale", {"instances": 1})):
                try:
                    self._demo.act(self._url, service, action, **arguments)
                except Refused as refused:
                    if refused.status == AWAY:
                        raise
            self._demo.act(self._url, service, "resume")

    def _harm_kafka(self, fault: Fault) -> None:
        match fault.kind:
            case "freeze":
                pid = self._kafka_pid()
                self._kill(pid, signal.SIGSTOP)
                self._frozen.append(pid)
            case "restart":
                self._demo.post(f"{self._url}/api/broker/restart")
            case _:
                self._demo.post(f"{self._url}/api/broker/kill")

    def _thaw_kafka(self) -> None:
        while self._frozen:
            pid = self._frozen.pop()
            # Its guard may have ended it meanwhile, and its number may be another's by now.
            if pid in self._pids(_is_kafka):
                self._kill(pid, signal.SIGCONT)

    def _kafka_pid(self) -> int:
        return self._some(self._pids(_is_kafka))[0]

    def _pids_of(self, service: str) -> list[int]:
        program = f"/{service}.py"
        return self._some(
            self._pids(lambda words: words[-1].endswith(program) and "/direct/" not in words[-1])
        )

    def _pids(self, wanted: usage.Wanted) -> list[int]:
        return usage.running(self._demo.pid, wanted)

    def _some(self, pids: list[int]) -> list[int]:
        if not pids:
            raise Refused(NO_PROCESS, "None of its processes is there just now.")
        return pids

    def _kill(self, pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            raise Refused(NO_PROCESS, "It has just ended.") from None


def _is_kafka(words: list[str]) -> bool:
    return words[0].endswith("/java") and words[-1].endswith("server.properties")
