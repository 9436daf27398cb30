"""A part of a service goes down: who, that the others went on, and when they had what it held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.some_of import MAX_HELD, MAX_NAMED, SomeOf
from tests.picture.reported import report
from tests.picture.sights import SECOND, START, Line, entry, group, process, status, survey, topics

NAMES = ("quality-1", "quality-2", "quality-3")
MEMBER = dict(zip(NAMES, ("m1", "m2", "m3"), strict=True))
ALL = (0, 1, 2)
PACE = 3


class Crew(Line):
    """quality as three instances that share three partitions; each second brings three parts."""

    def __init__(self) -> None:
        super().__init__()
        self.picture.observe(topics(parts=3, graded=1))
        quality = seen.DeclaredService(("parts",), ("graded",), "quality", NAMES)
        self.picture.observe(
            seen.DeclarationSeen(START, "Line", None, "parts", ("parts",), {"quality": quality})
        )
        self.holds: dict[str, tuple[int, ...]] = {"m1": (0,), "m2": (1,), "m3": (2,)}
        self.ends = dict.fromkeys(ALL, 0)
        self.reached = dict.fromkeys(ALL, 0)
        self.down: set[str] = set()
        for name in NAMES:
            self.picture.observe(process(self.now, "running", instance=name))
        for _ in range(12):
            self.move()

    def move(self) -> None:
        """One second; an instance that is not down handles of what it holds, PACE of each."""
        self.now += SECOND
        for name in (name for name in NAMES if name not in self.down):
            groups = (seen.StatusGroup("quality", MEMBER[name], ("parts",)),)
            self.picture.observe(status(self.now, instance=name, groups=groups))
        working = {MEMBER[name] for name in NAMES if name not in self.down}
        for number in ALL:
            self.ends[number] += 1
            if any(number in held for member, held in self.holds.items() if member in working):
                self.reached[number] = min(self.ends[number], self.reached[number] + PACE)
        self.picture.observe(self._survey())
        self.picture.tick(self.now)

    def _survey(self) -> seen.SurveySeen:
        places = {number: ("parts", number) for number in ALL}
        members = tuple(
            seen.Member(member, "client", "host", tuple(places[n] for n in held))
            for member, held in self.holds.items()
        )
        facts = seen.GroupFacts(
            group="quality",
            state="reading",
            protocol="consumer",
            members=members,
            committed={places[n]: seen.Commit(self.reached[n]) for n in ALL},
            ledger={places[n]: entry(self.reached[n]) for n in ALL},
        )
        return survey(self.now, facts, ends={places[n]: self.ends[n] for n in ALL})

    def crash(self, name: str) -> None:
        self.down.add(name)
        self.picture.observe(process(self.now, "crashed", instance=name, pid=None))

    def come_back(self, name: str) -> None:
        self.down.discard(name)
        self.picture.observe(process(self.now, "running", instance=name))

    def told(self, kind: str = "crash") -> dict[str, Any]:
        return report(self, kind)


def crashed_and_taken_over() -> Crew:
    crew = Crew()
    crew.crash("quality-2")
    for _ in range(6):
        crew.move()
    crew.holds = {"m1": (0, 1), "m3": (2,)}
    for _ in range(4):
        crew.move()
    return crew


def test_of_three_instances_the_one_that_crashed_is_named_and_the_others_went_on() -> None:
    crew = Crew()
    crew.crash("quality-2")
    crew.move()
    found = crew.told()
    assert (found["instances"], found["of"], found["went_on"]) == (["quality-2"], 3, True)
    assert (found["meanwhile"], found["taken_over_seconds"]) == (2, None)


def test_when_the_others_had_its_partitions_is_what_a_survey_of_the_group_found() -> None:
    found = crashed_and_taken_over().told()
    assert (found["state"], found["taken_over_seconds"]) == ("down", 7.0)
    assert (found["lag_highest"], found["lag"]) == (6, 0)
    assert found["meanwhile"] == 3 * 10


def test_it_is_caught_up_with_by_the_others_and_not_only_when_it_is_back() -> None:
    crew = crashed_and_taken_over()
    crew.come_back("quality-2")
    for _ in range(3):
        crew.move()
    found = crew.told()
    assert (found["state"], found["down_seconds"]) == ("recovered", 10.0)
    # At 3 events a second two of the six are less each second, from the seventh on.
    assert found["catch_up_seconds"] == 2.0
    assert found["catch_up_rate"] == (3 + 3 + 2 * 2) / 2
    assert (found["handled"], found["lost"]) == (3 * 12, 0)


def test_partitions_that_it_gets_back_itself_were_not_taken_over() -> None:
    crew = Crew()
    crew.crash("quality-2")
    for _ in range(3):
        crew.move()
    crew.picture.observe(process(crew.now, "running", instance="quality-2", pid=200))
    groups = (seen.StatusGroup("quality", "m9", ("parts",)),)
    crew.picture.observe(
        status(crew.now, instance="quality-2", pid=200, groups=groups, assigned=False)
    )
    crew.holds = {"m1": (0,), "m3": (2,), "m9": (1,)}
    crew.move()
    assert crew.told()["taken_over_seconds"] is None


def test_what_it_held_is_not_known_where_it_never_said_who_it_is() -> None:
    crew = Crew()
    crew.picture.observe(status(crew.now, instance="quality-2"))
    silent = (seen.StatusGroup("quality", None, ("parts",)),)
    crew.picture.observe(status(crew.now, instance="quality-2", groups=silent))
    crew.crash("quality-2")
    crew.holds = {"m1": (0, 1), "m3": (2,)}
    for _ in range(3):
        crew.move()
    found = crew.told()
    assert (found["instances"], found["taken_over_seconds"]) == (["quality-2"], None)


def test_a_second_one_that_crashes_meanwhile_is_in_the_same_report() -> None:
    crew = crashed_and_taken_over()
    crew.crash("quality-3")
    crew.move()
    found = crew.told()
    assert found["instances"] == ["quality-2", "quality-3"]
    assert (found["taken_over_seconds"], found["went_on"]) == (None, True), "what 3 held is not"


def test_others_that_stood_still_did_not_go_on() -> None:
    crew = Crew()
    for name in ("quality-1", "quality-3"):
        crew.down.add(name)
        crew.picture.observe(process(crew.now, "frozen", instance=name))
    crew.crash("quality-2")
    crew.move()
    assert (crew.told()["instances"], crew.told()["went_on"]) == (["quality-2"], False)
    assert crew.told("freeze")["instances"] == ["quality-1", "quality-3"]


def test_where_all_crash_the_report_is_of_the_service() -> None:
    crew = Crew()
    for name in NAMES:
        crew.crash(name)
    crew.move()
    found = crew.told()
    assert (found["instances"], found["of"], found["went_on"]) == (None, None, None)
    crew.come_back("quality-1")
    crew.move()
    assert crew.told()["instances"] is None, "two are down still, but it was all of them"


def test_where_each_crashes_once_but_never_all_it_is_no_report_of_the_service() -> None:
    crew = Crew()
    crew.crash("quality-1")
    for gone, back in (("quality-2", "quality-1"), ("quality-3", "quality-2")):
        crew.move()
        crew.crash(gone)
        crew.move()
        crew.come_back(back)
    crew.move()
    found = crew.told()
    assert (found["instances"], found["of"], found["went_on"]) == (list(NAMES), 3, True)
    assert found["meanwhile"] > 0


def test_one_that_is_down_while_the_others_are_scaled_away_is_named_still() -> None:
    crew = crashed_and_taken_over()
    alone = seen.DeclaredService(("parts",), ("graded",), "quality", NAMES[1:2])
    crew.picture.observe(
        seen.DeclarationSeen(crew.now, "Line", None, "parts", ("parts",), {"quality": alone})
    )
    for name in (NAMES[0], NAMES[2]):
        crew.down.add(name)
        crew.picture.observe(process(crew.now, "stopped", instance=name, pid=None))
    crew.holds = {}
    crew.move()
    crew.come_back("quality-2")
    crew.move()
    assert (crew.told()["instances"], crew.told()["of"]) == (["quality-2"], 3)


def test_all_that_are_down_at_once_are_the_service_also_where_some_are_being_restarted() -> None:
    crew = Crew()
    for name in NAMES:
        crew.crash(name)
        crew.picture.observe(process(crew.now, "restarting", instance=name, pid=None))
    crew.move()
    assert crew.told()["instances"] is None


def test_instances_that_a_report_names_have_a_cap_and_beyond_it_no_takeover_is_told() -> None:
    some = SomeOf(3)
    for number in range(MAX_NAMED + 5):
        name = f"quality-{number}"
        some.hit((name,), 3, down=(name,), others_work=True)
        for unnoted in some.unnoted():
            some.note(unnoted, f"m{number}", {"parts": [0]})
    told = some.wire(START)
    assert told["instances"] == [f"quality-{number}" for number in range(MAX_NAMED)]
    assert (told["more_instances"], some.whole) == (True, False)
    assert max(len(some._noted), len(some._members)) <= MAX_NAMED
    heir = seen.Member("m999", "client", "host", (("parts", 0),))
    some.members_seen(START, replace(group(), members=(heir,)), ())
    assert some.taken_over_at is None, "what those held that are not named is not known"


def test_what_they_held_is_remembered_up_to_a_cap() -> None:
    some = SomeOf(3)
    some.hit(("quality-1",), 3, down=("quality-1",), others_work=True)
    some.note("quality-1", "m1", {"parts": range(MAX_HELD + 1)})
    everything = tuple(("parts", number) for number in range(MAX_HELD + 1))
    assert not some._held
    heir = seen.Member("m2", "client", "host", everything)
    some.members_seen(START, replace(group(), members=(heir,)), ())
    assert some.taken_over_at is None
