"""What the hub holds is bounded, and a socket that misbehaves or breaks is let go."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from dashboard.live import hub as hubs
from dashboard.live.hub import CutFrame, Full, Hub
from tests.live.hub_pages import Page, delta, got_last, key, quiet, settled, taken


async def test_a_socket_whose_other_end_is_gone_is_let_go() -> None:
    hub = Hub()

    async def gone(text: str) -> None:
        raise ConnectionResetError

    hub.join(gone)
    hub.take(key(0))
    await settled(lambda: hub.watchers == 0)


async def test_the_number_of_sockets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MAX_VIEWERS", 2)
    hub = Hub()
    Page(hub)
    first = Page(hub)
    with pytest.raises(Full):
        Page(hub)
    hub.leave(first.viewer)
    Page(hub)


async def test_frames_posted_from_a_thread_arrive_and_are_bounded_while_the_loop_is_stuck() -> None:
    hub = Hub()
    page = Page(hub)

    def cut_many() -> None:
        hub.post(key(0))
        for seq in range(1, 3 * hubs.MAX_POSTED):
            hub.post(delta(seq))

    cut_many()  # the loop has no turn meanwhile, as when it is stuck
    await settled(lambda: len(page.got) == hubs.MAX_POSTED)
    await asyncio.to_thread(hub.post, delta(3 * hubs.MAX_POSTED))
    page.ack(hubs.MAX_POSTED - 1)
    await settled(hub.key_wanted.is_set)


async def test_the_newest_frames_are_kept_up_to_so_many_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hubs, "MAX_RING_CHARACTERS", 10 * len(delta(10).delta or b""))
    hub = Hub()
    page, other = Page(hub), Page(hub)
    hub.take(key(10))
    await settled(lambda: page.got == [("key", 10)] == other.got)
    page.takes.clear()
    await taken(hub, other, range(11, 40))
    page.takes.set()
    # The frame on its way, and then none: the next ones are not kept any more.
    await settled(hub.key_wanted.is_set)
    assert page.got == [("key", 10), ("delta", 11)]
    hub.take(key(40))
    for seq in range(41, 45):
        hub.take(delta(seq))
    await settled(partial(got_last, page, 44))


async def test_a_frame_longer_than_all_that_is_kept_still_reaches_everyone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hubs, "MAX_RING_CHARACTERS", 5)
    hub = Hub()
    page = Page(hub)
    hub.take(key(1))
    await taken(hub, page, (2, 3, 4))


async def test_a_socket_that_answers_more_than_it_is_sent_floods() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(0))
    await taken(hub, page, range(1, 200), answered=True)
    assert not page.viewer.floods
    for _ in range(hubs.MAX_ANSWERS_AHEAD + 1):
        page.ack(199)
    assert page.viewer.floods


async def test_a_frame_that_cannot_be_sent_is_said_and_ends_the_watching(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hub = Hub()

    async def broken(text: str) -> None:
        raise ValueError("too long")

    hub.join(broken)
    hub.take(key(0))
    await settled(lambda: hub.watchers == 0)
    assert "A frame could not be sent" in caplog.text


async def test_without_viewers_nothing_is_handed_to_the_loop() -> None:
    hub = Hub()
    hub.post(key(0))
    page = Page(hub)
    await quiet()
    assert page.got == []


async def test_what_the_picture_before_took_is_room_for_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hubs, "MAX_RING_CHARACTERS", 10 * len(delta(10).delta or b""))
    hub = Hub()
    page = Page(hub)
    hub.take(key(10))
    for seq in range(11, 20):
        hub.take(delta(seq))
    hub.take(CutFrame(20, None, key(20).key, anew=True))
    await settled(lambda: page.got[-1:] == [("key", 20)])
    page.takes.clear()
    for seq in range(21, 28):
        hub.take(delta(seq))
        await quiet()
    page.takes.set()
    await settled(partial(got_last, page, 27))
    assert page.got[-7:] == [("delta", seq) for seq in range(21, 28)]
