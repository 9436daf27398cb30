"""Whether our answers and those of Kafka's own tool are the same, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bench.parts.script import CannotMeasure
from dashboard.cluster.offsets import Committed
from dashboard.picture.lag import Offsets, found
from dashboard.picture.observations import Partition

COLUMNS = ("GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG")
NOTHING = "-"
"""What the tool prints where there is no number."""


class Answer(NamedTuple):
    """Of one partition as one group reads it; None: not known."""

    committed: int | None
    end: int | None
    lag: int | None


Answers = dict[tuple[str, Partition], Answer]


def of_the_tool(lines: Iterable[str]) -> Answers:
    """The rows of `kafka-consumer-groups --describe`; each group comes with a head of its own."""
    answers: Answers = {}
    places: list[int] = []
    for line in lines:
        words = line.split()
        if words[: len(COLUMNS)] == list(COLUMNS):
            places = [words.index(column) for column in COLUMNS]
        elif places and len(words) > max(places) and words[places[2]].isdigit():
            group, topic, partition, *numbers = (words[place] for place in places)
            answers[group, (topic, int(partition))] = Answer(*map(_number, numbers))
    return answers


def _number(word: str) -> int | None:
    return None if word == NOTHING else int(word)


def of_a_survey(
    commits: Mapping[str, Committed],
    starts: Mapping[Partition, int | None],
    ends: Mapping[Partition, int | None],
) -> Answers:
    """What the picture would show of these commits and logs."""
    answers: Answers = {}
    for group, of_one in commits.items():
        if isinstance(of_one, str):
            continue
        for place, commit in of_one.known.items():
            offsets = Offsets(commit.offset, starts.get(place), ends.get(place))
            answers[group, place] = Answer(commit.offset, offsets.end, found(offsets).lag)
    return answers


def agree(ours: Answers, tools: Answers) -> int:
    """How many partitions of groups both tell of, the same; raises CannotMeasure where the tool
    says something else of one of ours, or nothing."""
    differ = [place for place, answer in ours.items() if tools.get(place) != answer]
    if differ:
        group, (topic, partition) = first = differ[0]
        raise CannotMeasure(
            f"Of {len(differ)} of {len(ours)} answers Kafka's own tool says something else. "
            f"Group {group}, {topic} {partition}: {ours[first]} here, {tools.get(first)} there."
        )
    return len(ours)
