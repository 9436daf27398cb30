"""What the recovery reports are told: who is disturbed, and how the counters stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dashboard.picture import comparing
from dashboard.picture import observations as seen
from dashboard.picture.books import published_by, tally, writes_of
from dashboard.picture.direct_watch import DirectWatch
from dashboard.picture.disturbances import Doing, Kind, doing
from dashboard.picture.known import Known
from dashboard.picture.services import ServiceWatch
from dashboard.picture.shares import held_by
from dashboard.picture.source_watch import SourceWatches
from dashboard.picture.tally import NOT_KNOWN, Tally, summed

KAFKA = "Kafka"
"""Named in the place of a service where the brokers are what was disturbed."""
FLOOD_PER_SECOND = 100_000
"""A source that is wished so many is wished all that the machine can give."""
FLOW_SECONDS = 5.0
"""Brokers that are back for so long are back, also when nobody has anything to write."""
STEADY_SECONDS = 1.0
LEAST_STEADY = 5
"""Who reads along is behind by what comes in a second, or by so few at least."""


class Recoveries:
    """Drives `known.reports`. Each method says whether a report may have changed."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._produced = 0
        """What was on the logs when the brokers went away."""
        self._back_at: int | None = None
        """When they were last away."""
        self._away = False
        self._sources = SourceWatches(known.reports.kept)
        self._direct = DirectWatch(known.reports.kept)

    def service(self, service: ServiceWatch) -> bool:
        """What a service does now."""
        now, reports = self._known.now, self._known.reports
        changed = reports.doing(now, service.name, self._doing(service))
        if changed:
            self._note_held(service)
        course = reports.course(service.name)
        source = self._meets_nobody(service)
        if course is not None and (source or self._sources.lasts(service.name)):
            settled = self._sources.settle(now, service.name, course, source=source)
            changed = settled or changed
        if self._is_source(service):
            flooding = _lasting("flood", self._floods(service.name))
            changed = reports.doing(now, service.name, flooding, together=True) or changed
        return (service.is_twin and self._direct_line()) or changed

    def _direct_line(self) -> bool:
        known = self._known
        if known.cluster.starting_over:
            return self._direct.switched_off(known.now)
        twins = (one for one in known.services.all() if one.is_twin)
        return self._direct.settle(known.now, {one.name: self._doing(one) for one in twins})

    def told(self, at: int) -> None:
        """A source of the direct line has told what it has counted."""
        known = self._known
        self._direct.told(at, comparing.totals(known), comparing.processes(known))

    def asked(self, command: seen.CommandSeen) -> None:
        """Somebody may have switched the direct line on or off."""
        if command.action not in ("twin-start", "twin-stop"):
            return
        if command.action == "twin-start" or command.state == "rejected":
            self._direct.asked_on()
        else:
            self._direct.asked_off(command.at)

    def brokers(self) -> bool:
        """Whether the brokers are there: back they are when events flow again."""
        known = self._known
        asked, self._away = self._away, known.cluster.away
        if known.cluster.away:
            self._produced, self._back_at = known.topics.produced(), known.now
        away = known.cluster.away or not self._flows_again()
        changed = known.reports.doing(known.now, KAFKA, _lasting("broker", away), together=True)
        return changed or asked != self._away

    def _flows_again(self) -> bool:
        if self._back_at is None or not self._known.reports.lasts(KAFKA, None, "broker"):
            return True
        waited = (self._known.now - self._back_at) / 1000
        return waited >= FLOW_SECONDS or self._known.topics.produced() > self._produced

    def survey(self, survey: seen.SurveySeen) -> bool:
        known, changed = self._known, False
        followed: set[tuple[str, str | None]] = {(KAFKA, None)}
        tallies: dict[str, Tally] = {}
        shaken = self._shaken([facts.group for facts in survey.groups])
        for facts in survey.groups:
            service = known.services.get(known.claims.owner.get(facts.group, ""))
            service = service or self._left_with_a_report(facts.group)
            if service is None:
                continue
            followed.add((service.name, facts.group))
            counters = tally(known, service, facts.group)
            changed |= known.reports.survey(
                survey.at,
                service.name,
                facts.group,
                counters,
                passes=known.passes_of(facts.group),
                steady=self._steady(facts.group),
                disturbed=facts.group in shaken,
            )
            self._look_for_takeover(service, facts)
            if service.state != "stopped" and facts.group in known.claims.owner:
                tallies[facts.group] = counters
        for name, writes, groups in self._together(tallies):
            followed.add((name, None))
            disturbed = any(known.reports.lasts(known.claims.owner[one], one) for one in groups)
            together = summed((tallies[one] for one in groups), known.topics.produced_on(writes))
            changed |= known.reports.survey(
                survey.at, name, None, together, disturbed=disturbed, readers=len(groups)
            )
        changed |= self._sources_survey(survey.at, tallies)
        known.reports.keep_only(followed, {KAFKA, *known.services.names()})
        return changed

    def _left_with_a_report(self, group: str) -> ServiceWatch | None:
        """Whose service was forgotten in its silence, while what waits for it is still told of."""
        name = self._known.former.of(group)
        if name is None or not self._known.reports.lasts(name, group):
            return None
        service = ServiceWatch(name)
        service.kit = True  # others are not forgotten in silence: their groups speak for them
        return service

    def _sources_survey(self, at: int, tallies: Mapping[str, Tally]) -> bool:
        known, changed = self._known, False
        readers_of = {name: groups for name, _, groups in self._together(tallies)}
        for service in known.services.all():
            if not (self._meets_nobody(service) or self._sources.lasts(service.name)):
                continue
            readers = readers_of.get(service.name, [])
            together = summed((tallies[one] for one in readers), None) if readers else NOT_KNOWN
            published = published_by(known, service.name)
            changed |= self._sources.survey(at, service.name, published, readers, together)
        self._sources.keep_only(set(known.services.names()))
        return changed

    def _shaken(self, groups: Iterable[str]) -> set[str]:
        """Groups that a flood or an outage of the brokers still keeps busy: calm is otherwise."""
        reports = self._known.reports
        open_ones = [one for name, _, one in self._together(groups) if reports.lasts(name, None)]
        return set().union(*open_ones)

    def _doing(self, service: ServiceWatch) -> Doing:
        declared = service.declared
        names = set(service.instances) if declared is None else set(declared.instances)
        watched = [watch for name, watch in service.instances.items() if name in names]
        named = {watch.name: watch.verdict.state for watch in watched if watch.verdict is not None}
        paces = [watch.report.ms_per_event for watch in watched if watch.report is not None]
        found = doing(
            named or {service.name: service.state},
            slowed=any(pace is not None and pace > 0 for pace in paces),
            unheard=self._known.reports.lasts(KAFKA, None, "broker"),
            moved=not self._known.reports.scaling(service.name)
            or (len(service.instances) == len(names) and self._known.shared_out(service)),
            to_pause=service.wanted.mode == "paused",
        )
        if declared is not None and declared.on_request and not service.is_twin:
            stopped = "stop" in found.kinds
            return replace(
                found,
                kinds=found.kinds - {"stop"},
                hidden=frozenset() if stopped else found.hidden,
            )
        return found

    def _note_held(self, service: ServiceWatch) -> None:
        """Of those that have just gone down: Kafka soon gives to others what they held."""
        for group, some in self._known.reports.of_some(service.name):
            watched = self._known.groups.get(group)
            facts = None if watched is None else watched.facts
            for name in some.unnoted():
                watch = service.instances.get(name)
                member = None if watch is None else watch.last_member_of(group)
                held = None if member is None else held_by(member, facts)
                some.note(name, member, held)

    def _look_for_takeover(self, service: ServiceWatch, facts: seen.GroupFacts) -> None:
        for group, some in self._known.reports.of_some(service.name):
            back = (service.instances[n] for n in some.instances if n in service.instances)
            returned = {member for one in back for member in one.alive_as()}
            if group == facts.group:
                some.members_seen(self._known.now, facts, returned)

    def _is_source(self, service: ServiceWatch) -> bool:
        return not self._known.claims.groups_of(service.name) and bool(
            self._known.claims.writes.get(service.name)
        )

    def _meets_nobody(self, service: ServiceWatch) -> bool:
        """It is a source, and no report of a group tells what goes on with it."""
        course = self._known.reports.course(service.name)
        return self._is_source(service) and course is not None and not course.subjects

    def _floods(self, name: str) -> bool:
        wish = self._known.services.wish(name)
        if wish is None or wish.rate_per_second is None or wish.rate_until_at is None:
            return False
        return wish.rate_per_second >= FLOOD_PER_SECOND and self._known.now < wish.rate_until_at

    def _steady(self, group: str) -> int:
        topics = self._known.claims.reads.get(group, frozenset())
        rates = [self._known.topics.rate(topic) or 0.0 for topic in topics]
        return max(LEAST_STEADY, int(sum(rates) * STEADY_SECONDS))

    def _together(self, groups: Iterable[str]) -> Iterator[tuple[str, set[str], list[str]]]:
        """What each source writes and the groups that read it; for the brokers all that is read."""
        known, every = self._known, list(groups)
        if every:
            yield KAFKA, set().union(*map(self._reads, every)), every
        for service in known.services.all():
            if not self._is_source(service):
                continue
            writes = writes_of(known, service.name)
            readers = [group for group in every if writes & self._reads(group)]
            if readers:
                yield service.name, writes, readers

    def _reads(self, group: str) -> frozenset[str]:
        return self._known.claims.reads.get(group, frozenset())


def _lasting(kind: Kind, now: bool) -> Doing:
    return Doing(
        kinds=frozenset((kind,) if now else ()),
        at_work=not now,
        has_worked=not now,
        settled=True,
        moved=True,
        silent=False,
        held=now,
    )
