from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.commands import MAX_COMMANDS
from dashboard.picture.picture import Picture
from tests.picture.sights import SECOND, START, picture_of, status


def sent(command_id: str = "w1", action: str = "pause", at: int = START) -> seen.CommandSeen:
    return seen.CommandSeen(at, command_id, "quality", action, "sent")


def command(picture: Picture, command_id: str = "w1") -> dict[str, Any]:
    return picture.shown().commands[command_id]


def test_a_command_on_the_whole_waits_for_no_report() -> None:
    picture = picture_of(sent(action="start-over"))
    picture.tick(START + 60 * SECOND)
    assert command(picture)["state"] == "sent"


def test_a_command_is_obeyed_when_a_status_says_so() -> None:
    picture = picture_of(status(), sent())
    assert command(picture)["state"] == "sent"
    picture.observe(status(START + SECOND, want="w1"))
    assert command(picture)["state"] == "sent"
    picture.observe(status(START + 2 * SECOND, want="w1", outcome="done"))
    assert command(picture)["state"] == "obeyed"


def test_every_instance_that_reports_has_to_obey() -> None:
    picture = picture_of(status(instance="a"), status(instance="b"), sent())
    picture.observe(status(START + SECOND, instance="a", want="w1", outcome="done"))
    assert command(picture)["state"] == "sent"
    picture.observe(status(START + SECOND, instance="b", want="w1", outcome="done"))
    assert command(picture)["state"] == "obeyed"


def test_an_instance_that_is_silent_is_not_waited_for() -> None:
    late = START + 6 * SECOND
    picture = picture_of(status(instance="b"), status(late, instance="a"), sent(at=late))
    picture.tick(late)
    picture.observe(status(late + SECOND, instance="a", want="w1", outcome="done"))
    assert command(picture)["state"] == "obeyed"


def test_a_rejection_keeps_its_reason() -> None:
    picture = picture_of(status(), sent())
    picture.observe(status(START, want="w1", outcome="rejected", reason="It has no pause."))
    found = command(picture)
    assert (found["state"], found["reason"]) == ("rejected", "It has no pause.")


def test_without_an_answer_a_command_is_unanswered_and_may_still_be_obeyed() -> None:
    picture = picture_of(status(), sent())
    picture.tick(START + 10 * SECOND)
    found = command(picture)
    assert (found["state"], found["reason"]) == ("unanswered", "no report has named it")
    picture.observe(status(START + 20 * SECOND, want="w1", outcome="done"))
    found = command(picture)
    assert (found["state"], found["reason"]) == ("obeyed", None)


def test_a_command_that_was_heard_is_waited_for() -> None:
    picture = picture_of(status(), sent(), status(want="w1"))
    picture.tick(START + 60 * SECOND)
    assert command(picture)["state"] == "sent"


def test_a_newer_wish_replaces_an_older_one_that_is_open() -> None:
    picture = picture_of(status(), sent("w1"), sent("w2", "resume"))
    found = command(picture, "w1")
    assert (found["state"], found["reason"]) == ("unanswered", "a newer wish replaced it")
    assert command(picture, "w2")["state"] == "sent"


def test_starting_a_process_replaces_no_wish() -> None:
    start = seen.CommandSeen(START, "p1", "quality", "start", "obeyed")
    picture = picture_of(status(), sent("w1"), start)
    assert command(picture, "w1")["state"] == "sent"


def test_hearing_again_that_it_was_sent_takes_no_answer_back() -> None:
    picture = picture_of(status(), sent(), status(want="w1", outcome="done"), sent())
    assert command(picture)["state"] == "obeyed"


def test_the_newest_50_are_kept() -> None:
    picture = picture_of(*(sent(f"w{n}") for n in range(MAX_COMMANDS + 7)))
    assert list(picture.shown().commands) == [f"w{n}" for n in range(7, MAX_COMMANDS + 7)]
