from bench.parts.replaying import PAUSE_EVERY_SECONDS, PAUSE_SECONDS, STEPS_A_SECOND, Line
from dashboard.picture.picture import Picture


def played(seconds: int) -> tuple[Line, Picture]:
    line = Line()
    picture = Picture(started_at=line.at, can_act=True, owns_processes=True)
    for observation in line.beginning():
        picture.observe(observation)
    for _ in range(seconds * STEPS_A_SECOND):
        for observation in line.next_step():
            picture.observe(observation)
        picture.tick(line.at)
    return line, picture


def test_the_replayed_line_runs_and_loses_nothing() -> None:
    line, picture = played(seconds=30)
    shown = picture.shown()
    assert {one["state"] for one in shown.services.values()} == {"running"}
    assert shown.ledger["lost"] == 0
    assert shown.topics["t:parts.scanned"]["end"] == line.scanned == 30 * STEPS_A_SECOND


def test_quality_is_paused_once_a_minute_and_catches_up() -> None:
    line, picture = played(seconds=PAUSE_EVERY_SECONDS + PAUSE_SECONDS // 2)
    assert picture.shown().services["s:quality"]["state"] == "paused"
    assert line.handled["quality"] < line.scanned
    line, picture = played(seconds=2 * PAUSE_EVERY_SECONDS - 1)
    shown = picture.shown()
    assert line.handled["quality"] == line.scanned
    assert [report["state"] for report in shown.reports.values()] == ["recovered"]
    assert len(shown.commands) == 2
