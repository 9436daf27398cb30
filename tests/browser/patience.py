"""Waiting for what comes on a page, and for what comes and goes: who is late misses nothing."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from playwright.sync_api import Locator, Page

PATIENCE_MS = 90_000
"""For what a page does within a second, on a machine that is ten times as slow and busy."""
LOOK_AGAIN_MS = 20
REMEMBER = """(element) => {
    const texts = [element.textContent];
    const note = () => {
        if (texts[texts.length - 1] !== element.textContent) texts.push(element.textContent);
    };
    const how = { childList: true, subtree: true, characterData: true };
    new MutationObserver(note).observe(element, how);
    return texts;
}"""


class Remembered:
    """All that stood in an element since, also what stood there for a moment only."""

    def __init__(self, locator: Locator) -> None:
        self._page = locator.page
        self._texts = locator.evaluate_handle(REMEMBER)

    def had(self, pattern: str) -> None:
        """Waits until a text in which this regular expression is found has stood there."""
        body = "([texts, pattern]) => texts.some((text) => new RegExp(pattern).test(text))"
        self._page.wait_for_function(body, arg=[self._texts, pattern])


def until(page: Page, condition: Callable[[], object], what: str) -> None:
    """Looks again and again, and lets the page and its sockets go on, until the condition holds."""
    end = monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert monotonic() < end, f"waited {PATIENCE_MS / 1000:g} s in vain: {what}"
        page.wait_for_timeout(LOOK_AGAIN_MS)
