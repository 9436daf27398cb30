"""The whole parts line: what each service writes, and one to plug in that reads two topics."""

from __future__ import annotations

from dataclasses import replace

from dashboard.picture import observations as seen
from tests.browser.shown_line import PARTITION, TOPIC
from tests.browser.shown_twin import ShownTwin
from tests.picture import sights

WRITES = {"quality": "parts.graded", "inventory": "stock.changed", "shipping": "labels.printed"}
PLUG = "analytics"
PLUG_READS = (TOPIC, "stock.changed")


class ShownParts(ShownTwin):
    """As `ShownTwin`; each service writes an event for each it handles. `plug_in()` once."""

    def __init__(self) -> None:
        self.plugged = False
        self.written = dict.fromkeys(WRITES.values(), 0)
        super().__init__()

    def declare(self) -> None:
        super().declare()
        names = (TOPIC, *WRITES.values())
        facts = {name: seen.TopicFacts(f"id-{name}", 1) for name in names}
        self.picture.observe(seen.TopicsSeen(self.now, facts))

    def services(self) -> dict[str, seen.DeclaredService]:
        services = super().services()
        for name, topic in WRITES.items():
            services[name] = replace(services[name], writes=(topic,))
        plug = seen.DeclaredService(PLUG_READS, (), PLUG, (f"{PLUG}-1",), on_request=True)
        return services | {PLUG: plug}

    def plug_in(self) -> None:
        self.plugged = True
        self.process(PLUG, "running")

    def second(self, made: int = 8, idle: tuple[str, ...] = (), done: int = 8) -> None:
        super().second(made, idle, done)
        events = []
        for name, topic in WRITES.items():
            first, self.written[topic] = self.written[topic], self.done[name]
            offsets = range(first, self.done[name])
            events += [sights.event(topic, at, seen_at=self.now, source=name) for at in offsets]
        self.picture.observe(seen.EventsSeen(self.now, tuple(events)))
        for name, topic in WRITES.items():
            groups = (seen.StatusGroup(name, f"{name}-member", (TOPIC,)),)
            self._say(name, groups=groups, writes=(topic,))
        if self.plugged:
            groups = (seen.StatusGroup(PLUG, f"{PLUG}-member", PLUG_READS),)
            facts = {
                "caught up with": f"{self.made} events in 0.3 s",
                "compared with inventory": f"equal, at {self.made} parts",
            }
            self._say(PLUG, groups=groups, facts=facts)
        self.picture.observe(sights.survey(self.now, *self.facts(), ends=self.ends()))
        self.picture.tick(self.now)

    def facts(self) -> list[seen.GroupFacts]:
        if not self.plugged:
            return super().facts()
        read: dict[seen.Partition, int] = {PARTITION: self.made}
        read[("stock.changed", 0)] = self.written["stock.changed"]
        return [
            *super().facts(),
            sights.group(PLUG, read, reads=tuple(read), members=(f"{PLUG}-member",)),
        ]

    def ends(self) -> dict[seen.Partition, int | None]:
        return super().ends() | {(topic, 0): end for topic, end in self.written.items()}
