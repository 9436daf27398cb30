"""What is known, built into the maps that go to the page; only what was touched is built again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain, islice

from dashboard.picture import books, reads, service_view
from dashboard.picture.actions import Demonstration, cluster_actions
from dashboard.picture.calls import CallEdge
from dashboard.picture.ids import group_node, named, service_node, topic_node
from dashboard.picture.known import Known
from dashboard.picture.lag import PartitionLag
from dashboard.picture.rates import added, quantised
from dashboard.picture.reads import Read
from dashboard.picture.section import Entity, Section
from dashboard.picture.shown import Shown
from dashboard.picture.wall import on_the_wall

DEFAULT_UNIT = "events"
MAX_READ_EDGES = 20_000
"""Edges from topics to groups; groups and topics have caps of their own."""


class View:
    def __init__(self, known: Known, *, can_act: bool, owns_processes: bool) -> None:
        self._known = known
        self._can_act = can_act
        self._owns_processes = owns_processes
        self.services = Section(self._service_ids, self._telling(self._service))
        self.topics = Section(self._topic_ids, self._telling(self._topic))
        self.groups = Section(self._group_ids, self._telling(self._group))
        self.edges = Section(self._edge_ids, self._telling(self._edge))
        self.lines = Section(known.lines.ids, self._telling(self._line))
        self.commands = Section(known.commands.ids, self._telling(self._command))
        self.reports = Section(known.reports.kept.ids, self._telling(self._report))
        self._reads: dict[str, Read] = {}
        self._reads_left_out = 0
        self._readers: Counter[str] = Counter()
        self._edges_of_topic: dict[str, list[str]] = {}
        self._lags: dict[str, tuple[PartitionLag, ...]] = {}
        self._wiring_stale = True
        self._ledger: Entity = {}
        self._ledger_stale = True
        self._cluster: Entity = {}
        self._surveyed = False
        self._last: Shown | None = None

    def _telling(self, build: Callable[[str], Entity | None]) -> Callable[[str], Entity | None]:
        """`build`, with every instant as clocks on the wall tell it."""

        def told(entity_id: str) -> Entity | None:
            entity = build(entity_id)
            return None if entity is None else self._told(entity)

        return told

    def _told(self, entity: Entity) -> Entity:
        ahead = self._known.ahead
        return on_the_wall(entity, ahead) if ahead else entity

    def touch_survey(self) -> None:
        """Offsets moved: nearly everything may have changed."""
        self.touch_wiring()
        self._surveyed = True

    def touch_everything(self) -> None:
        self.touch_wiring()
        for section in (self.lines, self.commands, self.reports):
            section.touch_all()

    def touch_wiring(self) -> None:
        """Who reads or writes what may have changed."""
        self._wiring_stale = self._ledger_stale = True
        for section in (self.services, self.topics, self.groups, self.edges):
            section.touch_all()

    def touch_direct(self) -> None:
        """What is told of the line of direct calls may have changed."""
        self.lines.touch_all()
        self.reports.touch_all()

    def touch_ledger(self) -> None:
        self._ledger_stale = True

    def touch_items(self, topic: str) -> None:
        """Something new stands on the belt of `topic`."""
        self.topics.touch(topic_node(topic))
        for edge in self._edges_of_topic.get(topic, ()):
            self.edges.touch(edge)

    def shown(self) -> Shown:
        self._known.settle()
        if self._wiring_stale:
            self._wire_up()
        before = self._last
        known = self._known
        services, topics = self.services.shown(), self.topics.shown()
        groups, edges = self.groups.shown(), self.edges.shown()
        if self._ledger_stale:
            self._ledger_stale = False
            self._ledger = _kept(self._ledger, self._told(books.ledger(known)))
        if self._surveyed:
            self._surveyed = False
            moved = before is None or not (
                topics is before.topics and groups is before.groups and edges is before.edges
            )
            known.cluster.freshen(moved=moved)
        self._cluster = _kept(self._cluster, self._told(self._cluster_entity()))
        self._last = Shown(
            cluster=self._cluster,
            ledger=self._ledger,
            services=services,
            topics=topics,
            groups=groups,
            edges=edges,
            lines=self.lines.shown(),
            commands=self.commands.shown(),
            reports=self.reports.shown(),
            events=known.tape.shown(known.ahead),
            events_total=known.tape.total,
            lags=self._lags,
            history=known.lag_history.shown(known.ahead),
        )
        return self._last

    def _wire_up(self) -> None:
        known = self._known
        groups = [group for group in known.groups.all() if not known.in_tray(group.name)]
        found = chain.from_iterable(
            reads.reads_of(group, known.claims.reads.get(group.name, frozenset()))
            for group in groups
        )
        shown = (read for read in found if known.topics.get(read.topic) is not None)
        self._reads = {read.edge: read for read in islice(shown, MAX_READ_EDGES)}
        self._reads_left_out = sum(1 for _ in shown)
        self._lags = {group.name: group.parts for group in groups}
        self._readers = Counter(read.topic for read in self._reads.values())
        self._edges_of_topic = {}
        for edge, read in self._reads.items():
            self._edges_of_topic.setdefault(read.topic, []).append(edge)
        self._wiring_stale = False

    def _service_ids(self) -> Iterable[str]:
        return [service_node(name) for name in self._known.services.names()]

    def _service(self, node: str) -> Entity | None:
        return service_view.entity(
            self._known,
            named(node),
            can_act=self._can_act,
            owns_processes=self._owns_processes,
        )

    def _topic_ids(self) -> Iterable[str]:
        return [topic_node(name) for name in self._known.topics.names()]

    def _topic(self, node: str) -> Entity | None:
        name = named(node)
        return self._known.topics.entity(name, self._readers[name])

    def _group_ids(self) -> Iterable[str]:
        names = self._known.groups.names()
        return [group_node(name) for name in names if not self._known.in_tray(name)]

    def _group(self, node: str) -> Entity | None:
        known, name = self._known, named(node)
        group = known.groups.get(name)
        if group is None or known.in_tray(name):
            return None
        colour = known.groups.colour(name)
        owner = known.claims.owner.get(name)
        return {
            **group.entity(known.topics, owner, colour, reading=known.reads(owner)),
            "strangers": known.strangers.of(name),
        }

    def _edge_ids(self) -> Iterable[str]:
        return [*self._known.writers.drawn(), *self._reads, *self._known.calls.drawn()]

    def _edge(self, edge: str) -> Entity | None:
        known = self._known
        read = self._reads.get(edge)
        if read is not None:
            group, topic = known.groups.get(read.group), known.topics.get(read.topic)
            if group is None or topic is None:
                return None
            partitions = {partition for partition, _ in topic.items}
            return reads.entity(
                read,
                group,
                service=known.claims.owner.get(read.group),
                partitions=partitions | known.tape.partitions(read.topic),
            )
        called = known.calls.drawn().get(edge)
        if called is not None:
            return self._call(called)
        writer = known.writers.drawn().get(edge)
        if writer is None or known.topics.get(writer.topic) is None:
            return None
        return known.writers.entity(
            writer,
            known.now,
            topic_rate=known.topics.rate(writer.topic),
            sampled=writer.topic in known.topics.sampled,
        )

    def _call(self, edge: CallEdge) -> Entity | None:
        calls, caller = self._known.calls, self._known.services.get(edge.caller)
        if caller is None or caller.in_tray:
            return None
        alive = caller.reporting(self._known.now)
        return edge.entity(declared=calls.is_declared(edge), alive=alive)

    def _line(self, line: str) -> Entity | None:
        known = self._known
        return known.lines.entity(line, known.now, current=known.cluster.current(known.now))

    def _command(self, command_id: str) -> Entity | None:
        command = self._known.commands.find(command_id)
        return None if command is None else command.wire()

    def _report(self, report_id: str) -> Entity | None:
        report = self._known.reports.kept.get(report_id)
        return None if report is None else report.wire(measured=not self._known.cluster.away)

    def _cluster_entity(self) -> Entity:
        known, declared = self._known, self._known.declaration
        return {
            **known.cluster.wire(),
            "sampled": sorted(known.topics.sampled),
            "dropped": known.dropped,
            "more_sources": known.writers.more_sources,
            "left_out": {
                "topics": known.topics.left_out,
                "groups": known.groups.left_out,
                "partitions": known.partitions_left_out,
                "edges": self._reads_left_out,
            },
            "title": declared.title if declared is not None else None,
            "demo": self._owns_processes,
            "actions": cluster_actions(
                Demonstration(
                    broker=known.cluster.broker,
                    twin=known.twin(),
                    starting_over=known.cluster.starting_over,
                ),
                can_act=self._can_act,
                owns_processes=self._owns_processes,
            ),
            "headline": self._headline(),
        }

    def _headline(self) -> Entity:
        topics, declared = self._known.topics, self._known.declaration
        topic = declared.headline_topic if declared is not None else None
        if topic is not None and declared is not None:
            return {
                "topic": topic,
                "unit": declared.headline_unit,
                "per_second": quantised(topics.headline_rate(topic)),
            }
        rate = added([topics.headline_rate(name) for name in topics.names()])
        return {"topic": None, "unit": DEFAULT_UNIT, "per_second": quantised(rate)}


def _kept(before: Entity, now: Entity) -> Entity:
    """The old one where nothing changed, so that a delta need not look inside."""
    return before if before == now else now
