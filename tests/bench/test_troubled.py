"""The line that is replayed for days: what happens to it is seen, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bench.parts.replaying import PAUSE_SECONDS, STEPS_A_SECOND, WRITES
from bench.parts.troubled import (
    AGAIN,
    ANEW_EVERY_HOURS,
    HOUR_SECONDS,
    KEPT,
    LABELS,
    TroubledLine,
    beginning,
)
from dashboard.picture.picture import Picture
from dashboard.picture.shown import Shown
from tests.kafka.bench_runs import line_of, printed


class Played:
    """The line, and the picture of it, from one moment of an hour to another."""

    def __init__(self) -> None:
        self.line = TroubledLine()
        self.picture: Picture = beginning(self.line)

    def skip_to(self, second: int) -> None:
        self.line.second = second
        self.line.step = second * STEPS_A_SECOND

    def play_to(self, second: int) -> Shown:
        while self.line.second < second:
            for observation in self.line.next_second():
                self.picture.observe(observation)
            self.picture.tick(self.line.at)
        return self.picture.shown()

    def around(self, second: int, after: int = PAUSE_SECONDS + 1) -> Shown:
        self.skip_to(second - 2)
        return self.play_to(second + after)


@pytest.fixture(scope="module")
def played() -> Played:
    played = Played()
    played.play_to(5)
    return played


def accounted_for(played: Played, shown: Shown) -> tuple[Any, ...]:
    ledger = shown.ledger
    missing = len(WRITES) * played.line.scanned - ledger["handled"] - ledger["waiting"]
    return missing, ledger["lost"]


def test_an_hour_of_troubles_is_seen_and_nothing_is_lost(played: Played) -> None:
    assert "g:reader-0" in played.around(300).groups
    shown = played.around(600)
    assert (shown.topics["t:orders-0"]["end"], "s:shop-0" in shown.services) == (8, True)
    assert "g:reader-0" not in played.around(900).groups
    assert "t:orders-0" not in played.around(1_200).topics
    assert played.around(1_530, after=1).services["s:quality"]["state"] == "crashed"
    shown = played.play_to(1_555)
    assert shown.services["s:quality"]["state"] == "running"
    assert shown.ledger["services"]["quality"]["duplicates"] == AGAIN
    assert played.around(2_100, after=1).cluster["reachable"] is False
    assert played.around(2_110).cluster["reachable"] is True
    played.around(2_700)
    assert played.line.ahead < 0
    assert accounted_for(played, played.play_to(2_720)) == (0, 0)


def test_retention_cuts_what_was_read_and_a_topic_is_made_anew(played: Played) -> None:
    played.skip_to(HOUR_SECONDS)
    played.play_to(HOUR_SECONDS + KEPT // STEPS_A_SECOND * 3 // 2)
    played.around(HOUR_SECONDS + 3_000)
    assert played.line.starts[WRITES["inventory"], 0] > 0
    shown = played.around((ANEW_EVERY_HOURS - 1) * HOUR_SECONDS + 3_300)
    assert shown.topics[f"t:{LABELS}"]["topic_id"].endswith("-1")
    assert shown.topics[f"t:{LABELS}"]["end"] <= (PAUSE_SECONDS + 3) * STEPS_A_SECOND
    assert accounted_for(played, shown) == (0, 0)


def test_the_script_prints_its_figures_beside_their_baselines() -> None:
    told = printed("days.py", "--quick")
    assert "before anything" in line_of(told, "memory in the end")
    assert line_of(told, "handlings unaccounted for").split()[3:7] == ["0", "at", "most", "0:"]
