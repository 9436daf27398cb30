"""The hub: every socket gets every frame, and a slow one gets nothing until it answers."""

from __future__ import annotations

from dashboard.live.hub import ACK_EVERY, MAX_UNACKNOWLEDGED, CutFrame, Hub
from tests.live.hub_pages import Page, delta, got_last, key, quiet, settled, taken


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
    await taken(hub, other, range(1, 100), answered=True)
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
    await taken(hub, other, range(1, 300), answered=True)
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
