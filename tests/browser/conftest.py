"""The browser of these tests: the system's Chromium, else Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.page_host import QUIET, PageHost
from tests.browser.patience import PATIENCE_MS
from tests.browser.running_demo import RunningDemo, running_demo
from tests.browser.shown_line import ShownLine, Sockets, opened_on

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ARGUMENTS = (
    "--no-sandbox",  # containers run as root, where the sandbox does not start
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
)
HOW_TO_GET_ONE = (
    "The tests of the page need a Chromium, and there is none. Install one (Debian and Ubuntu: "
    "sudo apt install chromium; macOS: brew install --cask chromium), or let Playwright fetch "
    "its own: .venv/bin/python -m playwright install chromium"
)
PROJECTOR = (1920, 1080)
LAPTOP_AND_PROJECTOR = ((1366, 768), PROJECTOR)
expect.set_options(timeout=PATIENCE_MS)


class Open(Protocol):
    def __call__(self, width: int = ..., height: int = ..., **more: Any) -> Page: ...


def system_chromium() -> str | None:
    """The path of a Chromium that the system has, or None."""
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return found
    return next((path for path in MAC_APPLICATIONS if Path(path).exists()), None)


def launch(playwright: Playwright) -> Browser:
    # Playwright's synchronous interface keeps an event loop in this thread, and Django's guard
    # against blocking calls takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        return playwright.chromium.launch(
            executable_path=system_chromium(), args=ARGUMENTS, timeout=PATIENCE_MS
        )
    except Error as error:
        pytest.fail(f"{HOW_TO_GET_ONE}\n({error.message.splitlines()[0]})", pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def host() -> Iterator[PageHost]:
    """The page and its static files, served as the dashboard serves them; no cluster behind."""
    with PageHost() as serving:
        yield serving


@pytest.fixture(autouse=True)
def untouched(request: pytest.FixtureRequest) -> None:
    """What one test's page leaves on the server is not there for the next."""
    if "host" in request.fixturenames:
        serving: PageHost = request.getfixturevalue("host")
        serving.acts.clear()
        serving.moves.clear()
        serving.positions = {}
        serving.stage, serving.arrangement = "here", "first"
        serving.may_act = serving.may_move = True
        serving.refused = ""
        serving.api = dict(QUIET)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """`open_page(390, 844, has_touch=True)` is an empty page of that size, of a person of its own;
    by itself of a projector's size. All are closed after the test."""
    contexts: list[BrowserContext] = []

    def opened(width: int = PROJECTOR[0], height: int = PROJECTOR[1], **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Open) -> Page:
    """An empty page, of a projector's size."""
    return open_page()


@pytest.fixture
def line() -> ShownLine:
    """What the page is shown; a file of tests may have a line of its own."""
    return ShownLine()


@pytest.fixture
def sockets(page: Page, host: PageHost, line: ShownLine) -> Sockets:
    """The page opened on the line, with its first keyframe drawn."""
    return opened_on(page, host, line)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The real demonstration, which all tests of a file share."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def demo_page(open_page: Open, demo: RunningDemo) -> Page:
    """The page of the real demonstration, on a projector."""
    page = open_page()
    page.goto(demo.url)
    expect(page.locator("#connection")).to_have_text("Live")
    return page


@pytest.fixture(params=LAPTOP_AND_PROJECTOR, ids=lambda size: str(size[0]))
def sized(request: pytest.FixtureRequest, open_page: Open) -> Page:
    """An empty page of a laptop's size, and then of a projector's."""
    return open_page(*request.param)


@pytest.fixture(scope="session")
def modules(chromium: Browser, host: PageHost) -> Iterator[Page]:
    """A page from which the page's own modules can be imported, one by one."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    opened.goto(f"{host.url}/blank")
    yield opened
    context.close()
