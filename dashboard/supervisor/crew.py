"""The instances of one service: how many there should be, and those on their way out."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.supervisor.instance import Instance
from dashboard.supervisor.scenario import ScenarioService, instance_names


class Crew:
    """Changed only by the supervisor's thread; `instances` is replaced whole, so any may read it:
    one for each name, the lowest number first.

    How many they are holds also over a stop and a start.
    """

    def __init__(self, service: ScenarioService, make: Callable[[str], Instance]) -> None:
        """`make(name)` gives a new instance, which has no process yet."""
        self.service = service
        self._make = make
        self._wanted = len(service.instances)
        self.instances = tuple(make(name) for name in service.instances)

    @property
    def names(self) -> tuple[str, ...]:
        """Of those that should be; what is on its way out is none of them."""
        return instance_names(self.service.name, self._wanted)

    @property
    def present(self) -> tuple[Instance, ...]:
        """Those that should be, and can be asked for something."""
        wanted = self.names
        return tuple(instance for instance in self.instances if instance.name in wanted)

    @property
    def stopped(self) -> bool:
        """Nothing of it runs, or is about to."""
        return all(instance.life.phase == "stopped" for instance in self.instances)

    def wrong(self) -> tuple[str, ...]:
        """What has to be done so that it is as the scenario has it, in words: running, as many as
        were declared."""
        declared = len(self.service.instances)
        phases = {one.life.phase for one in self.present[:declared]}
        found = {
            "Started": bool(phases & {"stopped", "crashed", "failed", "restarting"}),
            "Thawed": "frozen" in phases,
            "Scaled back": self._wanted != declared,
        }
        return tuple(what for what, is_so in found.items() if is_so)

    def start(self) -> None:
        """Those that are too many go on ending."""
        for instance in self.present:
            instance.start()

    def wait_for_request(self) -> None:
        for instance in self.instances:
            instance.tell()

    def stop(self) -> None:
        for instance in self.instances:
            instance.stop()

    def scale(self, wanted: int) -> bool:
        """From now on so many; whether that is another number. Those that are too many are asked
        to end, the highest first, and stay until they have.

        Those that are new, or were just asked to end, start, unless the service is stopped.
        """
        stopped, before = self.stopped, self.names
        self._wanted = wanted
        there = {instance.name: instance for instance in self.instances}
        for name in reversed(there):
            if name not in self.names:
                there[name].stop()
        # By name, not by number: of those on their way out any may have ended first.
        there |= {name: self._make(name) for name in self.names if name not in there}
        self.instances = tuple(sorted(there.values(), key=lambda instance: _number(instance.name)))
        for instance in self.present:
            if instance.name in before:
                continue
            if stopped:
                instance.tell()
            else:
                instance.start()
        return self.names != before

    def forget_scale(self) -> None:
        """As many as the scenario has. Only when it is stopped."""
        self.scale(len(self.service.instances))
        self.let_go()

    def let_go(self) -> None:
        """Forgets those that were too many and have ended."""
        wanted = self.names
        kept = [
            instance
            for instance in self.instances
            if instance.name in wanted or instance.life.phase != "stopped"
        ]
        if len(kept) < len(self.instances):
            self.instances = tuple(kept)


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])
