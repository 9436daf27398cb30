from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.services import MAX_INSTANCES, MAX_SERVICES, MAX_WISHES
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    event,
    group,
    picture_of,
    process,
    reader_status,
    shown_after,
    status,
    survey,
    topics,
    wish,
)


def declaration(**services: seen.DeclaredService) -> seen.DeclarationSeen:
    return seen.DeclarationSeen(START, "Line", None, "parts", ("parts",), services)


QUALITY = seen.DeclaredService(("parts",), ("graded",), "quality", ("quality-1",))


def service(*observations: seen.Observation, name: str = "quality", **more: bool) -> dict[str, Any]:
    return shown_after(*observations, **more).services[f"s:{name}"]


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


def test_a_process_that_has_not_reported_yet_is_starting_for_five_seconds() -> None:
    picture = picture_of(process(START, "running"))
    assert picture.shown().services["s:quality"]["state"] == "starting"
    picture.tick(START + 5 * SECOND)
    found = picture.shown().services["s:quality"]
    assert (found["state"], found["reason"]) == ("unknown", "no report for 5 s")


def test_silence_makes_a_service_unknown_and_a_minute_of_it_forgotten() -> None:
    picture = picture_of(reader_status())
    picture.observe(survey(START + 5 * SECOND, ends={("parts", 0): 0}))
    assert picture.shown().services["s:quality"]["state"] == "unknown"
    picture.tick(START + 59 * SECOND)
    assert "s:quality" in picture.shown().services
    picture.tick(START + 61 * SECOND)
    assert picture.shown().services == {}


def test_a_declared_service_is_never_forgotten() -> None:
    picture = picture_of(declaration(quality=QUALITY), reader_status())
    picture.tick(START + 3_600 * SECOND)
    picture.tick(START + 7_200 * SECOND)
    assert picture.shown().services["s:quality"]["state"] == "unknown"


def test_a_report_of_an_earlier_life_says_nothing_of_this_one() -> None:
    picture = picture_of(reader_status(pid=1))
    picture.observe(process(START + SECOND, "restarting", pid=None))
    picture.observe(process(START + 2 * SECOND, "running", pid=2))
    assert picture.shown().services["s:quality"]["state"] == "starting"
    picture.observe(reader_status(START + 2 * SECOND, pid=1))
    assert picture.shown().services["s:quality"]["state"] == "starting"
    picture.observe(reader_status(START + 3 * SECOND, pid=2))
    assert picture.shown().services["s:quality"]["state"] == "running"


def test_when_the_cluster_is_away_states_stay_as_of_when_it_was_heard() -> None:
    line = Line()
    line.phase = "paused"
    line.seconds(3)
    heard_at = line.now
    line.picture.observe(seen.ClusterSeen(line.now + 500, False, "b:1", reason="no answer"))
    line.pass_time(120)
    found = line.service()
    assert (found["state"], found["as_of_at"]) == ("paused", heard_at)
    assert found["lag"] is not None
    assert line.shown().cluster["as_of_at"] == heard_at


def test_after_the_cluster_came_back_silence_counts_from_then() -> None:
    line = Line()
    line.seconds(3)
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1"))
    line.pass_time(120)
    line.picture.observe(seen.ClusterSeen(line.now, True, "b:1"))
    assert (line.service()["state"], line.service()["as_of_at"]) == ("running", None)
    line.pass_time(5)
    line.survey()
    assert line.service()["state"] == "unknown"


def test_silence_while_the_cluster_itself_is_silent_makes_no_service_unknown() -> None:
    """It takes some seconds until an outage is noticed: until then nobody is blamed for it."""
    line = Line()
    line.phase = "paused"
    line.seconds(3)
    line.pass_time(6)
    assert line.service()["state"] == "paused"
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1", reason="no answer"))
    line.pass_time(60)
    assert line.service()["state"] == "paused"
    assert [report["service"] for report in line.shown().reports.values()] == ["Kafka"]


def test_silence_without_any_sign_of_the_cluster_is_doubted_only_for_so_long() -> None:
    line = Line()
    line.seconds(3)
    line.pass_time(19)
    assert line.service()["state"] == "running"
    line.pass_time(1)
    assert line.service()["state"] == "unknown"


def test_a_process_that_ended_is_known_even_while_the_cluster_is_away() -> None:
    picture = picture_of(reader_status(), seen.ClusterSeen(START, False, "b:1"))
    picture.observe(process(START + SECOND, "crashed", reason="killed"))
    found = picture.shown().services["s:quality"]
    assert (found["state"], found["reason"], found["as_of_at"]) == ("crashed", "killed", None)


def test_when_our_own_reader_fails_no_service_is_blamed() -> None:
    picture = picture_of(reader_status(), seen.WorkerSeen(START, "reader", False, "it failed"))
    picture.tick(START + 30 * SECOND)
    assert picture.shown().services["s:quality"]["state"] == "running"


def test_a_service_shows_its_worst_instance_and_how_many_are_up() -> None:
    found = service(
        status(instance="quality-1"),
        status(instance="quality-2", assigned=False),
        status(instance="quality-3"),
    )
    assert (found["state"], found["up"], found["of"]) == ("starting", 3, 3)
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
    assert actions["start"].startswith("Only the demonstration's own processes")


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


def test_the_options_that_are_wished_are_shown() -> None:
    found = service(reader_status(), wish(START, "running", options={"dedupe": True}))
    assert found["want"]["options"] == {"dedupe": True}
