"""Who holds which partition, and when there is none left for one more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.shares import held_by, none_left
from tests.picture.sights import SECOND, START, group, picture_of, process, status, survey, topics

EVERYTHING = [("parts", 0), ("parts", 1)]


def shared(*members: tuple[str, tuple[seen.Partition, ...]], **more: Any) -> seen.GroupFacts:
    facts = tuple(seen.Member(name, "client", "host", held) for name, held in members)
    return replace(group(committed={("parts", 0): 1, ("parts", 1): 1}, **more), members=facts)


ONE_EACH = shared(("m1", (("parts", 0),)), ("m2", (("parts", 1),)), ("m3", ()))


def test_a_member_holds_what_the_survey_says() -> None:
    facts = shared(("m1", (("parts", 2), ("parts", 0), ("other", 1))))
    assert held_by("m1", facts) == {"other": [1], "parts": [0, 2]}
    assert held_by("gone", facts) == {}
    assert held_by("m1", None) is None
    assert held_by("m1", replace(facts, members=None)) is None


def test_none_is_left_when_each_is_held_by_another_that_is_alive() -> None:
    assert none_left(ONE_EACH, EVERYTHING, {"m1", "m2"})


def test_what_will_come_free_or_is_not_settled_is_not_all_there_is() -> None:
    assert not none_left(ONE_EACH, EVERYTHING, {"m1"}), "m2 is dead, its partition comes free"
    assert not none_left(ONE_EACH, [*EVERYTHING, ("parts", 2)], {"m1", "m2"}), "one is free"
    both = shared(("m1", (("parts", 0), ("parts", 1))), ("m2", ()))
    assert not none_left(both, EVERYTHING, {"m1", "m2"}), "one of two is given away in a moment"
    assert not none_left(replace(ONE_EACH, state="rebalancing"), EVERYTHING, {"m1", "m2"})
    assert not none_left(replace(ONE_EACH, members=None), EVERYTHING, {"m1", "m2"})
    assert not none_left(shared(("m1", ())), [], {"m1"}), "nothing to read is not known to be held"


def say(number: int, at: int = START, **more: Any) -> seen.StatusSeen:
    groups = (seen.StatusGroup("quality", f"m{number}", ("parts",)),)
    fields: dict[str, Any] = {"instance": f"quality-{number}", "pid": number, "groups": groups}
    return status(at, **(fields | more))


SPARE = say(3, groups=(seen.StatusGroup("quality", None, ("parts",)),), assigned=False)
ENDS = dict.fromkeys(EVERYTHING, 1)


def test_more_instances_than_partitions_is_said_and_is_no_harm() -> None:
    picture = picture_of(topics(parts=2), say(1), say(2), SPARE, survey(START, ONE_EACH, ends=ENDS))
    found = picture.shown().services["s:quality"]
    assert (found["state"], found["reason"]) == ("running", "1 of 3 has no partition left")
    one, two, three = found["instances"]
    assert (one["partitions"], two["partitions"]) == ({"parts": [0]}, {"parts": [1]})
    assert (three["partitions"], three["reason"]) == ({}, "no partition left for it")
    assert [one["group"] for one in found["instances"]] == ["in", "in", None]


def test_while_a_dead_one_holds_its_partition_the_others_wait_for_it() -> None:
    picture = picture_of(
        *(topics(parts=2), say(1), say(2), SPARE, survey(START, ONE_EACH, ends=ENDS)),
        process(START + SECOND, "crashed", instance="quality-2", pid=2),
    )
    instances = picture.shown().services["s:quality"]["instances"]
    assert [one["state"] for one in instances] == ["running", "crashed", "starting"]
    assert instances[1]["partitions"] == {"parts": [1]}, "until its session is over"


def test_partitions_that_are_not_known_are_null() -> None:
    nameless = say(1, groups=(seen.StatusGroup("quality", None, ("parts",)),))
    found = picture_of(topics(parts=2), nameless, survey(START, ONE_EACH, ends=ENDS))
    (instance,) = found.shown().services["s:quality"]["instances"]
    assert instance["partitions"] is None
    (instance,) = picture_of(say(1)).shown().services["s:quality"]["instances"]
    assert instance["partitions"] is None


def test_a_new_life_without_a_member_id_says_nothing_of_the_one_before() -> None:
    picture = picture_of(topics(parts=2), say(1), say(3), survey(START, ONE_EACH, ends=ENDS))
    picture.observe(say(3, pid=33, groups=SPARE.groups, assigned=False))
    _, three = picture.shown().services["s:quality"]["instances"]
    assert three["group"] is None
