from __future__ import annotations

from dashboard.picture import observations as seen
from dashboard.picture.disturbances import doing
from dashboard.picture.kept_reports import MAX_REPORTS
from dashboard.picture.reports import MAX_COURSES, Reports
from tests.picture.sights import Line, process, wish


def line_at_work() -> Line:
    line = Line()
    line.seconds(12)
    return line


def paused(seconds: int = 10) -> Line:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(seconds, done=0)
    return line


def test_a_calm_line_has_no_report() -> None:
    assert line_at_work().shown().reports == {}


def test_a_pause_opens_a_report_that_follows_the_backlog() -> None:
    line = paused(10)
    report = line.only_report()
    assert (report["service"], report["group"], report["kind"]) == ("quality", "quality", "pause")
    assert (report["state"], report["lag_before"], report["lag_highest"]) == ("down", 0, 80)
    assert report["growth_per_second"] is not None
    assert (report["resumed_at"], report["ended_at"], report["catch_up_seconds"]) == (None,) * 3


def test_what_had_grown_before_a_pause_is_no_speed_of_it() -> None:
    line = line_at_work()
    line.phase, line.want = "paused", "paused"
    line.say()
    line.made += 50
    line.pass_time(0.1)
    line.survey()
    line.pass_time(5)
    line.survey()
    report = line.only_report()
    assert (report["lag_highest"], report["growth_per_second"]) == (50, None)
    line.seconds(10, done=0)
    assert (line.only_report()["lag_highest"], line.only_report()["growth_per_second"]) == (
        130,
        5.3,
    )


def test_after_the_resume_it_is_catching_up() -> None:
    line = paused(10)
    line.phase = "running"
    line.second(done=20)
    report = line.only_report()
    assert (report["state"], report["resumed_at"]) == ("catching up", line.now)
    assert report["down_seconds"] == 10.0


def test_two_surveys_at_the_old_lag_are_calm() -> None:
    line = paused(10)
    began_at = line.only_report()["began_at"]
    line.phase = "running"
    for done in (28, 28, 28, 28):
        line.second(done=done)
    calm_at = line.now
    assert line.only_report()["state"] == "catching up"
    line.second()
    report = line.only_report()
    assert (report["state"], report["began_at"], report["ended_at"]) == (
        "recovered",
        began_at,
        calm_at,
    )
    assert report["catch_up_seconds"] == 3.0
    assert report["catch_up_rate"] == round((112 - 0) / 3.0, 1)
    assert (report["handled"], report["lost"], report["duplicates"]) == (120, 0, 0)


def test_one_survey_at_the_old_lag_is_not_calm() -> None:
    line = paused(5)
    line.phase = "running"
    line.second(done=48)
    line.second(done=0)
    line.second(done=16)
    assert line.only_report()["state"] == "catching up"
    line.second()
    assert line.only_report()["state"] == "recovered"


def test_calm_is_the_largest_lag_of_the_ten_seconds_before() -> None:
    line = Line()
    line.seconds(8)
    line.second(done=0)
    line.second(done=16)
    line.phase = "paused"
    line.seconds(5, done=0)
    assert line.only_report()["lag_before"] == 8
    line.phase = "running"
    line.second(done=40)
    line.second()
    report = line.only_report()
    assert (report["state"], report["lag_before"]) == ("recovered", 8)


def test_a_crash_has_a_report_and_starting_is_not_yet_back() -> None:
    line = line_at_work()
    line.picture.observe(process(line.now, "crashed"))
    line.seconds(3, done=0)
    report = line.only_report()
    assert (report["kind"], report["state"]) == ("crash", "down")
    line.picture.observe(process(line.now, "running", pid=200))
    line.pass_time(1)
    assert line.only_report()["state"] == "down"
    line.say(pid=200)
    assert line.only_report()["state"] == "catching up"


def test_a_pause_that_was_refused_leaves_no_report() -> None:
    line = line_at_work()
    line.picture.observe(wish(line.now))
    line.say()
    assert line.service()["state"] == "pausing"
    assert line.shown().reports == {}, "nobody knows yet whether it comes"
    line.picture.observe(wish(line.now, "running", id="w2"))
    line.say()
    assert line.shown().reports == {}


def test_going_down_again_while_catching_up_goes_on_in_the_same_report() -> None:
    line = paused(5)
    line.phase = "running"
    line.second(done=10)
    line.phase = "paused"
    line.seconds(4, done=0)
    assert line.only_report()["state"] == "down"
    line.phase = "running"
    line.second(done=line.made - line.done + 8)
    line.second()
    report = line.only_report()
    assert (report["state"], report["down_seconds"]) == ("recovered", 9.0)


def test_a_cluster_that_is_away_disturbs_no_service_and_has_a_report_of_its_own() -> None:
    line = line_at_work()
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1"))
    began_at = line.now
    line.pass_time(60)
    report = line.only_report()
    assert (report["kind"], report["service"], report["group"]) == ("broker", "Kafka", None)
    assert (report["state"], report["began_at"]) == ("down", began_at)


def test_a_service_that_has_never_run_here_gets_no_report() -> None:
    line = Line()
    line.phase = "paused"
    line.seconds(5, done=0)
    assert line.shown().reports == {}


def test_a_pause_before_the_first_survey_has_a_report_all_the_same() -> None:
    """Pressed as soon as the button is there: nothing was measured yet."""
    line = Line()
    line.say()
    line.phase = "paused"
    line.say()
    began_at = line.now
    line.seconds(5, done=0)
    report = line.only_report()
    assert (report["kind"], report["state"], report["began_at"]) == ("pause", "down", began_at)
    line.phase = "running"
    line.second(done=line.made - line.done + 8)
    line.seconds(2)
    report = line.only_report()
    assert (report["state"], report["handled"], report["lost"]) == ("recovered", 56, 0)


def test_a_service_that_reads_nothing_and_writes_nothing_gets_no_report() -> None:
    line = line_at_work()
    line.say(service="scanner", groups=(), writes=())
    line.second()
    line.say(service="scanner", groups=(), writes=(), phase="paused")
    line.seconds(3)
    assert line.shown().reports == {}


def test_a_loss_on_the_way_is_in_the_report() -> None:
    line = paused(5)
    line.phase = "running"
    line.handled = line.done
    line.second(done=48)
    line.second()
    report = line.only_report()
    assert (report["state"], report["lost"], report["handled"]) == ("recovered", 56, 0)


def test_a_report_outlives_the_groups_absence_from_a_survey() -> None:
    line = paused(5)
    line.picture.observe(
        seen.SurveySeen(line.now, 0.0, 0.25, (), {("parts", 0): 0}, {("parts", 0): line.made})
    )
    line.phase = "running"
    line.second(done=48)
    line.second()
    assert line.only_report()["state"] == "recovered"


def test_the_newest_reports_are_kept() -> None:
    line = Line()
    for _ in range(MAX_REPORTS + 5):
        line.phase = "running"
        line.seconds(3)
        line.phase = "paused"
        line.second(done=0)
        line.phase = "running"
        line.second(done=16)
    reports = list(line.shown().reports.values())
    assert len(reports) == MAX_REPORTS
    line.seconds(2)
    assert reports[-1]["began_at"] > reports[0]["began_at"]


def test_services_that_no_survey_ever_measures_have_a_cap() -> None:
    reports = Reports()
    for number in range(MAX_COURSES + 5):
        reports.doing(number, f"service-{number}", doing({"service-1": "running"}))
    assert len(reports._courses) == MAX_COURSES
