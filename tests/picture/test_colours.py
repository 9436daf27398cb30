"""Which colour a group has: by its name, wherever and in whatever company it is seen."""

from __future__ import annotations

from dashboard.picture import observations as seen
from dashboard.picture.colours import COLOURS, Colours
from tests.picture.sights import START, group, picture_of, survey, topics

LINE = ("quality", "inventory", "shipping", "analytics")
ENDS: dict[seen.Partition, int | None] = {("parts", 0): 1}


class Watched:
    """A picture in which groups come and go."""

    def __init__(self) -> None:
        self.picture = picture_of(topics(parts=1))
        self.at = START

    def look(self, *names: str) -> dict[str, int]:
        self.at += 1
        groups = (group(name, {("parts", 0): 1}) for name in names)
        self.picture.observe(survey(self.at, *groups, ends=ENDS))
        return self.colours()

    def declare(self, *names: str) -> dict[str, int]:
        self.at += 1
        services = {n: seen.DeclaredService(("parts",), (), n, (f"{n}-1",)) for n in names}
        self.picture.observe(
            seen.DeclarationSeen(self.at, "Parts line", None, "parts", ("parts",), services)
        )
        return self.colours()

    def colours(self) -> dict[str, int]:
        return {one["name"]: one["colour"] for one in self.picture.shown().groups.values()}


def alike() -> tuple[str, str]:
    """Two names that give the same colour, in the order of the alphabet."""
    had: dict[int, str] = {}
    for number in range(10, 99):
        name = f"group-{number}"
        if (colour := Watched().look(name)[name]) in had:
            return had[colour], name
        had[colour] = name
    raise AssertionError("ninety names have ninety of eight colours")


def test_one_name_has_one_colour_whether_a_demonstration_declares_it_or_a_watch_finds_it() -> None:
    declared = Watched()
    declared.declare(*LINE[:3])
    assert declared.look(*LINE) == {name: n for n, name in enumerate(LINE)}
    assert Watched().look(*sorted(LINE)) == declared.colours()
    for name in LINE:
        assert Watched().look(name) == {name: declared.colours()[name]}


def test_a_group_keeps_its_colour_for_as_long_as_it_is_known() -> None:
    first, second = alike()
    watched = Watched()
    colour = watched.look(second)[second]
    both = watched.look(first, second)
    assert both[second] == colour != both[first]
    assert watched.look(first) == {first: both[first]}
    assert watched.look(first, second) == both


def test_what_a_document_declares_chooses_before_all_others() -> None:
    first, second = alike()
    watched = Watched()
    found = watched.look(first, second)
    declared = watched.declare(second)
    assert declared[second] == found[first] != declared[first]


def test_no_two_have_one_number_and_none_is_used_twice_before_all_were_once() -> None:
    names = [f"group-{n}" for n in range(50)]
    colours = Colours()
    colours.settle(names)
    numbers = {colours.of(name) for name in names}
    assert len(numbers) == len(names)
    whole = len(names) // COLOURS * COLOURS
    assert numbers >= set(range(whole))
    assert max(numbers) < whole + COLOURS
