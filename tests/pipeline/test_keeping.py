"""Recovery reports that outlive the process."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard import keeping
from dashboard.keeping import ReportKeeper
from dashboard.live.hub import Hub
from dashboard.models import RecoveryReport
from dashboard.picture.observations import Observation, TopicFacts, TopicsSeen, WorkerSeen
from dashboard.picture.picture import Picture
from dashboard.picture.stretch import with_all_fields
from dashboard.pipeline import Pipeline
from tests.conftest import now_ms
from tests.picture.direct_line import Direct
from tests.waiting import until

pytestmark = pytest.mark.django_db


def keeper(place: str = "here") -> ReportKeeper:
    return ReportKeeper(place)


def report(began_at: int, state: str = "recovered") -> dict[str, Any]:
    told = {"id": f"r{began_at}", "began_at": began_at, "state": state, "lost": 0}
    return with_all_fields(told)


def reports(*given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in given}


def test_finished_reports_come_back_and_unfinished_ones_do_not() -> None:
    keeper().keep(reports(report(1), report(2, "down"), report(3, "catching up"), report(4)))
    assert keeper().load() == reports(report(1), report(4))


def test_what_an_earlier_version_did_not_tell_is_not_known() -> None:
    line = Direct()
    line.pause("quality-d")
    (now,) = line.reports()
    keeper().keep({"r1": {"id": "r1", "began_at": 1, "state": "recovered", "lost": 0}})
    found = keeper().load()["r1"]
    assert found.keys() == now.keys()
    assert (found["lost"], found["direct"], found["again_seconds"]) == (0, False, None)


def test_a_report_is_written_once_and_the_newest_word_counts() -> None:
    one = keeper()
    one.keep(reports(report(1)))
    one.keep(reports(report(1), report(2)))
    again = keeper()
    again.keep(reports(report(1) | {"lost": 3}))
    assert RecoveryReport.objects.count() == 2
    assert keeper().load()["r1"]["lost"] == 3


def test_reports_of_another_place_are_kept_apart() -> None:
    keeper("there").keep(reports(report(1)))
    keeper("here").keep(reports(report(1) | {"lost": 9}))
    assert keeper("here").load()["r1"]["lost"] == 9
    assert keeper("there").load()["r1"]["lost"] == 0
    assert keeper("nowhere").load() == {}


def test_what_is_forgotten_is_gone_here_and_kept_elsewhere_and_new_ones_are_kept_again() -> None:
    here = keeper("here")
    here.keep(reports(report(1)))
    keeper("there").keep(reports(report(1)))
    here.forget()
    assert keeper("here").load() == {}
    assert keeper("there").load() == reports(report(1))
    here.keep(reports(report(1)))
    assert keeper("here").load() == reports(report(1))


def test_the_number_kept_is_bounded_and_the_oldest_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "MAX_KEPT", 3)
    keeper("there").keep(reports(report(0)))
    for began_at in range(1, 8):
        keeper().keep(reports(report(began_at)))
    assert list(keeper().load()) == ["r5", "r6", "r7"]
    assert list(keeper("there").load()) == ["r0"]


@pytest.mark.django_db(transaction=True)
def test_what_is_finished_at_the_very_end_is_kept_too() -> None:
    picture = Pipeline(Hub(), Picture(started_at=now_ms()), reports(report(1)))
    last = keeper()
    last.start(picture.view, lambda _seen: None)
    last.stop()
    assert list(keeper().load()) == ["r1"]


@pytest.mark.django_db(transaction=True)
def test_one_that_cannot_be_kept_ends_nothing_and_is_tried_again_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr("dashboard.worker.HOLDS_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "BACKOFF_SECONDS", (0.01,))
    tried: list[int] = []
    told: list[Observation] = []
    mine = keeper()

    def refuse(reports: object) -> None:
        tried.append(1)
        if len(tried) < 5:
            raise TypeError("a part of it is no JSON")

    monkeypatch.setattr(mine, "keep", refuse)
    picture = Pipeline(Hub(), Picture(started_at=now_ms()), reports(report(1)))
    mine.start(picture.view, told.append)
    until(lambda: len(tried) == 5, "it is tried until it succeeds")
    until(lambda: mine.told is not None and mine.told.ok, "and that it succeeds is told")
    mine.stop()
    failures = [seen.reason for seen in told if isinstance(seen, WorkerSeen) and not seen.ok]
    assert failures == ["It failed (a part of it is no JSON) and is tried again in 0.01 s."] * 4
    well = [seen.ok for seen in told if isinstance(seen, WorkerSeen)]
    assert well == [True, *[False] * 4, True], "well once it is written, not while it is tried"


def test_kept_reports_are_shown_beside_those_of_this_run() -> None:
    pipeline = Pipeline(Hub(), Picture(started_at=now_ms()), reports(report(1), report(2)))
    before = pipeline.view()
    assert dict(before.reports) == reports(report(1), report(2))
    pipeline.start()
    pipeline.observe(TopicsSeen(now_ms(), {"t": TopicFacts("id", 1)}))
    until(lambda: "t:t" in pipeline.view().topics, "a newer picture")
    pipeline.stop()
    assert pipeline.view().reports is before.reports, "the same map, so no delta carries it again"
