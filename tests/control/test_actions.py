"""What control refuses before it comes to Kafka or to a process. The rest is in tests/kafka."""

from __future__ import annotations

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.control.actions import Control
from dashboard.control.refusal import Refusal
from dashboard.control.whole import Whole
from dashboard.control.wishes import Wishes
from dashboard.picture.actions import (
    CLUSTER_ACTIONS,
    NOT_ANEW,
    NOT_OUR_KAFKA,
    NOT_OURS,
    STARTING_OVER,
)
from dashboard.picture.observations import (
    BrokerSeen,
    DeclarationSeen,
    DeclaredService,
    ProcessSeen,
    SurveySeen,
    WishSeen,
)
from dashboard.pipeline import Pipeline
from tests.conftest import now_ms
from tests.waiting import until


def refused(control: Control, service: str, action: str, **args: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        control.perform(service, action, args, by="test")
    assert "\n" not in caught.value.sentence
    return caught.value


def test_where_people_only_look_nothing_is_done(line: Pipeline) -> None:
    control = Control(acts=False, observe=line.observe, view=line.view)
    for action in ("pause", "resume", "slow", "rate", "start", "stop"):
        refusal = refused(control, "quality", action)
        assert refusal.status == 403
        assert "FLOWVIZ_CONTROL=1" in refusal.sentence
    for action in CLUSTER_ACTIONS:
        assert refused_whole(control, action).status == 403
    for everything in (control.pause_all, control.resume_all, control.right_all):
        with pytest.raises(Refusal, match="FLOWVIZ_CONTROL=1"):
            everything(by="test")
    assert line.view().commands == {}


def test_an_unknown_service_is_404_and_an_unknown_action_too(control: Control) -> None:
    assert refused(control, "nobody", "pause").status == 404
    assert refused(control, "quality", "explode").status == 404


def test_bad_arguments_are_422(control: Control) -> None:
    assert refused(control, "quality", "pause", seconds="soon").status == 422
    assert refused(control, "quality", "pause", minutes=1).status == 422
    assert refused(control, "quality", "slow").status == 422


def test_before_kafka_is_there_it_says_so(control: Control) -> None:
    refusal = refused(control, "quality", "pause")
    assert (refusal.status, refusal.sentence) == (
        503,
        "Kafka is not there yet. Try again when the page shows it.",
    )


def test_what_can_never_work_is_409_with_the_reason(control: Control) -> None:
    assert refused(control, "scanner", "slow", ms_per_event=5).status == 409
    assert refused(control, "quality", "start").status == 409
    assert refused(control, "quality", "stop").status == 409


def test_a_command_that_was_refused_leaves_no_trace(control: Control, line: Pipeline) -> None:
    refused(control, "quality", "pause", seconds=-1)
    refused(control, "nobody", "pause")
    seen = line.view()
    line.observe(SurveySeen(now_ms(), 0.01, 0.25, (), {}, {("parts.scanned", 0): 7}))
    until(lambda: line.view() is not seen, "a newer picture")
    assert line.view().commands == {}


class FakeBroker:
    """Stands for the embedded Kafka, which has tests of its own; here it is what can be asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.runs = True

    def kill(self) -> None:
        self._ask("kill")

    def restart(self) -> None:
        self._ask("restart")

    def _ask(self, request: str) -> None:
        if not self.runs:
            raise EmbeddedKafkaError("Kafka is not running just now; try again when it does.")
        self.asked.append(request)


def refused_whole(control: Control, action: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        control.on_whole(action, by="test")
    assert "\n" not in caught.value.sentence
    return caught.value


def test_kafka_is_killed_and_restarted_only_where_it_is_our_own(
    control: Control, line: Pipeline
) -> None:
    assert refused_whole(control, "broker-kill").sentence == NOT_OUR_KAFKA
    assert refused_whole(control, "broker-explode").status == 404
    broker = FakeBroker()
    control.reach(Wishes(Connection("127.0.0.1:9")), None, Whole(broker=broker))
    command = control.on_whole("broker-kill", by="test")
    control.say_on_whole("broker-restart", by="test")
    assert broker.asked == ["kill", "restart"]
    told = until(lambda: line.view().commands.get(command), "the command is told")
    assert (told["service"], told["action"], told["state"]) == ("Kafka", "broker-kill", "sent")
    line.observe(BrokerSeen(now_ms(), "restarting", 1))
    until(lambda: line.view().commands[command]["state"] == "obeyed", "seen, and so confirmed")
    broker.runs = False
    refusal = refused_whole(control, "broker-kill")
    assert (refusal.status, refusal.sentence[:16]) == (409, "Kafka is not run")


def test_what_is_asked_of_processes_needs_processes_of_ours(control: Control) -> None:
    for action, args in (
        *(("crash", {}), ("freeze", {}), ("thaw", {})),
        ("scale", {"instances": 2}),
    ):
        assert refused(control, "quality", action, **args).sentence == NOT_OURS


def test_who_asked_for_what_is_in_the_log_and_whether_it_was_done(
    control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with pytest.raises(Refusal):
        control.perform("quality", "slow", {"ms_per_event": 200}, by="page")
    with pytest.raises(Refusal):
        control.pause_all(by="api")
    said = [record.getMessage() for record in caplog.records if "noted" in record.name]
    assert said == [
        "Asked from the page: slow quality ms_per_event=200. Refused: Kafka is not there yet. Try "
        "again when the page shows it.",
        "Asked from the api: pause all. Refused: Kafka is not there yet. Try again when the page "
        "shows it.",
    ]


class FakeStartOver:
    """Stands for the long work, which has a test of its own on a real broker."""

    def __init__(self) -> None:
        self.busy = False
        self.commands: list[str] = []

    def begin(self, command: str) -> bool:
        self.commands.append(command)
        self.busy = True
        return True


def test_while_all_is_started_over_nothing_else_can_be_asked(
    control: Control, line: Pipeline
) -> None:
    assert refused_whole(control, "start-over").sentence == NOT_ANEW
    start_over = FakeStartOver()
    control.reach(Wishes(Connection("127.0.0.1:9")), None, Whole(start_over=start_over))
    command = control.on_whole("start-over", by="test")
    assert start_over.commands == [command]
    told = until(lambda: line.view().commands.get(command), "the command is told")
    assert (told["service"], told["state"]) == ("The demonstration", "sent")
    for refusal in (refused_whole(control, "start-over"), refused(control, "quality", "pause")):
        assert (refusal.status, refusal.sentence) == (409, STARTING_OVER)
    for everything in (control.pause_all, control.resume_all, control.right_all):
        with pytest.raises(Refusal, match="started over"):
            everything(by="test")


def test_put_right_reaches_what_was_put_away_with_a_wish_that_would_hold_when_it_starts(
    control: Control, line: Pipeline
) -> None:
    at = now_ms()
    declared = {
        name: DeclaredService(("parts.scanned",), (), name, (f"{name}-1",), on_request=True)
        for name in ("slowed", "left-alone")
    }
    line.observe(DeclarationSeen(at, "A line", None, "parts", ("parts.scanned",), declared))
    for name in declared:
        line.observe(ProcessSeen(at, name, f"{name}-1", "stopped", None, at))
    line.observe(WishSeen(at, "slowed", "w1", "running", ms_per_event=50))
    until(lambda: (line.view().services.get("s:slowed") or {}).get("want"), "the wish is seen")
    until(lambda: "s:left-alone" in line.view().services, "both are seen")
    assert "left-alone" not in control._asked("resume")
    assert "slowed" in control._asked("resume")
    assert "slowed" not in control._asked("pause")
