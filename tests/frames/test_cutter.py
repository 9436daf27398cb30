from __future__ import annotations

from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.shown import MAPS
from tests.frames.sequences import topic_made_anew
from tests.picture.sights import START, Line, topics

KEYS = {"t", "v", "epoch", "seq", "sent_at", "cluster", "ledger", "events", *MAPS}


def test_a_keyframe_holds_the_whole_picture() -> None:
    line = Line()
    line.seconds(2)
    frame = FrameCutter("e1").key(line.shown(), line.now)
    assert frame.keys() == KEYS
    assert (frame["t"], frame["v"], frame["epoch"], frame["seq"]) == ("key", 1, "e1", 0)
    assert len(frame["events"]) == 16


def test_when_nothing_changed_there_is_no_delta() -> None:
    line, cutter = Line(), FrameCutter("e")
    cutter.key(line.shown(), START)
    assert cutter.delta(line.shown(), START) is None


def test_a_heartbeat_counts_and_says_nothing_else() -> None:
    cutter = FrameCutter("e")
    assert cutter.heartbeat(START) == {"t": "delta", "seq": 1, "sent_at": START}
    assert cutter.heartbeat(START)["seq"] == 2


def test_a_keyframe_carries_the_number_of_the_delta_it_stands_after() -> None:
    line, cutter = Line(), FrameCutter("e")
    cutter.delta(line.shown(), START)
    cutter.heartbeat(START)
    assert cutter.key(line.shown(), START)["seq"] == 2


def test_a_keyframe_holds_nothing_that_the_next_delta_will_bring_again() -> None:
    line, cutter = Line(), FrameCutter("e")
    cutter.key(line.shown(), line.now)
    line.second(made=3)
    late = cutter.key(line.shown(), line.now)
    delta = cutter.delta(line.shown(), line.now)
    assert delta is not None
    assert (len(late["events"]), len(delta["events"])) == (0, 3)


def test_a_delta_holds_only_what_changed() -> None:
    line, cutter = Line(), FrameCutter("e")
    line.seconds(3)
    cutter.delta(line.shown(), line.now)
    line.say(phase="paused")
    delta = cutter.delta(line.shown(), line.now)
    assert delta is not None
    assert delta["set"].keys() == {"services", "reports"}
    assert delta["set"]["services"].keys() == {"s:quality"}
    assert "events" not in delta
    assert "del" not in delta


def test_a_topic_made_anew_is_deleted_and_set_in_one_delta() -> None:
    anew = topic_made_anew().frames[4]
    assert anew["del"]["topics"] == ["t:parts"]
    topic = anew["set"]["topics"]["t:parts"]
    assert (topic["topic_id"], topic["items"], topic["end"]) == ("id-anew", [], None)


def test_a_deleted_topic_takes_its_edges_along() -> None:
    line, cutter = Line(), FrameCutter("e")
    line.seconds(2)
    cutter.delta(line.shown(), line.now)
    line.picture.observe(topics(line.now, graded=1))
    delta = cutter.delta(line.shown(), line.now)
    assert delta is not None
    assert delta["del"]["topics"] == ["t:parts"]
    assert set(delta["del"]["edges"]) == {"w:s:scanner>t:parts", "r:t:parts>g:quality"}


def test_events_of_one_delta_are_cut_to_the_tape() -> None:
    line, cutter = Line(), FrameCutter("e")
    cutter.key(line.shown(), line.now)
    line.second(made=150)
    delta = cutter.delta(line.shown(), line.now)
    assert delta is not None
    assert [event["offset"] for event in delta["events"]] == list(range(90, 150))


def test_an_idle_cluster_costs_a_frame_each_ten_seconds_and_else_heartbeats() -> None:
    """Services report and surveys go on; the one thing that moves is the age of the picture."""
    line, cutter = Line(), FrameCutter("e")
    line.picture.observe(seen.ClusterSeen(line.now, True, "127.0.0.1:1"))
    line.seconds(5)
    line.seconds(15, made=0)
    cutter.delta(line.shown(), line.now)
    deltas = []
    for _ in range(60):
        line.second(made=0)
        delta = cutter.delta(line.shown(), line.now)
        if delta is not None:
            deltas.append(delta)
    assert len(deltas) == 6
    assert all(delta["set"].keys() == {"cluster"} for delta in deltas)
