"""The page in a real browser, on frames of the dashboard's own picture: what people see."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, Sockets, opened_on

HOSTILE = "<img src=x onerror=alert(1)>\"'&<script>alert(2)</script>\u202eevil"
WRITTEN_OUT = HOSTILE.replace("\u202e", "\\u202e")
"""As it is shown: what would turn the text around is written out."""
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
    (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def test_services_and_topics_are_shown_with_their_state(page: Page, sockets: Sockets) -> None:
    expect(page.locator("#title")).to_have_text("Parts line")
    expect(page.locator("[data-service=quality] [data-role=state]")).to_have_text("Running")
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("0")
    expect(page.locator("[data-service=scanner] [data-role=lag]")).to_be_hidden()
    expect(page.locator("[data-topic='parts.scanned'] .bars li")).to_have_count(2)


def test_a_backlog_is_shown_as_number_bar_and_waiting_marks(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    sockets.go_on(line, 5, idle=("quality",))
    quality = page.locator("[data-service=quality] [data-role=lag]")
    expect(quality).to_have_text("40")
    expect(quality).to_have_attribute("data-value", "40")
    expect(page.locator("[data-service=inventory] [data-role=lag]")).to_have_text("0")
    bar = page.locator("[data-topic='parts.scanned'] .bars li", has_text="quality")
    expect(bar).to_contain_text("40 behind")  # the number that its card says
    newest = page.locator("#tape-cards li").first
    expect(newest.locator(".mark")).to_have_count(2)
    expect(newest.locator(".mark.on")).to_have_count(1)


def test_a_chart_that_was_just_opened_shows_the_minutes_before(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    at = [line.now - 1000 * n for n in range(110, 0, -1)]
    host.api["/api/lag"] = {"at": at, "groups": {"quality": [40] * len(at)}}
    opened_on(page, host, line)
    # Half of the plot is the minute before last: the page itself was not there to see it.
    page.wait_for_function("""() => {
        const chart = document.getElementById("chart");
        const pen = chart.getContext("2d");
        const { data } = pen.getImageData(chart.width * 0.3, 0, 1, chart.height);
        const want = getComputedStyle(document.body).getPropertyValue("--g4").trim();
        const [r, g, b] = [1, 3, 5].map((i) => parseInt(want.slice(i, i + 2), 16));
        const is = (i) => data[i] === r && data[i + 1] === g && data[i + 2] === b;
        return data.some((_, i) => i % 4 === 0 && is(i));
    }""")


def test_a_press_is_sent_with_its_token_and_what_is_said_is_text(
    page: Page, sockets: Sockets, host: PageHost
) -> None:
    page.locator("[data-service=quality] [data-action=pause60]").click()
    expect(page.locator("#said")).to_have_text("Asked <b>quality</b> to pause.")
    assert host.posted(page, 1) == [("/act/services/quality/pause", {"seconds": ["60"]})]
    expect(page.locator("[data-service=quality] [data-role=state]")).to_have_text("Running")


def test_space_holds_the_picture_and_lets_it_go_on(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    page.keyboard.press("Space")
    expect(page.locator("#holding")).to_be_visible()
    sockets.go_on(line, 3, idle=("quality",))
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("0")
    page.keyboard.press("Space")
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("24")
    expect(page.locator("#holding")).to_be_hidden()


def test_a_picture_that_empties_leaves_no_line_behind(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    expect(page.locator("#edges path")).to_have_count(3)
    names = ("services", "topics", "groups", "edges")
    gone = {"del": {name: list(line.first[name]) for name in names}}
    sockets.send(line.cutter.heartbeat(line.now) | gone)
    expect(page.locator("#edges path")).to_have_count(0)
    expect(page.locator(".node")).to_have_count(0)
    expect(page.locator("#empty")).to_contain_text("No topics to be seen")


def test_names_keys_and_reasons_of_others_are_text(page: Page, host: PageHost) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.add_init_script(VIOLATIONS)
    line = ShownLine(groups=(HOSTILE, "a" * 300), key=HOSTILE)
    sockets = opened_on(page, host, line)
    names = page.locator(".service .name")
    expect(names).to_have_count(3)
    assert WRITTEN_OUT in names.all_text_contents()
    expect(page.locator("#tape-cards b").first).to_have_text(WRITTEN_OUT)
    sockets.go_on(line, 2)
    assert page.locator("#nodes img, #tape img, #nodes script").count() == 0
    assert dialogs == []
    assert page.evaluate("window.violations") == []


def test_nothing_on_the_page_is_against_its_own_policy(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    page.add_init_script(VIOLATIONS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    sockets = opened_on(page, host, line)
    sockets.go_on(line, 3, idle=("quality",))
    page.locator("[data-service=quality] [data-action=pause]").click()
    expect(page.locator("#said p")).to_be_visible()
    for button in ("#theme", "#fold", "#hold"):
        page.locator(button).click()
    assert page.evaluate("window.violations") == []
    assert errors == []


@pytest.fixture(params=[360, 390, 768, 1024, 1366])
def narrow(request: pytest.FixtureRequest, open_page: Open) -> Page:
    return open_page(request.param, 800)


def test_no_width_scrolls_sideways(narrow: Page, host: PageHost) -> None:
    line = ShownLine(groups=("quality", "inventory", "shipping", "a-service-with-a-long-name"))
    sockets = opened_on(narrow, host, line)
    sockets.go_on(line, 3, idle=("quality",))
    wide = narrow.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    assert narrow.locator("[data-service=quality] [data-action=pause]").is_visible()


def test_who_asks_for_calm_sees_rates_in_words_and_no_dots(
    open_page: Open, host: PageHost, line: ShownLine
) -> None:
    page = open_page(reduced_motion="reduce")
    sockets = opened_on(page, host, line)
    sockets.go_on(line, 4)
    expect(page.locator("#labels text", has_text=re.compile(r"\d/s")).first).to_be_attached()
    blank = """() => {
        const canvas = document.getElementById("dots");
        const pen = canvas.getContext("2d");
        return pen.getImageData(0, 0, canvas.width, canvas.height).data.every((v) => v === 0);
    }"""
    assert page.evaluate(blank)


def test_a_page_that_may_not_act_says_so_on_its_buttons(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    host.may_act = False
    opened_on(page, host, line)
    pause = page.locator("[data-service=quality] [data-action=pause]")
    expect(pause).to_have_attribute("aria-disabled", "true")
    expect(pause).to_have_attribute("title", re.compile("only looks"))
    expect(page.locator("#pause-all")).to_be_hidden()


def test_the_ledger_is_calm_about_what_was_written_again_and_loud_about_a_loss(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    def tell(
        duplicates: int | None, lost: int, at_least: bool = False, since: int | None = None
    ) -> None:
        counted = {"duplicates": duplicates, "lost": lost, "duplicates_at_least": at_least}
        counted["duplicates_since_at"] = since
        frame = line.cutter.heartbeat(line.now)
        sockets.send(frame | {"set": {"ledger": line.first["ledger"] | counted}})

    row = page.locator("#ledger > div", has=page.locator("[data-ledger=duplicates]"))
    tell(duplicates=1, lost=0)
    expect(page.locator("#ledger-note")).to_have_text("1 event written again, with the same id")
    expect(row).to_have_text("duplicate1")
    expect(row).to_have_class("again")
    tell(duplicates=2, lost=1)
    expect(page.locator("#ledger-note")).to_have_text("2 events written again, with the same id")
    lost = page.locator("#ledger > div", has=page.locator("[data-ledger=lost]"))
    expect(lost).to_have_class("bad")
    tell(duplicates=1, lost=0, at_least=True)
    expect(row).to_have_text("duplicates\u22651")
    expect(page.locator("#ledger-note")).to_have_text(re.compile("^At least 1 event written"))
    tell(duplicates=0, lost=0)
    expect(page.locator("#ledger-note")).to_be_hidden()
    expect(row).to_have_text("duplicates0")
    expect(row).to_have_class("good")
    tell(duplicates=0, lost=0, since=line.now)
    passes = page.locator("#ledger-passes")
    expect(passes).to_have_text(re.compile(r"^duplicates not known before \d\d:\d\d:\d\d$"))
    expect(row).to_have_text("duplicates0")
    expect(row).not_to_have_class("good")
    tell(duplicates=0, lost=0, at_least=True, since=line.now)
    expect(row).to_have_text("duplicates\u2013")
    expect(row).to_have_attribute("title", re.compile("^Not all can be seen"))
    expect(passes).to_be_hidden()
    tell(duplicates=None, lost=0, at_least=True)
    expect(row).to_have_text("duplicates\u2013")
    expect(passes).to_be_hidden()


def test_while_the_cluster_is_away_no_rate_is_told(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    sockets.go_on(line, 3)
    rate = page.locator("#headline strong")
    expect(rate).to_have_text("8.0")
    away = line.key()["cluster"] | {"reachable": False, "reason": "Nobody answers."}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"cluster": away}})
    expect(rate).to_have_text("\u2013")
    expect(page.locator("#connection")).to_have_attribute("data-kind", "unreachable")
