"""The page follows the frames: what it does when some are missing or late, or of another run."""

from __future__ import annotations

import itertools
import re

from playwright.sync_api import Page, expect

from dashboard.frames.cutter import FrameCutter
from tests.browser.patience import until
from tests.browser.shown_line import ShownLine, Sockets

SILENT_MS = 4000
"""More than three heartbeats, and less than what the page takes for the socket's end."""


def test_a_server_that_comes_back_as_another_run_is_followed(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    line.cutter = FrameCutter("epoch-2")
    line.second(idle=("quality",))
    line.first = line.key()
    sockets.opened[-1].close()
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("8")
    expect(page.locator("#connection")).to_have_text("Live")
    sockets.go_on(line, 1, idle=("quality",))
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("16")
    assert len(sockets.opened) == 2


def test_a_page_goes_on_when_the_servers_clock_is_set_back(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    newest = page.locator("#tape-cards .tape-card").first

    def tape_goes_on(back: int) -> None:
        """A busy tape is dealt once a second: seconds pass until the newest event is on it."""

        def dealt() -> bool:
            line.now += 1000
            sockets.send(line.cutter.heartbeat(line.now - back))
            title = f"parts.scanned, partition 0, offset {line.made - 1}"
            return newest.get_attribute("title") == title

        until(page, dealt, "the newest event is on the tape")

    sockets.go_on(line, 3)
    tape_goes_on(0)
    hour = 3_600_000
    line.picture.clock_was_set(-hour)
    line.cutter = FrameCutter("epoch-2", line.cutter.seq)
    sockets.send(line.cutter.key(line.picture.shown(), line.now - hour))
    line.second(idle=("quality",))
    delta = line.cutter.delta(line.picture.shown(), line.now - hour)
    assert delta is not None
    sockets.send(delta)
    tape_goes_on(hour)
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("8")


def test_a_gap_is_closed_by_a_new_keyframe(page: Page, sockets: Sockets, line: ShownLine) -> None:
    line.second(idle=("quality",))
    line.delta()  # never sent
    line.second(idle=("quality",))
    sockets.send(line.delta())
    line.first = line.key()
    at = itertools.count(line.now, 1000)

    def asked_by_connecting_again() -> bool:
        sockets.clock(next(at))
        return len(sockets.opened) > 1

    until(page, asked_by_connecting_again, "the page asks for a keyframe")
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_text("16")
    expect(page.locator("#connection")).to_have_text("Live")


def test_the_page_says_when_it_hears_nothing(page: Page, sockets: Sockets, line: ShownLine) -> None:
    sockets.clock(line.now + SILENT_MS)
    expect(page.locator("#connection")).to_have_text(re.compile(r"^Silent since \d\d:\d\d:\d\d$"))


def test_every_frame_kept_is_acknowledged_sooner_or_later(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    sockets.go_on(line, 25)
    expect(page.locator("[data-topic='parts.scanned'] .count")).to_contain_text("208")
    assert sockets.acks == sorted(sockets.acks)
    assert len(sockets.acks) >= 3
    assert line.cutter.seq - sockets.acks[-1] < 10
