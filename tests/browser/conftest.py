"""The browser of these tests: the system's Chromium, else Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tests.browser.page_host import QUIET, PageHost

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
PROJECTOR = {"width": 1920, "height": 1080}


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
        return playwright.chromium.launch(executable_path=system_chromium(), args=ARGUMENTS)
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
        serving.positions, serving.may_move = {}, True
        serving.moves.clear()
        serving.api = dict(QUIET)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page, of a projector's size."""
    context = chromium.new_context(viewport=PROJECTOR)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def modules(chromium: Browser, host: PageHost) -> Iterator[Page]:
    """A page from which the page's own modules can be imported, one by one."""
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(f"{host.url}/blank")
    yield opened
    context.close()
