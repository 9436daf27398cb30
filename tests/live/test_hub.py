"""The hub: every socket gets every frame, and a slow one gets nothing until it answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial

import pytest

from dashboard.live import hub as hubs
from dashboard.live.hub import ACK_EVERY, MAX_UNACKNOWLEDGED, CutFrame, Full, Hub, Viewer


def delta(seq: int) -> CutFrame:
    return CutFrame(seq, json.dumps({"t": "delta", "seq": seq}).encode(), None)


def key(seq: int, *, after_delta: bool = True) -> CutFrame:
    cut = json.dumps({"t": "key", "seq": seq}).encode()
    return CutFrame(seq, delta(seq).delta if after_delta else None, cut)


class Page:
    """The other end of a socket."""

    def __init__(self, hub: Hub) -> None:
        self.got: list[tuple[str, int]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.viewer: Viewer = hub.join(self._receive)
        self._hub = hub

    async def _receive(self, text: str) -> None:
        await self.takes.wait()
        frame = json.loads(text)
        self.got.append((frame["t"], frame["seq"]))

    def ack(self, seq: int) -> None:
        self._hub.ack(self.viewer, seq)


def got_last(page: Page, seq: int) -> bool:
    return page.got[-1:] == [("delta", seq)]


async def settled(condition: Callable[[], bool]) -> None:
    """Give the sockets' tasks their turns until the condition holds."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the sockets did not come to the expected state")


async def quiet() -> None:
    """Let every task run that could still send something."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_a_new_socket_gets_a_keyframe_first_and_then_every_delta_in_order() -> None:
    hub = Hub()
    page = Page(hub)
    assert hub.key_wanted.is_set()
    hub.take(delta(4))
    await quiet()
    assert page.got == []
    hub.take(key(5))
    hub.take(delta(6))
    hub.take(delta(7))
    await settled(lambda: len(page.got) == 3)
    assert page.got == [("key", 5), ("delta", 6), ("delta", 7)]
    assert not hub.key_wanted.is_set()


async def test_asking_for_a_keyframe_wakes_the_one_who_cuts_it() -> None:
    hub = Hub()
    woken: list[bool] = []
    hub.on_key_wanted = lambda: woken.append(True)
    Page(hub)
    assert woken == [True]


async def test_one_keyframe_serves_all_who_wait_and_the_others_go_on_with_deltas() -> None:
    hub = Hub()
    old = Page(hub)
    hub.take(key(1))
    await settled(lambda: old.got == [("key", 1)])
    new = [Page(hub) for _ in range(3)]
    hub.take(key(2))
    await settled(lambda: all(page.got == [("key", 2)] for page in new))
    await settled(lambda: old.got == [("key", 1), ("delta", 2)])


async def test_a_keyframe_without_a_delta_comes_when_nothing_changed() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(9, after_delta=False))
    hub.take(delta(10))
    await settled(lambda: page.got == [("key", 9), ("delta", 10)])


async def test_sixty_unanswered_stop_a_socket_until_it_answers_and_then_it_gets_a_keyframe() -> (
    None
):
    hub = Hub()
    page, other = Page(hub), Page(hub)
    hub.take(key(0))
    for seq in range(1, 100):
        hub.take(delta(seq))
        await settled(partial(got_last, other, seq))
        other.ack(seq)
    assert len(page.got) == MAX_UNACKNOWLEDGED
    assert len(other.got) == 100
    last = page.got[-1][1]
    assert not hub.key_wanted.is_set()
    page.ack(last)
    assert hub.key_wanted.is_set()
    hub.take(key(100))
    hub.take(delta(101))
    await settled(lambda: page.got[-2:] == [("key", 100), ("delta", 101)])
    assert other.got[-2:] == [("delta", 100), ("delta", 101)]


async def test_a_stalled_socket_that_is_still_far_behind_stays_stalled() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(0))
    for seq in range(1, 80):
        hub.take(delta(seq))
        await quiet()
    assert len(page.got) == MAX_UNACKNOWLEDGED
    page.ack(MAX_UNACKNOWLEDGED - 1 - ACK_EVERY)
    assert not hub.key_wanted.is_set()
    page.ack(MAX_UNACKNOWLEDGED - ACK_EVERY)
    assert hub.key_wanted.is_set()


async def test_a_socket_that_takes_nothing_keeps_nobody_waiting_and_grows_no_queue() -> None:
    hub = Hub()
    stuck, other = Page(hub), Page(hub)
    hub.take(key(0))
    await settled(lambda: stuck.got == [("key", 0)] == other.got)
    stuck.takes.clear()
    for seq in range(1, 300):
        hub.take(delta(seq))
        await settled(partial(got_last, other, seq))
        other.ack(seq)
    assert stuck.got == [("key", 0)]
    stuck.takes.set()
    # One send was on its way; of all the rest it gets nothing, for the ring has gone past it.
    await settled(lambda: stuck.got == [("key", 0), ("delta", 1)])
    await settled(hub.key_wanted.is_set)
    hub.take(key(300))
    await settled(lambda: stuck.got[-1] == ("key", 300))


async def test_a_gap_in_the_frames_gives_everyone_a_keyframe() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(1))
    await settled(lambda: page.got == [("key", 1)])
    hub.take(delta(3))
    await settled(hub.key_wanted.is_set)
    assert page.got == [("key", 1)]
    hub.take(key(4))
    hub.take(delta(5))
    await settled(lambda: page.got == [("key", 1), ("key", 4), ("delta", 5)])


async def test_an_answer_to_what_was_never_sent_changes_nothing() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(0))
    for seq in range(1, 80):
        hub.take(delta(seq))
        await quiet()
    assert len(page.got) == MAX_UNACKNOWLEDGED
    page.ack(10_000)
    await quiet()
    assert page.viewer.stalled
    assert not hub.key_wanted.is_set()


async def test_a_socket_that_left_gets_nothing_and_is_not_counted() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(0))
    await settled(lambda: page.got == [("key", 0)])
    hub.leave(page.viewer)
    hub.take(delta(1))
    await quiet()
    assert page.got == [("key", 0)]
    assert hub.watchers == 0


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
    for seq in range(11, 40):
        hub.take(delta(seq))
        await settled(partial(got_last, other, seq))
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
    for seq in (2, 3, 4):
        hub.take(delta(seq))
        await settled(partial(got_last, page, seq))


async def test_a_socket_that_answers_more_than_it_is_sent_floods() -> None:
    hub = Hub()
    page = Page(hub)
    hub.take(key(0))
    for seq in range(1, 200):
        hub.take(delta(seq))
        await settled(partial(got_last, page, seq))
        page.ack(seq)
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


async def test_when_another_picture_begins_every_socket_gets_its_keyframe() -> None:
    """Also one that is behind: what is left of the picture before is no use to it."""
    hub = Hub()
    quick, slow = Page(hub), Page(hub)
    hub.take(key(1))
    await settled(lambda: len(quick.got) == len(slow.got) == 1)
    slow.takes.clear()
    hub.take(delta(2))
    hub.take(delta(3))
    await settled(lambda: len(quick.got) == 3)
    begin = key(4)
    hub.take(CutFrame(begin.seq, begin.delta, begin.key, anew=True))
    hub.take(delta(5))
    slow.takes.set()
    await settled(lambda: got_last(quick, 5) and got_last(slow, 5))
    assert quick.got[-2:] == slow.got[-2:] == [("key", 4), ("delta", 5)]
    assert ("delta", 3) not in slow.got


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
