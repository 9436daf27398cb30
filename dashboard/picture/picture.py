"""The state that is shown. `observe` takes what was seen, `tick` the time, `shown` gives the rest.

One loop writes it; nothing in here reads a clock: the same observations give the same picture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.picture import comparing, deeds, repeating
from dashboard.picture import observations as seen
from dashboard.picture.ids import group_node, service_node
from dashboard.picture.known import Known
from dashboard.picture.recoveries import Recoveries
from dashboard.picture.services import ServiceWatch
from dashboard.picture.shown import Shown
from dashboard.picture.view import View
from dashboard.picture.writers import Writer

STATES_EVERY_SECONDS = 0.25
"""States that depend on time alone are looked at this often."""
SWEEP_EVERY_SECONDS = 1.0
"""Rates of writers and lags are sampled, and what is silent is forgotten, this often."""


class Picture:
    """`can_act`: people may ask services for something. `owns_processes`: this is a demonstration,
    whose processes are our own."""

    def __init__(
        self, *, started_at: int, can_act: bool = True, owns_processes: bool = False
    ) -> None:
        self._known = Known(started_at)
        self._view = View(self._known, can_act=can_act, owns_processes=owns_processes)
        self._recoveries = Recoveries(self._known)
        self._states_at = self._swept_at = started_at
        cluster = self._known.cluster
        self._takers: dict[type, Callable[[Any], None]] = {
            seen.EventsSeen: self._events,
            seen.SamplingSeen: self._sampling,
            seen.ClusterSeen: self._hearing(cluster.take_cluster),
            seen.TopicsSeen: self._topics,
            seen.SurveySeen: self._survey,
            seen.WishSeen: self._wish,
            seen.WishCleared: self._wish_cleared,
            seen.StatusSeen: self._status,
            seen.ProcessSeen: self._process,
            seen.DeclarationSeen: self._declaration,
            seen.CommandSeen: self._command,
            seen.BrokerSeen: self._hearing(cluster.take_broker),
            seen.StartingOverSeen: self._starting_over,
            seen.WorkerSeen: self._hearing(cluster.take_worker),
        }

    def observe(self, observation: seen.Observation) -> None:
        """Take one sight. Sights come in the order in which they were made, more or less.

        Instants are steady time, as those of `tick` are (wall.py): never later than now.
        """
        self._known.now = max(self._known.now, observation.at)
        self._takers[type(observation)](observation)

    def tick(self, now: int) -> None:
        """Let time pass: what is silent becomes unknown, dims, is forgotten."""
        known = self._known
        known.now = now = max(known.now, now)
        known.settle()
        if now - self._states_at >= STATES_EVERY_SECONDS * 1000:
            self._states_at = now
            self._evaluate_all()
            known.lines.tick(now)
            self._view.lines.touch_all()
        if now - self._swept_at >= SWEEP_EVERY_SECONDS * 1000:
            self._swept_at = now
            self._sweep()

    def clock_was_set(self, ahead: int) -> None:
        """Clocks on the wall are `ahead` ms ahead of the time that `tick` is told. What is known
        stays as it is; instants are shown as those clocks tell them, also those of events that
        frames have told already: so another epoch of frames begins with it."""
        if ahead != self._known.ahead:
            self._known.ahead = ahead
            self._evaluate_all()
            self._view.touch_everything()

    @property
    def surveyor_tells_nothing(self) -> str | None:
        """Since when, in a sentence, where it hangs: nobody else sees that."""
        return self._known.cluster.late

    def shown(self) -> Shown:
        return self._view.shown()

    def _hearing(self, take: Callable[[Any], None]) -> Callable[[Any], None]:
        """What may change whether services can be heard, and so all their states."""

        def taker(observation: Any) -> None:
            take(observation)
            self._evaluate_all()
            self._confirm()

        return taker

    def _starting_over(self, over: seen.StartingOverSeen) -> None:
        self._known.cluster.take_starting_over(over)
        self._view.services.touch_all()  # nothing is offered meanwhile

    def _confirm(self) -> None:
        known = self._known
        for command in known.commands.confirm(
            lambda asked: deeds.done(asked, known.services, known.cluster)
        ):
            self._view.commands.touch(command)

    def _evaluate_all(self) -> None:
        if self._recoveries.brokers():
            self._view.reports.touch_all()
        for service in list(self._known.services.all()):
            self._evaluate(service)

    def _evaluate(self, service: ServiceWatch) -> None:
        known = self._known
        if known.evaluate(service):
            self._view.services.touch(service_node(service.name))
            for group in known.claims.groups_of(service.name):
                self._view.groups.touch(group_node(group))
            # What can be known of its calls depends on who of it is there to tell.
            for edge in known.calls.ids_of(service.name):
                self._view.edges.touch(edge)
        if self._recoveries.service(service):
            self._view.reports.touch_all()

    def _sweep(self) -> None:
        known, view = self._known, self._view
        known.cluster.tick(known.now)
        current = known.cluster.current(known.now)
        lags = ((group.name, group.total.lag if current else None) for group in known.groups.all())
        known.lag_history.take(known.now, lags)
        structure = known.writers.drawn()
        known.writers.tick(known.now)
        if known.writers.drawn() is not structure:
            view.touch_wiring()
        if known.cluster.hearing:
            keep = frozenset(known.writers.sources())
            changed = known.services.forget(
                known.now, keep, hearing_since_at=known.cluster.hearing_since_at
            )
            for service in changed:
                known.forgot_instances(service)
            if changed:
                self._reclaim()
                known.settle()
        for command in known.commands.tick(known.now):
            view.commands.touch(command)
        for section in (view.services, view.groups, view.edges):
            section.touch_all()

    def _events(self, batch: seen.EventsSeen) -> None:
        known, view = self._known, self._view
        known.cluster.answered(batch.at)
        known.settle()
        structure = known.writers.drawn()
        # Touched once a batch: measured, that was half of what an event of a flood cost.
        writers = dict[Writer, None]()
        for event in batch.events:
            if not known.topics.take(event):
                continue
            known.tape.append(event)
            known.lines.take(event)
            writers[known.writers.take(event)] = None
            if known.duplicates.take(event):
                view.touch_ledger()
        for writer in writers:
            if writer.source is not None:
                known.services.watch(writer.source)
            view.edges.touch(writer.edge)
            view.touch_items(writer.topic)
        if known.writers.drawn() is not structure:
            view.touch_wiring()

    def _sampling(self, sampling: seen.SamplingSeen) -> None:
        known, view = self._known, self._view
        known.dropped = sampling.dropped
        known.partitions_left_out = sampling.partitions_left_out
        if sampling.topics != known.topics.sampled:
            known.topics.sampled = sampling.topics
            known.duplicates.hide(sampling.at)
            view.touch_wiring()

    def _topics(self, topics: seen.TopicsSeen) -> None:
        known = self._known
        broken = known.topics.seen(topics)
        if broken:
            known.writers.forget_topics(broken)
            known.groups.forget_topics(broken)
            known.acked.forget_topics(broken)
        self._view.touch_wiring()

    def _survey(self, survey: seen.SurveySeen) -> None:
        known = self._known
        known.settle()
        known.cluster.take_survey(survey)
        known.topics.survey(survey)
        known.groups.survey(survey, known.topics, known.claims.reads)
        known.acked.survey(survey)
        known.look_for_strangers(survey.at)
        for name in known.topics.names():
            watch = known.topics.get(name)
            if watch is not None and watch.grew:
                known.writers.grew(name, survey.at)
        known.forget_former()
        repeating.surveyed(known, survey)
        if self._recoveries.survey(survey):
            self._view.reports.touch_all()
        comparing.surveyed(known, survey.at)
        self._evaluate_all()
        self._view.touch_survey()

    def _wish(self, wish: seen.WishSeen) -> None:
        self._known.services.take_wish(wish)
        self._service_changed(wish.service)

    def _wish_cleared(self, cleared: seen.WishCleared) -> None:
        self._known.services.clear_wish(cleared.service)
        self._service_changed(cleared.service)

    def _status(self, status: seen.StatusSeen) -> None:
        known = self._known
        known.cluster.answered(status.at)
        if known.acked.take(status):
            self._view.touch_ledger()
        self._service_speaks(status.service, lambda: known.services.take_status(status))
        service = known.services.get(status.service)
        if service is None:
            return
        for edge in known.calls.take(status):
            self._view.edges.touch(edge)
        if comparing.told(known, status.service, status.at):
            self._recoveries.told(status.at)
            self._view.touch_direct()
        command = known.commands.answered(status, service.reporting(known.now))
        if command is not None:
            # What a rewind met may be gone at the next one; whether there is anything to read again
            # is known without asking.
            lasting = command.action != "rewind"
            if command.state == "rejected" and command.reason is not None and lasting:
                service.refused[command.action] = command.reason
            self._view.commands.touch(command.id)

    def _process(self, process: seen.ProcessSeen) -> None:
        services = self._known.services
        service = services.get(process.service)
        if service is not None and service.in_tray and process.phase != "stopped":
            self._known.reports.plugged_in(process.at, process.service)
        if process.phase == "running":
            self._known.cluster.runs_again()
        self._service_speaks(process.service, lambda: services.take_process(process))
        self._confirm()
        if comparing.switch(self._known):
            self._view.lines.touch_all()

    def _service_speaks(self, name: str, take: Callable[[], None]) -> None:
        """Let `take` note something of a service; claims follow only where it changed them."""
        service = self._known.services.get(name)
        before = None if service is None else service.said()
        take()
        service = self._known.services.get(name)
        if service is not None and service.said() != before:
            self._reclaim()
        self._service_changed(name)

    def _reclaim(self) -> None:
        self._known.reclaim()
        self._view.touch_wiring()

    def _service_changed(self, name: str) -> None:
        if (service := self._known.services.get(name)) is not None:
            self._view.services.touch(service_node(name))
            self._evaluate(service)

    def _declaration(self, declaration: seen.DeclarationSeen) -> None:
        self._known.declare(declaration)
        self._reclaim()
        self._evaluate_all()
        self._confirm()

    def _command(self, command: seen.CommandSeen) -> None:
        self._known.commands.take(command)
        self._recoveries.asked(command)
        self._view.touch_direct()
        self._confirm()
        self._view.commands.touch_all()
