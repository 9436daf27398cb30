"""The page in a Chromium, and how smoothly it draws: the time between one frame and the next."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Error, Page, sync_playwright

from bench.parts.script import CannotMeasure

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run")
WIDE = {"width": 1366, "height": 768}
LIVE_MILLISECONDS = 60_000

# Collects the instants at which the browser draws. It adds nothing to what a frame takes.
_RECORD = """() => {
  window.benchFrames = [];
  const next = (at) => { window.benchFrames.push(at); requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
_TAKE = "() => window.benchFrames.splice(0)"


class Drawing:
    """An open page that is live."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(_RECORD)

    def begin(self) -> None:
        """From now on is measured."""
        self._page.evaluate(_TAKE)

    def wait(self, seconds: float) -> None:
        self._page.wait_for_timeout(1000 * seconds)

    def frame_times(self) -> list[float]:
        """Milliseconds from each frame to the next, since the last time this was asked."""
        at = self._page.evaluate(_TAKE)
        return [after - before for before, after in itertools.pairwise(at)]

    def says(self, words: str) -> bool:
        """Whether these words can be read on the page."""
        return words in self._page.inner_text("body")


@contextmanager
def drawing(url: str) -> Iterator[Drawing]:
    """Opens the page and waits until it is live."""
    system = next((path for name in NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=system, args=ARGUMENTS)
        except Error as error:
            raise CannotMeasure(
                f"No Chromium could be started ({error.message.splitlines()[0]}); "
                "on Debian and Ubuntu: sudo apt install chromium"
            ) from None
        try:
            page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
            page.goto(url)
            page.wait_for_selector("#connection[data-kind=live]", timeout=LIVE_MILLISECONDS)
            yield Drawing(page)
        finally:
            browser.close()
