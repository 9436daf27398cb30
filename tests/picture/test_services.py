"""What is shown of a service, by whatever way it is known."""

from __future__ import annotations

from dashboard.picture import observations as seen
from dashboard.picture.services import MAX_INSTANCES, MAX_SERVICES, MAX_WISHES
from tests.picture.declared import QUALITY, declaration, service
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    group,
    picture_of,
    process,
    reader_status,
    status,
    survey,
    topics,
    wish,
)


def test_a_service_that_reports_is_shown_with_all_it_says() -> None:
    report = reader_status(
        writes=("graded",), facts={"grade": "A"}, failed=2, pid=77, handling_for_seconds=3.9
    )
    found = service(topics(parts=1, graded=1), report)
    assert (found["kit"], found["declared"], found["state"]) == (True, False, "running")
    assert (found["reads"], found["writes"], found["groups"]) == (
        ["parts"],
        ["graded"],
        ["quality"],
    )
    assert (found["facts"], found["failed"], found["up"], found["of"]) == ({"grade": "A"}, 2, 1, 1)
    (instance,) = found["instances"]
    assert (instance["instance"], instance["pid"], instance["handling_for"]) == ("quality-1", 77, 3)


def test_a_declared_service_stands_there_before_it_says_anything() -> None:
    found = service(declaration(quality=QUALITY))
    assert (found["declared"], found["kit"], found["state"]) == (True, False, "unknown")
    assert (found["reads"], found["writes"], found["of"]) == (["parts"], ["graded"], 1)


def test_a_service_shows_its_worst_instance_and_how_many_are_up() -> None:
    found = service(
        status(instance="quality-1"),
        status(instance="quality-2", assigned=False),
        status(instance="quality-3"),
    )
    assert (found["state"], found["up"], found["of"]) == ("starting", 3, 3)
    assert found["in_state"] == 1
    assert found["reason"] == "waits for its partitions"
    found = service(
        status(instance="quality-1"), process(START, "crashed", instance="quality-2", pid=5)
    )
    assert (found["state"], found["up"], found["of"]) == ("crashed", 1, 2)


def test_an_instance_says_whether_the_group_still_counts_it() -> None:
    line = Line()
    line.second()
    (instance,) = line.service()["instances"]
    assert instance["group"] == "in"
    left = group(committed={("parts", 0): 1}, members=("m2",))
    line.picture.observe(survey(line.now, left, ends={("parts", 0): 1}))
    (instance,) = line.service()["instances"]
    assert instance["group"] == "left"


def test_a_service_without_the_kit_is_what_its_group_says() -> None:
    declared = seen.DeclaredService(("parts",), (), "quality", ())
    members: tuple[tuple[seen.GroupState, str], ...] = (
        ("reading", "reading"),
        ("no members", "no members"),
        ("rebalancing", "rebalancing"),
        ("unknown", "unknown"),
    )
    for state, expected in members:
        facts = group(committed={("parts", 0): 1}, state=state)
        found = service(
            declaration(quality=declared),
            topics(parts=1),
            survey(START, facts, ends={("parts", 0): 1}),
        )
        assert (found["state"], found["kit"]) == (expected, False)


def test_the_lag_of_a_service_is_the_sum_over_its_groups() -> None:
    groups = (seen.StatusGroup("a", None, ("parts",)), seen.StatusGroup("b", None, ("parts",)))
    known = group("a", {("parts", 0): 5})
    found = service(
        topics(parts=1), status(groups=groups), survey(START, known, ends={("parts", 0): 9})
    )
    assert (found["lag"], found["at_least"], found["groups"]) == (4, True, ["a", "b"])


def test_services_instances_and_wishes_have_caps() -> None:
    picture = picture_of()
    for n in range(MAX_SERVICES + 10):
        picture.observe(status(service=f"s{n}"))
    for n in range(MAX_INSTANCES + 10):
        picture.observe(status(service="s0", instance=f"i{n}"))
    for n in range(MAX_WISHES + 10):
        picture.observe(wish(START, service=f"w{n}"))
    shown = picture.shown()
    assert len(shown.services) == MAX_SERVICES
    assert shown.services["s:s0"]["of"] == MAX_INSTANCES
    assert len(picture._known.services._wishes) == MAX_WISHES
    assert picture._known.services.wish(f"w{MAX_WISHES + 9}") is not None


def test_a_state_of_the_process_began_when_the_process_says() -> None:
    picture = picture_of(reader_status(), process(START + 3 * SECOND, "crashed", since_at=START))
    (instance,) = picture.shown().services["s:quality"]["instances"]
    assert instance["since_at"] == START


def test_a_restarted_process_waits_for_its_partitions_before_it_does_anything_else() -> None:
    asked = wish(START, "running")
    waiting = reader_status(START + SECOND, phase="paused", want="w1", assigned=False)
    found = service(asked, waiting)
    assert (found["state"], found["reason"]) == ("starting", "waits for its partitions")


ANALYTICS = seen.DeclaredService(
    ("parts",), ("sums",), "analytics", ("analytics-1",), on_request=True
)


def test_a_service_that_starts_on_request_stands_aside_until_it_is_started() -> None:
    """Its tile says what it would read; the belts and the books know nothing of it yet."""
    left_over = group("analytics", {("parts", 0): 1}, state="no members")
    picture = picture_of(
        declaration(quality=QUALITY, analytics=ANALYTICS),
        topics(parts=1, sums=1),
        process(START, "stopped", "analytics"),
        survey(START, left_over, ends={("parts", 0): 9, ("sums", 0): 0}),
        owns_processes=True,
    )
    shown = picture.shown()
    found = shown.services["s:analytics"]
    assert (found["on_request"], found["ever_started"], found["state"]) == (True, False, "stopped")
    assert (found["reads"], found["writes"]) == (["parts"], ["sums"])
    assert found["actions"]["start"] is None
    assert "g:analytics" not in shown.groups
    assert not [edge for edge in shown.edges if "analytics" in edge]
    assert "analytics" not in shown.ledger["services"]

    picture.observe(process(START + SECOND, "running", "analytics"))
    shown = picture.shown()
    assert shown.services["s:analytics"]["ever_started"] is True
    assert shown.groups["g:analytics"]["owner"] == "s:analytics"
    assert {"w:s:analytics>t:sums", "r:t:parts>g:analytics"} <= shown.edges.keys()

    picture.observe(process(START + 2 * SECOND, "stopped", "analytics"))
    assert picture.shown().services["s:analytics"]["ever_started"] is True


def test_one_that_was_plugged_in_in_an_earlier_run_stands_aside_again() -> None:
    """Its words of then are still in the log, and its group in the cluster: nobody is there."""
    picture = picture_of(
        declaration(quality=QUALITY, analytics=ANALYTICS),
        topics(parts=1, sums=1),
        reader_status(START, "analytics", live=False),
        process(START, "stopped", "analytics"),
        survey(
            START,
            group("analytics", {("parts", 0): 1}, state="no members"),
            ends={("parts", 0): 9, ("sums", 0): 0},
        ),
        owns_processes=True,
    )
    shown = picture.shown()
    found = shown.services["s:analytics"]
    assert (found["ever_started"], found["lag"]) == (False, 8), "what came since is known"
    assert "g:analytics" not in shown.groups
    assert not [edge for edge in shown.edges if "analytics" in edge]
    assert "analytics" not in shown.ledger["services"]
    picture.observe(reader_status(START + SECOND, "analytics"))
    assert picture.shown().services["s:analytics"]["ever_started"] is True


def test_a_twin_says_whose_double_it_is() -> None:
    twin = seen.DeclaredService(
        (), (), None, ("quality-direct-1",), on_request=True, twin_of="quality"
    )
    found = service(declaration(**{"quality-direct": twin}), name="quality-direct")
    assert (found["twin_of"], found["on_request"]) == ("quality", True)


def test_an_instance_that_was_scaled_away_is_gone_with_its_last_word() -> None:
    picture = picture_of(declaration(quality=QUALITY), process(START, "running"))
    picture.observe(process(START, "running", instance="quality-2", pid=5))
    assert picture.shown().services["s:quality"]["of"] == 2
    picture.observe(process(START, "stopped", instance="quality-2", pid=5))
    assert picture.shown().services["s:quality"]["of"] == 1


def test_an_instance_that_was_only_declared_is_gone_with_its_declaration() -> None:
    two = seen.DeclaredService(("parts",), (), "quality", ("quality-1", "quality-2"))
    picture = picture_of(declaration(quality=two), status(instance="quality-3"))
    picture.observe(declaration(quality=QUALITY))
    instances = picture.shown().services["s:quality"]["instances"]
    assert [one["instance"] for one in instances] == ["quality-1", "quality-3"]


def test_a_declaration_that_is_said_again_changes_no_colour() -> None:
    picture = picture_of(declaration(quality=QUALITY), topics(parts=1))
    others = [group(name, {("parts", 0): 1}) for name in ("zebra", "apple")]
    picture.observe(survey(START, *others[:1], ends={("parts", 0): 9}))
    picture.observe(survey(START, *others, ends={("parts", 0): 9}))
    before = {name: each["colour"] for name, each in picture.shown().groups.items()}
    picture.observe(declaration(quality=QUALITY))
    assert {name: each["colour"] for name, each in picture.shown().groups.items()} == before
