"""What a source has published while it was disturbed: by which counts, and from when to when."""

from __future__ import annotations

from dashboard.picture import observations as seen
from tests.picture.sights import SECOND, event, reader_status, topics
from tests.picture.source_line import Source, paused, resumed


def test_what_others_write_to_the_same_log_is_not_its_own() -> None:
    line = Source()

    def other_writes() -> None:
        one = event("parts", line.made, source="other", seen_at=line.now)
        line.picture.observe(seen.EventsSeen(line.now, (one,)))
        line.made += 1

    other_writes()
    line.move()
    line.tell(phase="paused")
    other_writes()
    line.move(made=0, done=1)
    assert line.told()["published"] == 0
    line.picture.observe(seen.SamplingSeen(line.now, frozenset(("parts",)), 0))
    line.move(made=0)
    assert line.told()["published"] is None, "of two writers, and not all was read"


def test_where_another_begins_to_write_what_is_its_own_is_not_known_from_before() -> None:
    line = paused(1)
    one = event("parts", line.made, source="other", seen_at=line.now)
    line.picture.observe(seen.EventsSeen(line.now, (one,)))
    line.move(made=0, done=0)
    assert line.told()["published"] is None


def test_a_log_that_was_made_anew_tells_nothing_of_what_was_published() -> None:
    line = paused(2)
    line.picture.observe(topics(line.now, graded=1))
    line.move(made=0, done=0)
    assert line.told()["published"] is None


def more_made(line: Source, made: int) -> None:
    """Between two surveys."""
    line.now += SECOND // 2
    found = [event("parts", line.made + n, seen_at=line.now) for n in range(made)]
    line.made += made
    line.picture.observe(seen.EventsSeen(line.now, tuple(found)))


def test_what_was_published_between_the_survey_before_and_the_pause_is_not_of_it() -> None:
    line = Source()
    more_made(line, 7)
    line.tell(phase="paused")
    assert line.told()["published"] is None, "nothing was counted since it began"
    line.move(made=0)
    assert line.told()["published"] == 0
    line.move(made=2)
    assert line.told()["published"] == 2
    for _ in range(2):
        line.move(made=0)
    assert resumed(line)["published"] == 2


def test_a_survey_of_before_it_began_that_comes_late_does_not_count() -> None:
    line = Source()
    more_made(line, 7)
    line.tell(phase="paused")
    paused_at = line.now
    line.now -= 1
    line.survey()
    assert line.told()["published"] is None
    line.now = paused_at
    line.move(made=0)
    assert line.told()["published"] == 0


def test_a_topic_that_is_found_to_be_its_own_later_does_not_count_at_once() -> None:
    line = Source()
    line.graded = 5_000
    line.move()
    line.graded = 9_000
    line.move()
    line.tell(ms_per_event=500.0)
    line.move(made=2)
    assert line.told("slow")["published"] == 2
    # Nobody else writes it, and it was counted all along.
    line.say = lambda **more: None  # type: ignore[method-assign]
    line.picture.observe(reader_status(line.now))
    line.tell(writes=("parts", "graded"))
    line.move(made=2)
    assert line.told("slow")["published"] is None, "by which logs it is counted has changed"
    for _ in range(4):
        line.move(made=2)
    line.tell(phase="paused")
    assert line.told()["rate_before"] == 2.0


def of_two_writers() -> Source:
    """What scanner publishes is counted by its headers: another writes to the same log."""
    line = Source()
    other = event("parts", line.made, source="other", seen_at=line.now)
    line.made += 1
    line.picture.observe(seen.EventsSeen(line.now, (other,)))
    return line


def test_a_time_in_which_it_was_not_known_what_it_published_is_not_said_to_be_quiet() -> None:
    line = of_two_writers()
    line.tell(phase="paused")
    for sampled in ((), ("parts",), ()):
        line.picture.observe(seen.SamplingSeen(line.now, frozenset(sampled), 0))
        line.move(made=0)
    found = resumed(line)
    assert (found["state"], found["quiet_seconds"]) == ("recovered", None)
    assert found["again_seconds"] == 1.0


def test_a_time_in_which_it_was_not_known_what_it_published_makes_no_rate_lower() -> None:
    line = of_two_writers()
    for sampled in (("parts",), ("parts",), (), ()):
        line.picture.observe(seen.SamplingSeen(line.now, frozenset(sampled), 0))
        line.move()
    line.tell(phase="paused")
    assert line.told()["rate_before"] == 8.0
