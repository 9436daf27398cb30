"""What is wished of a service, and what can be."""

from __future__ import annotations

from dashboard.picture import observations as seen
from tests.picture.declared import service
from tests.picture.sights import (
    SECOND,
    START,
    event,
    picture_of,
    reader_status,
    shown_after,
    status,
    topics,
    wish,
)


def test_the_wish_is_shown_as_it_counts_now() -> None:
    picture = picture_of(reader_status(), wish(START, until_at=START + 60 * SECOND))
    want = picture.shown().services["s:quality"]["want"]
    assert (want["mode"], want["until_at"]) == ("paused", START + 60 * SECOND)
    picture.observe(reader_status(START + 60 * SECOND, phase="paused", want="w1"))
    picture.tick(START + 60 * SECOND)
    found = picture.shown().services["s:quality"]
    assert (found["want"]["mode"], found["want"]["until_at"]) == ("running", None)
    assert found["state"] == "resuming"


def test_a_wish_that_was_read_before_its_service_is_not_forgotten() -> None:
    shown = shown_after(wish(START), reader_status())
    assert shown.services["s:quality"]["state"] == "pausing"


def test_a_wish_that_was_cleared_is_wanted_no_more() -> None:
    picture = picture_of(reader_status(), wish(START))
    assert picture.shown().services["s:quality"]["state"] == "pausing"
    picture.observe(seen.WishCleared(START + SECOND, "quality"))
    found = picture.shown().services["s:quality"]
    assert (found["state"], found["want"]) == ("running", None)
    picture.observe(seen.WishCleared(START + SECOND, "nobody"))


def test_looking_only_nothing_can_be_asked() -> None:
    found = service(reader_status(), can_act=False)
    assert set(found["actions"].values()) == {"Flowviz was started for looking only."}


def test_a_service_without_the_kit_cannot_be_asked() -> None:
    batch = seen.EventsSeen(START, (event("parts", 0),))
    actions = service(topics(parts=1), batch, name="scanner")["actions"]
    assert actions["pause"] == "It does not use the Flowviz kit, so it cannot be asked."
    assert actions["start"].startswith("Its processes are not the demonstration's own")


def test_what_a_service_refused_is_not_offered_again_by_the_same_process() -> None:
    picture = picture_of(status(), seen.CommandSeen(START, "w1", "quality", "pause", "sent"))
    no = status(START + SECOND, want="w1", outcome="rejected", reason="A producer has no pause.")
    picture.observe(no)
    shown = picture.shown()
    assert shown.services["s:quality"]["actions"]["pause"] == "A producer has no pause."
    picture.observe(status(START + 2 * SECOND, pid=101))
    assert picture.shown().services["s:quality"]["actions"]["pause"] is None


def test_a_rewind_that_was_refused_once_may_be_asked_again() -> None:
    asked = seen.CommandSeen(START, "w1", "quality", "rewind", "sent")
    why = "Not read again: somebody else set the group's position in parts [0]."
    no = reader_status(START + SECOND, want="w1", outcome="rejected", reason=why)
    shown = shown_after(topics(parts=1), reader_status(), asked, no)
    assert (shown.commands["w1"]["state"], shown.commands["w1"]["reason"]) == ("rejected", why)
    assert shown.services["s:quality"]["actions"]["rewind"] is None


def test_the_options_that_are_wished_are_shown() -> None:
    found = service(reader_status(), wish(START, "running", options={"dedupe": True}))
    assert found["want"]["options"] == {"dedupe": True}


def test_a_rate_that_has_run_out_is_gone_with_the_next_look_at_the_states() -> None:
    until_at = START + SECOND // 10
    asked = wish(START, "running", rate_per_second=50.0, rate_until_at=until_at)
    picture = picture_of(reader_status(), asked)
    for at, rate in ((until_at, 50.0), (START + SECOND // 2, None)):
        picture.tick(at)
        want = picture.shown().services["s:quality"]["want"]
        assert (want["rate"], want["rate_until_at"]) == (rate, rate and until_at)
