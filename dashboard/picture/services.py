"""The services: from documents, from what they report, from processes, from event headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from dashboard.picture.instances import InstanceWatch
from dashboard.picture.observations import (
    DeclaredService,
    GroupState,
    ProcessSeen,
    StatusSeen,
    WishSeen,
)
from dashboard.picture.states import NOT_ANSWERING, Hearing, State, mode_at, worst

MAX_SERVICES = 1_000
"""Services kept, by whatever way they are known; anyone can write a status. More draw nothing."""
MAX_WISHES = 2_000
"""Newest wishes kept, of services known or not."""
MAX_INSTANCES = 100
"""Instances kept of one service."""
MAX_TOPICS_OF_ONE = 200
"""Topics taken from one service's reports."""
FORGET_AFTER_SECONDS = 60.0
"""An instance that no document declares is forgotten after this much silence."""


class Wanted(NamedTuple):
    """What of a wish has not run out yet."""

    mode: Literal["running", "paused"] | None
    rate_over: bool


NOTHING_WANTED = Wanted(None, rate_over=False)


class ServiceWatch:
    def __init__(self, name: str) -> None:
        self.name = name
        self.declared: DeclaredService | None = None
        self.instances: dict[str, InstanceWatch] = {}
        self.kit = False
        """Whether it has ever reported by itself."""
        self.refused: dict[str, str] = {}
        """Action -> why it said no."""
        self.state: State = "unknown"
        self.since_at: int | None = None
        self.ever_started = False
        """Whether a process of it has run, or it has reported, since the watch began. What it
        said before tells of an earlier run, with which its processes ended."""
        self.wanted = NOTHING_WANTED
        """As it was when its state was worked out last, so that both are told of one moment."""

    @property
    def in_tray(self) -> bool:
        """It is declared to start on request, and nobody has asked for it yet."""
        on_request = self.declared is not None and self.declared.on_request
        return on_request and not self.ever_started

    @property
    def is_twin(self) -> bool:
        """It is a service of the line of direct calls."""
        return self.declared is not None and self.declared.twin_of is not None

    def reports(self) -> list[StatusSeen]:
        found = [self.instances[name].report for name in sorted(self.instances)]
        return [report for report in found if report is not None]

    def claims(self) -> dict[str, frozenset[str]]:
        """Group -> topics, for the groups that it or its document names."""
        found: dict[str, frozenset[str]] = {}
        if self.declared is not None and self.declared.group is not None:
            found[self.declared.group] = frozenset(self.declared.reads)
        for report in self.reports():
            for group in report.groups:
                topics = frozenset(group.reads[:MAX_TOPICS_OF_ONE])
                found[group.group] = found.get(group.group, frozenset()) | topics
        return found

    def said(self) -> object:
        """All that claims are made of; claims are worked out again when it changes."""
        return self.kit, self.in_tray, self.claims(), self.writes()

    def writes(self) -> frozenset[str]:
        found = set(self.declared.writes) if self.declared is not None else set()
        for report in self.reports():
            found.update(report.writes[:MAX_TOPICS_OF_ONE])
        return frozenset(found)

    def instance(self, name: str, at: int) -> InstanceWatch | None:
        watch = self.instances.get(name)
        if watch is None and len(self.instances) < MAX_INSTANCES:
            watch = self.instances[name] = InstanceWatch(name, at)
        return watch

    def let_go(self) -> None:
        """Forgets instances that were scaled away: no document names them, and they have ended,
        or never were."""
        if self.declared is None:
            return
        declared = self.declared.instances
        for name, watch in list(self.instances.items()):
            process = watch.process
            ended = watch.report is None if process is None else process.phase == "stopped"
            if name not in declared and ended:
                del self.instances[name]

    def reporting(self, now: int) -> set[str]:
        """Instances from which an answer can be expected."""
        return {
            name
            for name, watch in self.instances.items()
            if watch.verdict is not None and watch.verdict.state not in NOT_ANSWERING
        }


class Services:
    def __init__(self) -> None:
        self._watched: dict[str, ServiceWatch] = {}
        self._wishes: dict[str, WishSeen] = {}

    def declare(self, services: Mapping[str, DeclaredService], at: int) -> None:
        for watch in self._watched.values():
            watch.declared = None
        for name, declared in services.items():
            found = self.watch(name)
            if found is None:
                continue
            found.declared = declared
            for instance in declared.instances:
                found.instance(instance, at)
            found.let_go()

    def watch(self, name: str) -> ServiceWatch | None:
        """The service of this name, made known if there is room."""
        found = self._watched.get(name)
        if found is None:
            if len(self._watched) >= MAX_SERVICES:
                return None
            found = self._watched[name] = ServiceWatch(name)
        return found

    def get(self, name: str) -> ServiceWatch | None:
        return self._watched.get(name)

    def names(self) -> Iterable[str]:
        return self._watched.keys()

    def all(self) -> Iterable[ServiceWatch]:
        return self._watched.values()

    def take_status(self, status: StatusSeen) -> None:
        watch = self.watch(status.service)
        if watch is None:
            return
        instance = watch.instance(status.instance, status.at)
        if instance is None:
            return
        before = instance.report
        if before is not None and before.pid != status.pid:
            watch.refused.clear()
        watch.kit = True
        watch.ever_started = watch.ever_started or status.live
        instance.take_status(status)

    def take_process(self, process: ProcessSeen) -> None:
        watch = self.watch(process.service)
        instance = None if watch is None else watch.instance(process.instance, process.at)
        if watch is None:
            return
        if process.phase != "stopped":
            watch.ever_started = True
        if instance is not None:
            instance.take_process(process)
        watch.let_go()

    def take_wish(self, wish: WishSeen) -> None:
        """Kept beside the services: wishes are read from the beginning, before any report."""
        self._wishes.pop(wish.service, None)
        self._wishes[wish.service] = wish
        if len(self._wishes) > MAX_WISHES:
            del self._wishes[next(iter(self._wishes))]

    def clear_wish(self, service: str) -> None:
        self._wishes.pop(service, None)

    def wish(self, name: str) -> WishSeen | None:
        return self._wishes.get(name)

    def evaluate(
        self,
        watch: ServiceWatch,
        now: int,
        group: GroupState | None,
        *,
        hearing: Hearing,
        none_left: bool = False,
        nobody_left: bool = False,
    ) -> bool:
        """Work out the states of one service; says whether anything about them changed."""
        spoken_for = None if watch.kit else group
        changed = False
        for instance in watch.instances.values():
            changed |= instance.evaluate(
                now,
                self._wishes.get(watch.name),
                group=None if instance.process is not None else spoken_for,
                hearing=hearing,
                none_left=none_left,
                nobody_left=nobody_left,
            )
        wanted = self._wanted(watch.name, now)
        if wanted != watch.wanted:
            watch.wanted, changed = wanted, True
        states = [i.verdict.state for i in watch.instances.values() if i.verdict is not None]
        if not states and spoken_for in ("reading", "no members", "rebalancing"):
            state: State = spoken_for
        else:
            state = worst(states)
        if state != watch.state or watch.since_at is None:
            watch.state, watch.since_at = state, now
            changed = True
        return changed

    def _wanted(self, name: str, now: int) -> Wanted:
        wish = self._wishes.get(name)
        if wish is None:
            return NOTHING_WANTED
        over = wish.rate_until_at is not None and wish.rate_until_at <= now
        return Wanted(mode_at(wish, now), over)

    def forget(self, now: int, keep: frozenset[str], *, hearing_since_at: int) -> list[str]:
        """Drop undeclared instances after a minute of silence, and services left without any.

        Gives the services that lost something.
        `keep`: services that stay known from the headers of their events; such a one keeps the
        instances that it had last, for what they said of its groups is still the newest. Silence
        counts from `hearing_since_at`, for before it nobody could be heard.
        """
        changed = []
        for name, watch in list(self._watched.items()):
            declared = watch.declared.instances if watch.declared is not None else ()
            all_of_it = watch.instances.values()
            if name in keep and all(_silent(one, now, hearing_since_at) for one in all_of_it):
                continue
            for key, instance in list(watch.instances.items()):
                silent = _silent(instance, now, hearing_since_at)
                if key not in declared and silent:
                    del watch.instances[key]
                    changed.append(name)
            if not watch.instances and watch.declared is None and name not in keep:
                del self._watched[name]
                changed.append(name)
        return changed


def _silent(instance: InstanceWatch, now: int, hearing_since_at: int) -> bool:
    """Long enough to be forgotten, and no process of ours."""
    silent_for = (now - max(instance.heard_at(), hearing_since_at)) / 1000
    return instance.process is None and silent_for >= FORGET_AFTER_SECONDS
