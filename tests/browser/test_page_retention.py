"""The warning before Kafka removes what a group has not read, as the page gives it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.modules import run
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, opened_on


@pytest.mark.parametrize(
    ("retention", "seconds", "short"),
    [
        ("approaching", 220.0, "loss in 4 min"),
        ("approaching", 40.0, "loss in 40 s"),
        ("approaching", 9_000.0, "loss in 3 h"),
        ("approaching", 0.0, "losing events"),
        ("approaching", 200_000.0, None),
        ("not at this rate", None, None),
        (None, None, None),
    ],
)
def test_only_what_is_known_to_be_removed_within_a_day_is_warned_of(
    modules: Page, retention: str | None, seconds: float | None, short: str | None
) -> None:
    entity = {"retention": retention, "retention_seconds": seconds, "lag": 9}
    assert run(modules, "retention", "return m.warning(a)?.short ?? null", entity) == short


def test_card_and_legend_say_when_unread_events_will_be_removed(page: Page, host: PageHost) -> None:
    line = ShownLine()
    sockets = opened_on(page, host, line)
    card = page.locator("[data-service=quality]")
    detail, lost = card.locator(".detail"), card.locator(".lost")
    aside = page.locator("#legend li", has_text="quality").locator("small")
    expect(card).to_be_visible()
    expect(detail).to_have_text("")

    def tell(**more: Any) -> None:
        told = {"lag": 800, "retention": "approaching", "retention_seconds": 220.0} | more
        service = line.first["services"]["s:quality"] | told
        group = line.first["groups"]["g:quality"] | told
        changed = {"services": {"s:quality": service}, "groups": {"g:quality": group}}
        sockets.send(line.cutter.heartbeat(line.now) | {"set": changed})

    tell()
    expect(detail).to_have_text("loss in 4 min")
    expect(detail).to_have_attribute("title", "About 4 min until unread events are removed")
    expect(aside).to_have_text("loss in 4 min")
    tell(lost=12, retention_seconds=0.0)
    expect(lost).to_have_text("12 lost")
    expect(detail).to_have_text("losing events")
    expect(aside).to_have_text("losing events")
    tell(retention="not at this rate", retention_seconds=None)
    expect(detail).to_have_text("")
