"""docs/five-minutes.md, followed on the real demonstration as a presenter follows it.

What is pressed and looked at is named by the words that stand in bold there; each of a section's
words is used, and no other. That all of them are on the page is in tests/views.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.patience import Remembered
from tests.browser.running_demo import ROOT, RunningDemo, until
from tests.kafka.pressed import at_work, recovered, told

Word = Callable[[str], str]
SCRIPT = (ROOT / "docs" / "five-minutes.md").read_text()
LAPTOP = (1366, 768)


def bold(section: str) -> set[str]:
    found = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", SCRIPT, re.M | re.S)
    assert found, f"the script has no section {section!r}"
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", found[1], re.S)}


@contextmanager
def section(title: str) -> Iterator[Word]:
    """`word("Pause")` is "Pause", which has to stand in bold in this section."""
    words, used = bold(title), set[str]()

    def word(wanted: str) -> str:
        assert wanted in words, f"{title} does not say {wanted!r}"
        used.add(wanted)
        return wanted

    yield word
    assert words - used == set(), f"{title} says more than is followed here"


class Stage:
    """The page as the class sees it."""

    def __init__(self, page: Page, demo: RunningDemo) -> None:
        self.page = page
        self.demo = demo
        self.twin = page.locator("#twin")

    def card(self, service: str) -> Locator:
        return self.page.locator(f"#stage [data-service={service}]")

    def behind(self, service: str) -> Locator:
        return self.card(service).locator("[data-role=lag]")

    def press(self, written: str, inside: Locator | None = None) -> None:
        where = self.page.locator("body") if inside is None else inside
        all_of_it = re.compile(rf"^\s*{re.escape(written)}\s*$")
        where.locator("button:visible").filter(has_text=all_of_it).click()

    def whole(self) -> Locator:
        self.page.locator("#whole").click()
        return self.page.locator("#sheet")

    def sheet_of(self, service: str) -> Locator:
        self.card(service).locator(".more").click()
        return self.page.locator("#sheet")

    def line(self, name: str) -> Locator:
        return self.twin.locator(f"[data-line={name}]")

    def nothing_lost(self, report: dict[str, Any], words: str) -> None:
        """Where that could be counted: what began in the midst of a survey has the ledger alone."""
        told_there = self.page.locator(f"#reports [data-report='{report['id']}'] .verdict")
        expect(told_there).to_contain_text(words if report["lost"] == 0 else "lost")


@pytest.fixture
def stage(open_page: Callable[..., Page], demo: RunningDemo) -> Stage:
    page = open_page(*LAPTOP)
    page.goto(demo.url)
    expect(page.locator("#connection")).to_have_text("Live")
    return Stage(page, demo)


def before_they_come_in(stage: Stage) -> None:
    before = stage.demo.ledger()["since_at"]
    with section("Before they come in") as word:
        sheet = stage.whole()
        stage.press(word("Start over"), sheet)
        stage.press(word("Start over"), sheet.locator("[data-act=start-over]"))
    until(lambda: (stage.demo.ledger()["since_at"] or 0) > before, "the counters begin anew")
    until(lambda: at_work(stage.demo), "the line works again")
    expect(stage.page.locator("#connection")).to_have_text("Live")


def one_line(stage: Stage) -> None:
    number = Remembered(stage.card("quality").locator(".lag"))
    with section("0:00 One line") as word:
        number.had("^{}\\s*{}".format(*word("0 behind").split()))


def the_same_line_as_most_wire_it(stage: Stage) -> None:
    with section("0:40 The same line, wired the way most people would") as word:
        tile = stage.page.locator("#tray button")
        tile.filter(has_text=word("Beside it: the same line with direct calls")).click()
        for line in ("log", "direct"):
            expect(stage.line(line)).to_contain_text(word("Moves"))
        expect(stage.twin).to_contain_text(word("parts a second"))


def one_hiccup_and_back(stage: Stage) -> None:
    known = told(stage.demo)
    with section("1:20 One hiccup") as word:
        stage.press(word("Pause"), stage.card("quality"))
        direct = stage.line("direct")
        expect(direct).to_contain_text(word("Halted"))
        expect(stage.twin).to_contain_text(word("refused or timed out"))
        expect(direct.locator("[data-measure=failed]")).to_have_text(re.compile(r"[1-9]"))
        expect(stage.twin.locator("[data-call=failing]").first).to_be_visible()
        expect(stage.line("log")).to_contain_text("Moves")
        expect(stage.behind("quality")).to_have_text(re.compile(r"\d{2}"))
    with section("2:00 And back") as word:
        stage.press(word("Resume"), stage.card("quality"))
        report = recovered(stage.demo, "pause", "quality", known)
        stage.nothing_lost(report, word("0 lost"))
        expect(stage.line("direct")).to_contain_text("Moves")
        expect(stage.twin.get_by_role("switch")).to_have_text(word("Retries on"))
        stage.press(word("Switch off"), stage.twin)
        expect(stage.twin).to_be_hidden()
        # By now its report has ended, also on a machine on which parts go on timing out.
        gone = recovered(stage.demo, "pause", "quality-direct", known)
        there = stage.page.locator(f"#reports [data-report='{gone['id']}'] .verdict")
        words = word("parts gone for good")
        expect(there).to_contain_text(words if gone["refused"] + gone["timed_out"] > 1 else "gone")


def worse_than_a_pause(stage: Stage) -> None:
    with section("2:40 Worse than a pause") as word:
        sheet = stage.sheet_of("quality")
        scale = sheet.locator("[data-act=scale]")
        expect(scale).to_contain_text(word("Scale"))
        boxes = stage.card("quality").locator("[data-holder]:not(.nobody)")
        for number in (2, 3):
            expect(scale).to_contain_text(word("+"))
            scale.locator("[data-step='1']").click()
            expect(boxes).to_have_count(number)
        for box in boxes.all():
            expect(box.locator("i")).to_have_count(1)
        known = told(stage.demo)
        which = sheet.get_by_role("radiogroup", name=word("Which instance"))
        which.get_by_role("radio", name="2").click()
        stage.press(word("Crash 2"), sheet)
        crash = recovered(stage.demo, "crash", "quality", known)
        assert crash["instances"] == ["quality-2"]
        stage.nothing_lost(crash, word("0 lost"))
        stage.page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()


def somebody_new(stage: Stage) -> None:
    known = told(stage.demo)
    with section("3:20 Somebody new") as word:
        stage.page.locator("#tray button").filter(has_text=word("Plug in analytics")).click()
        expect(stage.card("analytics")).to_contain_text("caught up with")
        expect(stage.card("analytics")).to_contain_text(word("counts equal"))
    recovered(stage.demo, "plug in", "analytics", known)
    expect(stage.sheet_of("analytics")).to_contain_text("counts equal to inventory")
    stage.page.keyboard.press("Escape")


def the_whole_thing_falls_over(stage: Stage) -> None:
    known, connection = told(stage.demo), Remembered(stage.page.locator("#connection"))
    with section("4:00 The whole thing falls over") as word:
        stage.press(word("Kill Kafka"), stage.whole())
        connection.had("Kafka")
        report = recovered(stage.demo, "broker", "Kafka", known)
        stage.nothing_lost(report, word("0 lost"))
    expect(stage.page.locator("#connection")).to_have_text("Live")


def the_proof(stage: Stage) -> None:
    ledger = stage.page.locator("#ledger")
    with section("4:40 The proof") as word:
        for counter in ("published", "handled", "lost"):
            expect(ledger).to_contain_text(word(counter))
        expect(ledger.locator("[data-ledger=lost]").first).to_contain_text("0")
        stage.press(word("Put everything right"))
    until(stage.demo.all_run, "all run")
    until(lambda: stage.demo.service("quality")["of"] == 1, "one of it, as at first")
    until(lambda: stage.demo.ledger()["lost"] == 0, "nothing is lost")


def test_the_script_can_be_followed_word_by_word(stage: Stage) -> None:
    for act in (
        before_they_come_in,
        one_line,
        the_same_line_as_most_wire_it,
        one_hiccup_and_back,
        worse_than_a_pause,
        somebody_new,
        the_whole_thing_falls_over,
        the_proof,
    ):
        act(stage)
