"""Our answers beside those of kafka-consumer-groups, as it prints them."""

from __future__ import annotations

import pytest

from bench.parts.agreeing import Answer, agree, of_a_survey, of_the_tool
from bench.parts.script import CannotMeasure
from dashboard.cluster.offsets import Commits
from dashboard.picture.observations import Commit

HEAD = "GROUP  TOPIC  PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  HOST  CLIENT-ID"
PRINTED = (
    "Consumer group 'g-1' has no active members.",
    HEAD,
    "g-1    orders  0          7               10              3    -            -     -",
    "g-1    orders  1          -               4               -    -            -     -",
    HEAD,
    "g-2    orders  0          10              10              0    m-1          /10.0.0.1  c",
)
ENDS = {("orders", 0): 10, ("orders", 1): 4}


def ours(first: int) -> dict[str, Commits | str]:
    return {
        "g-1": Commits({("orders", 0): Commit(first)}),
        "g-2": Commits({("orders", 0): Commit(10)}),
        "g-3": "no answer",
    }


def test_every_row_of_the_tool_is_read_and_what_it_does_not_know_is_not_0() -> None:
    assert of_the_tool(PRINTED) == {
        ("g-1", ("orders", 0)): Answer(7, 10, 3),
        ("g-1", ("orders", 1)): Answer(None, 4, None),
        ("g-2", ("orders", 0)): Answer(10, 10, 0),
    }


def test_the_same_answers_agree() -> None:
    survey = of_a_survey(ours(7), dict.fromkeys(ENDS, 0), ENDS)
    assert agree(survey, of_the_tool(PRINTED)) == 2


@pytest.mark.parametrize("printed", [PRINTED, ()], ids=["another offset", "nothing"])
def test_another_answer_or_none_is_told(printed: tuple[str, ...]) -> None:
    survey = of_a_survey(ours(8 if printed else 7), dict.fromkeys(ENDS, 0), ENDS)
    with pytest.raises(CannotMeasure, match="g-1, orders 0"):
        agree(survey, of_the_tool(printed))
