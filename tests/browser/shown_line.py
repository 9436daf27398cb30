"""A line of services as the dashboard's own picture and cutter tell it, moved by hand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from dashboard.frames.codec import encode
from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from tests.browser.page_host import PageHost
from tests.picture import sights

AT_REST = """async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
TOPIC = "parts.scanned"
PARTITION = (TOPIC, 0)


class ShownLine:
    """scanner -> parts.scanned -> the groups, all by name; every frame is kept."""

    def __init__(self, groups: tuple[str, ...] = ("quality", "inventory"), key: str = "k") -> None:
        self.groups = groups
        self.key_text = key
        self.now = int(time.time() * 1000)
        self.picture = Picture(started_at=self.now, can_act=True, owns_processes=True)
        self.cutter = FrameCutter("epoch-1")
        self.made = 0
        self.done = dict.fromkeys(groups, 0)
        self.declare()
        self.second()
        self.first = self.key()

    def declare(self) -> None:
        self.picture.observe(
            seen.ClusterSeen(self.now, reachable=True, bootstrap="127.0.0.1:9092", brokers=1)
        )
        self.picture.observe(seen.WorkerSeen(self.now, "reader", ok=True))
        self.picture.observe(seen.WorkerSeen(self.now, "surveyor", ok=True))
        self.picture.observe(
            seen.DeclarationSeen(
                self.now,
                title="Parts line",
                headline_topic=TOPIC,
                headline_unit="parts",
                topics=(TOPIC,),
                services=self.services(),
            )
        )
        self.picture.observe(seen.TopicsSeen(self.now, {TOPIC: seen.TopicFacts("id", 1)}))

    def services(self) -> dict[str, seen.DeclaredService]:
        """What a document declares."""
        services = {"scanner": seen.DeclaredService((), (TOPIC,), None, ("scanner-1",))}
        for name in self.groups:
            services[name] = seen.DeclaredService((TOPIC,), (), name, (f"{name}-1",))
        return services

    def second(self, made: int = 8, idle: tuple[str, ...] = ()) -> None:
        """One second: the scanner makes parts, every group but the idle ones handles them all."""
        self.now += 1000
        events = tuple(
            sights.event(
                TOPIC,
                self.made + n,
                seen_at=self.now,
                event_at=self.now,
                key=self.key_text,
            )
            for n in range(made)
        )
        self.made += made
        self.picture.observe(seen.EventsSeen(self.now, events))
        self._say("scanner", writes=(TOPIC,))
        for name in self.groups:
            self.done[name] = self.done[name] if name in idle else self.made
            groups = (seen.StatusGroup(name, f"{name}-member", (TOPIC,)),)
            self._say(name, groups=groups)
        self.picture.observe(sights.survey(self.now, *self.facts(), ends=self.ends()))
        self.picture.tick(self.now)

    def facts(self) -> list[seen.GroupFacts]:
        """What a survey finds of the groups."""
        return [
            sights.group(name, {PARTITION: done}, reads=(PARTITION,), members=(f"{name}-member",))
            for name, done in self.done.items()
        ]

    def ends(self) -> dict[seen.Partition, int | None]:
        """Where a survey finds the ends of the topics."""
        return {PARTITION: self.made}

    def _say(self, service: str, **more: Any) -> None:
        self.picture.observe(sights.status(self.now, service, instance=f"{service}-1", **more))

    def key(self) -> dict[str, Any]:
        return self.cutter.key(self.picture.shown(), self.now)

    def delta(self) -> dict[str, Any]:
        """What changed since the frame before, or a heartbeat."""
        return self.cutter.delta(self.picture.shown(), self.now) or self.cutter.heartbeat(self.now)


class Sockets:
    """The server's end of the page's sockets. Each new one gets `greet()`, a keyframe.

    The page's clock shows when the newest frame was sent, and stands still until the next one: what
    a page does after seconds without a word it does when the test says so, however slow it is.
    Timers and the screen go on.
    """

    def __init__(self, page: Page, greet: Callable[[], dict[str, Any]]) -> None:
        self.opened: list[WebSocketRoute] = []
        self.acks: list[int] = []
        self._page = page
        self._greet = greet
        self._away = False
        self.clock(greet()["sent_at"])
        page.route_web_socket("**/ws/flow", self._open)

    def _open(self, socket: WebSocketRoute) -> None:
        if self._away:
            return
        self.opened.append(socket)
        socket.on_message(lambda message: self.acks.append(json.loads(message)["ack"]))
        socket.send(encode(self._greet()).decode())

    def go_away(self) -> None:
        """The server is gone: the newest socket closes, and from no other is anything heard."""
        self._away = True
        self.opened[-1].close()

    def clock(self, at: int) -> None:
        """It is `at` (Unix ms) on the page's machine."""
        self._page.clock.set_fixed_time(at / 1000)

    def send(self, frame: dict[str, Any]) -> None:
        self.clock(frame["sent_at"])
        self.opened[-1].send(encode(frame).decode())

    def go_on(self, line: ShownLine, seconds: int, idle: tuple[str, ...] = ()) -> None:
        """So many seconds of the line, one after the other."""
        for _ in range(seconds):
            line.second(idle=idle)
            self.send(line.delta())


def opened_on(page: Page, host: PageHost, line: ShownLine) -> Sockets:
    """The page on this line, once it is drawn, and nothing moves any more for want of a font."""
    sockets = Sockets(page, lambda: line.first)
    page.goto(host.url)
    expect(page.locator("#connection")).to_have_text("Live")
    expect(page.locator(".node")).not_to_have_count(0)
    page.evaluate(AT_REST)
    return sockets
