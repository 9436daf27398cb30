"""Everything that has been seen, in one place, with a room of its own for each kind."""

from __future__ import annotations

from dashboard.picture.acked import AckedWrites
from dashboard.picture.calls import Calls
from dashboard.picture.claims import Claims, claims_of
from dashboard.picture.cluster import Cluster
from dashboard.picture.commands import Commands
from dashboard.picture.course import course_of
from dashboard.picture.disturbances import AT_WORK
from dashboard.picture.duplicates import Duplicates
from dashboard.picture.former import Former
from dashboard.picture.groups import Groups
from dashboard.picture.lag_history import LagHistory
from dashboard.picture.lines import Lines
from dashboard.picture.observations import (
    DeclarationSeen,
    GroupFacts,
    GroupState,
    Partition,
    ProcessPhase,
)
from dashboard.picture.passes import Passes
from dashboard.picture.reports import Reports
from dashboard.picture.services import Services, ServiceWatch
from dashboard.picture.shares import none_left
from dashboard.picture.states import Hearing
from dashboard.picture.strangers import Strangers
from dashboard.picture.tape import Tape
from dashboard.picture.topics import Topics
from dashboard.picture.writers import Writers


class Known:
    def __init__(self, started_at: int) -> None:
        self.started_at = started_at
        self.now = started_at
        """Steady time; see wall.py."""
        self.ahead = 0
        """How far clocks on the wall are ahead of it, ms."""
        self.cluster = Cluster(started_at)
        self.topics = Topics()
        self.groups = Groups()
        self.lag_history = LagHistory()
        self.services = Services()
        self.writers = Writers()
        self.calls = Calls()
        self.lines = Lines()
        self.tape = Tape()
        self.duplicates = Duplicates()
        self.former = Former()
        self.acked = AckedWrites()
        self.commands = Commands()
        self.reports = Reports()
        self.strangers = Strangers()
        self.claims = Claims()
        self._claims_stale = False
        self.declaration: DeclarationSeen | None = None
        self.called: frozenset[str] = frozenset()
        """Services that others call directly, as the document says."""
        self.dropped = 0
        """Sampled events that the queue had no room for."""
        self.partitions_left_out = 0
        """Partitions that the reader does not read, for there are too many."""

    def declare(self, declaration: DeclarationSeen) -> None:
        before = self.declaration.services if self.declaration is not None else {}
        self.declaration = declaration
        for name, service in declaration.services.items():
            was, now = len(before[name].instances) if name in before else 0, len(service.instances)
            if was and was != now:
                self.reports.scaled(declaration.at, name, was, now)
        declared = declaration.services.values()
        self.called = frozenset(name for one in declared for name in one.calls)
        self.topics.declare(declaration.topics)
        self.services.declare(declaration.services, declaration.at)
        self.groups.declare(one.group for one in declared if one.group)
        self.calls.declare({name: one.calls for name, one in declaration.services.items()})
        self.lines.course = course_of(declaration.services)
        self.reclaim()

    def in_tray(self, group: str) -> bool:
        """Whether the group belongs to a service that nobody has started yet."""
        service = self.services.get(self.claims.owner.get(group, ""))
        return service is not None and service.in_tray

    def twin(self) -> tuple[ProcessPhase, ...]:
        """The processes of the line of direct calls."""
        return tuple(
            instance.process.phase
            for service in self.services.all()
            if service.is_twin
            for instance in service.instances.values()
            if instance.process is not None
        )

    def forgot_instances(self, name: str) -> None:
        """Instances of this service were forgotten, and maybe the service itself. What the groups
        that nobody names any more have committed is in the cluster still."""
        groups = [one for one in self.claims.groups_of(name) if self.groups.get(one) is not None]
        self.former.left(name, groups)
        if self.services.get(name) is None:
            self.acked.forget_service(name)
            self.calls.forget(name)
            if not self.former.has(name):
                self.duplicates.forget(name)

    def forget_former(self) -> None:
        """Of services that were forgotten only those count whose groups are there, and nobody's."""
        ownerless = {one for one in self.groups.names() if one not in self.claims.owner}
        for name in self.former.keep_only(ownerless):
            if self.services.get(name) is None:
                self.duplicates.forget(name)

    def reclaim(self) -> None:
        """What services say of their groups and topics has changed."""
        self._claims_stale = True

    def settle(self) -> None:
        """Work out who owns and writes what, once for all that was said since the last time."""
        if not self._claims_stale:
            return
        self._claims_stale = False
        self.claims = claims_of(self.services.all())
        self.writers.declare(self.claims.writers)
        self.groups.claim(self.claims.reads)

    def group_state(self, service: ServiceWatch) -> GroupState | None:
        """What the groups of a service say where it does not speak itself; the worst of them."""
        if service.kit:
            return None
        states = []
        for name in self.claims.groups_of(service.name):
            group = self.groups.get(name)
            if group is not None and group.facts is not None:
                states.append(group.facts.state)
        order: tuple[GroupState, ...] = ("no members", "unknown", "rebalancing", "reading")
        return min((s for s in states if s in order), key=order.index, default=None)

    def reads(self, owner: str | None) -> bool:
        """Whether one of the service's instances is at work, as far as it is known at all."""
        service = self.services.get(owner or "")
        if service is None:
            return True
        verdicts = [one.verdict for one in service.instances.values() if one.verdict is not None]
        return not AT_WORK.isdisjoint([one.state for one in verdicts] or [service.state])

    def evaluate(self, service: ServiceWatch) -> bool:
        return self.services.evaluate(
            service,
            self.now,
            self.group_state(service),
            hearing=Hearing(
                now=self.cluster.hearing,
                since_at=self.cluster.hearing_since_at,
                until_at=self.cluster.heard_until(self.now),
            ),
            none_left=self._none_left(service),
            nobody_left=self._nobody_left(service),
        )

    def _nobody_left(self, service: ServiceWatch) -> bool:
        groups = [self.groups.get(name) for name in self.claims.groups_of(service.name)]
        found = [None if group is None else group.facts for group in groups]
        return bool(found) and all(one is not None and one.state == "no members" for one in found)

    def _none_left(self, service: ServiceWatch) -> bool:
        """Whether its instances hold every partition already that it could read, one each."""
        if len(service.instances) < 2:
            return False
        alive = {name for each in service.instances.values() for name in each.alive_as()}
        groups = [self.groups.get(name) for name in self.claims.groups_of(service.name)]
        found = [
            none_left(group.facts, self._everything(group.name), alive)
            for group in groups
            if group is not None and group.facts is not None
        ]
        return bool(found) and all(found)

    def look_for_strangers(self, at: int) -> None:
        """With each survey: who is in the groups of services that is none of their instances."""
        found: list[tuple[GroupFacts, set[str] | None]] = []
        for service in self.services.all():
            for name in self.claims.groups_of(service.name) if service.kit else ():
                group = self.groups.get(name)
                if group is not None and group.facts is not None:
                    found.append((group.facts, _members_of(service, name)))
        self.strangers.survey(at, found, self._everything)

    def passes_of(self, group: str) -> Passes | None:
        """The passes of a group's ledger; None where it has none."""
        watch = self.groups.get(group)
        return None if watch is None or watch.passes.number is None else watch.passes

    def shared_out(self, service: ServiceWatch) -> bool:
        """Whether its groups have settled, and count every instance that is alive."""
        alive = {name for each in service.instances.values() for name in each.alive_as()}
        groups = [self.groups.get(name) for name in self.claims.groups_of(service.name)]
        for facts in [group.facts for group in groups if group is not None]:
            if facts is None or facts.state != "reading" or facts.members is None:
                return False
            alive -= {member.member_id for member in facts.members}
        return not alive

    def _everything(self, group: str) -> list[Partition]:
        """The partitions of the topics that a group's service says it reads."""
        watched = {name: self.topics.get(name) for name in self.claims.reads.get(group, ())}
        return [
            (name, number)
            for name, topic in watched.items()
            if topic is not None
            for number in topic.partitions()
        ]


def _members_of(service: ServiceWatch, group: str) -> set[str] | None:
    """The member ids of its instances; None where one that is alive has not said which it is."""
    found = set[str]()
    for one in service.instances.values():
        member = one.member_of(group)
        if member is not None:
            found.add(member)
        elif not one.ended:
            return None
    return found
