"""A hundred thousand hostile events through a real Kafka and the real demonstration into Chromium.

What the headers and statuses say is read, counted, cut and drawn as text: the tap follows, the
parts line goes on, and nothing of it runs, opens, loads or moves anything on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from playwright.sync_api import Page, expect

from tests import hostile
from tests.browser.conftest import Open
from tests.browser.running_demo import RunningDemo, running_demo, until
from tests.kafka.pressed import flow, obeyed, press, wait_for
from tests.waiting import PATIENCE_SECONDS

MANY = 100_000
LAST = "the last of all"
SHOWN = 100
"""Characters of a name that are shown in any case."""
TOPIC_CONFIG = {
    "message.timestamp.after.max.ms": str(2**63 - 1),  # else the broker takes none from the future
    "retention.ms": "-1",  # nor keeps any from 1970
}
LISTEN = """() => {
    window.broken = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    window.addEventListener("error", (event) => window.broken.push(`error ${event.message}`));
    const parse = JSON.parse;
    JSON.parse = (text, ...more) => {
        try {
            return parse(text, ...more);
        } catch (error) {
            window.broken.push(`a frame that is none: ${text.slice(0, 200)}`);
            throw error;
        }
    };
}"""
BLOWN_UP = """() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    const cards = [...document.querySelectorAll(".node, .tape-cards > li, .legend > li")];
    const sizes = cards.map((card) => card.getBoundingClientRect());
    const large = sizes.filter((box) => box.width > innerWidth || box.height > innerHeight);
    const head = document.querySelector(".head").getBoundingClientRect();
    const tallHead = head.height > innerHeight / 3;
    return { wide: Math.max(0, wide), large: large.length, tallHead };
}"""
OPEN_EACH = """async (selector) => {
    const opened = new Set();
    for (const card of [...document.querySelectorAll(selector)].slice(0, 20)) {
        card.click();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
        const sheet = document.getElementById("sheet");
        if (!sheet.hidden) opened.add(document.getElementById("sheet-title").textContent);
        document.getElementById("sheet-close").click();
    }
    return [...opened];
}"""
CALM = {"wide": 0, "large": 0, "tallHead": False}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        until(lambda: healthy(running), "a live picture")
        yield running
    assert "Traceback" not in "".join(running.printed)


def healthy(demo: RunningDemo) -> bool:
    cluster = demo.get("/api/flow")["cluster"]
    return bool(cluster["reachable"] and cluster["reader"]["ok"] and cluster["surveyor"]["ok"])


def log_of(demo: RunningDemo) -> str:
    folder = Path(
        next(
            line.split("what they print is in ")[1]
            for line in demo.printed
            if "what they print" in line
        ).strip()
    )
    return "".join(
        path.read_text(errors="replace") for path in folder.parent.parent.rglob("flowviz.log")
    )


@dataclass
class Opened:
    """A page, and everything that happened to it."""

    page: Page
    happened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.add_init_script(f"({LISTEN})()")
        page.on("dialog", self._asked_for_an_answer)
        page.on("pageerror", lambda error: self.happened.append(f"error: {error}"))
        page.on("popup", lambda _: self.happened.append("popup"))
        page.on("framenavigated", lambda frame: self.happened.append(f"went to {frame.url}"))
        page.on("console", self._said)
        page.on("request", self._asked)

    def _asked_for_an_answer(self, dialog: Any) -> None:
        self.happened.append("dialog")
        dialog.dismiss()

    def _said(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.happened.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        """An image that markup asks for, or anything from elsewhere."""
        if request.url.endswith("/x") or not request.url.startswith(("http://127.0.0.1:", "data:")):
            self.happened.append(f"asked for {request.url}")

    def unharmed(self) -> None:
        assert self.page.evaluate("window.hit") is None
        assert self.page.evaluate("window.broken") == []
        assert [
            one for one in self.happened if not one.startswith("went to http://127.0.0.1:")
        ] == []
        assert self.page.evaluate(BLOWN_UP) == CALM


@pytest.fixture(params=[(1366, 768), (390, 844)], ids=["a laptop", "a phone"])
def opened(request: pytest.FixtureRequest, open_page: Open, demo: RunningDemo) -> Opened:
    found = Opened(open_page(*request.param))
    found.page.goto(demo.url)
    return found


@pytest.fixture(scope="module")
def bootstrap(demo: RunningDemo) -> str:
    return str(demo.get("/api/flow")["cluster"]["bootstrap"])


def make_topics(bootstrap: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    topics = [NewTopic(name, 1, 1, config=TOPIC_CONFIG) for name in hostile.TOPIC_NAMES]
    for made in admin.create_topics(topics).values():
        made.result(PATIENCE_SECONDS)


def write(bootstrap: str) -> None:
    """All the events, what such services say of themselves, and what is wished of them."""
    producer = Producer(
        {"bootstrap.servers": bootstrap, "linger.ms": 20, "queue.buffering.max.messages": MANY}
    )
    refused: list[str] = []

    def took(error: object, message: object) -> None:
        if error is not None:
            refused.append(str(error))

    def send(topic: str, **given: Any) -> None:
        while True:
            try:
                producer.produce(topic, **given, on_delivery=took)
                return
            except BufferError:
                producer.poll(0.05)

    for event in hostile.events(MANY):
        send(**event._asdict())
    for key, value in hostile.statuses():
        send("flowviz.status", key=key, value=value)
    for wished, wish in hostile.wishes():
        send("flowviz.control", key=wished, value=wish)
    assert producer.flush(PATIENCE_SECONDS) == 0
    # Kafka itself refuses what has no key where a topic is compacted.
    assert set(refused) <= {"Broker: Broker failed to validate record"}


def is_read_to_the_end(demo: RunningDemo, bootstrap: str) -> None:
    """The reader has come to what is written after all the others, and has shown it.

    The log's ends are what the survey says, and it would say so of a reader that hangs. Nothing
    else is written meanwhile; what it still had to read may push the first of these from the tape,
    but not the one after all of that.
    """
    obeyed(demo, press(demo, "/api/services/scanner/pause"))
    producer = Producer({"bootstrap.servers": bootstrap, "log_level": 0})

    def is_shown() -> bool:
        producer.produce(
            hostile.TOPIC_NAMES[0], key=LAST.encode(), headers=[("ce_source", b"<b>last</b>")]
        )
        assert producer.flush(PATIENCE_SECONDS) == 0
        return LAST in [event["key"] for event in flow(demo)["events"]]

    until(is_shown, "the last of all is on the tape")
    obeyed(demo, press(demo, "/api/services/scanner/resume"))
    wait_for(demo, "scanner", "running")


def commit(bootstrap: str) -> list[str]:
    """Consumer groups of all these names, where Kafka takes the name."""
    made = []
    for number, text in enumerate(hostile.TEXTS):
        topic = hostile.TOPIC_NAMES[number % len(hostile.TOPIC_NAMES)]
        if not text or text != text.strip() or "\x00" in text or len(text) > 249:
            continue  # the client trims names, and "quality" is somebody's
        reader = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": text,
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )
        reader.commit(offsets=[TopicPartition(topic, 0, number)], asynchronous=False)
        reader.close()
        made.append(text)
    return made


@pytest.fixture(scope="module")
def written(demo: RunningDemo, bootstrap: str) -> list[str]:
    """The names of the groups that there are, once all is read."""
    make_topics(bootstrap)
    groups = commit(bootstrap)
    write(bootstrap)
    until(lambda: sum(counted(demo).values()) >= MANY, "every event is counted")
    is_read_to_the_end(demo, bootstrap)
    return groups


def test_the_tap_follows_and_the_line_goes_on(demo: RunningDemo, written: list[str]) -> None:
    shown = demo.get("/api/flow")
    assert shown["cluster"]["reader"]["ok"]
    assert shown["cluster"]["surveyor"]["ok"]
    assert demo.get("/healthz") == {"status": "ok"}
    topics = {topic["name"]: topic["events"] for topic in shown["topics"]}
    until(lambda: sum(counted(demo).values()) >= MANY, "every event is counted")
    assert set(hostile.TOPIC_NAMES) <= set(topics)
    until(
        lambda: {name[:SHOWN] for name in written} <= {g["name"][:SHOWN] for g in groups(demo)},
        "every group is surveyed",
    )
    scanned = counted(demo, "parts.scanned")["parts.scanned"]
    until(
        lambda: counted(demo, "parts.scanned")["parts.scanned"] > scanned, "parts are scanned still"
    )
    assert "Traceback" not in log_of(demo)


def groups(demo: RunningDemo) -> list[dict[str, Any]]:
    return list(demo.get("/api/flow")["groups"])


def counted(demo: RunningDemo, *names: str) -> dict[str, int]:
    topics = demo.get("/api/flow")["topics"]
    return {
        t["name"]: t["events"] or 0 for t in topics if t["name"] in (names or hostile.TOPIC_NAMES)
    }


def test_nothing_of_it_runs_or_breaks_the_page(opened: Opened, written: list[str]) -> None:
    page = opened.page
    expect(page.locator("#connection")).to_contain_text("Live")
    expect(page.locator(".node")).not_to_have_count(0)
    opened.unharmed()
    assert page.evaluate(OPEN_EACH, ".node[data-service] .more"), "services were opened"
    opened.unharmed()
    assert page.evaluate(OPEN_EACH, ".tape-cards > li > *"), "events were opened"
    opened.unharmed()
    expect(page.locator("#connection")).to_contain_text("Live")


def test_the_page_of_the_api_runs_under_the_policy(opened: Opened, demo: RunningDemo) -> None:
    opened.page.goto(f"{demo.url}/api/docs")
    expect(opened.page.locator(".opblock").first).to_be_visible()
    assert opened.page.evaluate("window.broken") == []
    assert not [one for one in opened.happened if one.startswith(("asked", "dialog", "error"))]
