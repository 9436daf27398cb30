"""The page's pure modules, run where they will run: in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page


def run(modules: Page, name: str, body: str, argument: object = None) -> Any:
    """The value of `body`, a function of the module `m` and the argument `a`."""
    script = f"async (a) => {{ const m = await import('/static/dashboard/js/{name}.js'); {body} }}"
    return modules.evaluate(script, argument)


@pytest.mark.parametrize(
    ("number", "words"),
    [(None, "\u2013"), (0, "0"), (1284, "1\u202f284"), (1_280_000, "1.28\u202fM")],
)
def test_a_number_is_grouped_and_the_unknown_is_never_zero(
    modules: Page, number: int | None, words: str
) -> None:
    assert run(modules, "words", "return m.count(a)", number) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.42, "0.4 s"), (42, "42 s"), (125, "2 min 5 s"), (12_000, "3 h 20 min"), (None, "\u2013")],
)
def test_a_length_is_told_in_its_own_unit(modules: Page, seconds: float | None, words: str) -> None:
    assert run(modules, "words", "return m.length(a)", seconds) == words


def test_a_countdown_never_goes_below_zero(modules: Page) -> None:
    assert run(modules, "words", "return [m.left(5200, 1000), m.left(0, 9000)]") == ["5 s", "0 s"]


def test_a_cursor_stands_lag_items_behind_the_head(modules: Page) -> None:
    body = "return [0, 1, 5].map((lag) => m.cursorX(lag) > m.itemX(lag - 1) + m.ITEM.w"
    body += " && m.cursorX(lag) < m.itemX(lag))"
    assert run(modules, "belts", body) == [True, True, True]


def test_a_backlog_that_does_not_fit_says_how_much_more_there_is(modules: Page) -> None:
    found = run(modules, "belts", "return [m.places(420), m.bar(19, 420), m.bar(2, 420)]")
    places, long, short = found
    assert long == {"px": 420, "over": 19 - places}
    assert short["over"] == 0
    assert 0 < short["px"] < 420


def test_an_item_is_handled_once_every_commit_has_passed_it(modules: Page) -> None:
    body = "return [a, [...a, {}]].map((edges) => m.handledByAll(0, 7, edges))"
    edges = [{"committed": {"0": 8}}, {"committed": {"0": 9}}]
    assert run(modules, "belts", body, edges) == [True, False]
    assert (
        run(modules, "belts", "return m.handledByAll(0, 7, a)", [{"committed": {"0": 7}}]) is False
    )
    assert run(modules, "belts", "return m.handledByAll(0, 7, [])") is False


def test_a_mark_says_what_is_known_when_the_commit_of_its_partition_is_no_longer_told(
    modules: Page,
) -> None:
    event = {"partition": 7, "offset": 4}
    body = "return m.marks(a[0], a[1].map((edge) => ({ edge, colour: 0 }))).map((k) => k.handled)"
    edges: list[dict[str, Any]] = [
        {"group": "told", "committed": {"7": 5}, "lag": 3, "at_least": False},
        {"group": "waits", "committed": {"7": 4}, "lag": 3, "at_least": False},
        {"group": "done", "committed": {}, "lag": 0, "at_least": False},
        {"group": "behind", "committed": {}, "lag": 3, "at_least": False},
        {"group": "never", "committed": {"7": None}, "lag": None, "at_least": True},
    ]
    found = run(modules, "tape", body, [event, edges])
    assert found == [True, False, True, None, None]


def test_an_item_enters_the_belt_when_its_dot_arrives(modules: Page) -> None:
    body = """
        const belt = new m.Arrivals();
        belt.seen([[0, 1]], 1000, 500);
        belt.seen([[0, 1], [0, 2]], 2000, 500);
        return [belt.entered(0, 1, 2000), belt.entered(0, 2, 2400), belt.entered(0, 2, 2500),
                belt.waiting(2400), belt.waiting(2600)];
    """
    assert run(modules, "belts", body) == [True, False, True, True, False]


def test_dots_that_come_too_near_merge_and_carry_the_count(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        dots.leave("e", 100, 250, 0);
        const seen = [];
        dots.each(Infinity, (edge, px, count) => seen.push(count));
        return [dots.size, seen.reduce((a, b) => a + b, 0)];
    """
    size, events = run(modules, "dots", body)
    assert size <= 6
    assert events == 100


def test_dots_of_two_surveys_that_come_late_keep_their_distance(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        dots.leave("e", 2, 250, 0);
        dots.leave("e", 2, 250, 120);
        dots.leave("e", 2, 250, 500);
        const seen = [];
        dots.each(2000, (edge, px, count) => seen.push([px, count]));
        return [seen.map(([, count]) => count), seen.slice(1).map(([px], i) => seen[i][0] - px)];
    """
    counts, distances = run(modules, "dots", body)
    assert counts == [1] * 6
    assert min(distances) >= 13.99


def test_events_of_a_calm_edge_have_a_dot_each_spread_over_the_time(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        dots.leave("e", 2, 250, 0);
        const seen = [];
        dots.each(1000, (edge, px, count) => seen.push([Math.round(px), count]));
        return seen;
    """
    assert run(modules, "dots", body) == [[160, 1], [140, 1]]


def test_dots_are_taken_off_when_they_arrive_and_when_their_edge_goes(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        dots.leave("a", 1, 0, 0);
        dots.leave("b", 1, 0, 0);
        const first = dots.advance(500, (edge) => (edge === "a" ? 160 : null));
        return [first, dots.advance(1001, () => 160)];
    """
    assert run(modules, "dots", body) == [1, 0]


def test_dots_are_capped_and_no_event_is_dropped_from_the_count(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        for (let i = 0; i < 3 * m.DOTS_MOST; i += 1) dots.leave("e", 1, 0, i * 1000);
        let events = 0;
        dots.each(Infinity, (edge, px, count) => { events += count; });
        return [dots.size, events, m.DOTS_MOST];
    """
    size, events, most = run(modules, "dots", body)
    assert size == most
    assert events == 3 * most


def test_history_moves_nothing_and_every_live_event_does(modules: Page) -> None:
    body = """
        const edge = (count) => ({ kind: "writes", topic: "t", count });
        const go = (live) => m.departures({ edges: { e: edge(1) } }, { edges: { e: edge(4) } },
            { set: { edges: { e: edge(4) } }, events: [{ topic: "t", live }] });
        return [go(true), go(false)];
    """
    moving, still = run(modules, "dots", body)
    assert [(found["edge"], found["count"]) for found in moving] == [("e", 3)]
    assert still == []


def test_a_dense_edge_says_how_many_events_a_dot_stands_for(modules: Page) -> None:
    body = "return a.map(([rate, load]) => m.eventsPerDot(rate, load))"
    rows = [[None, 9], [8, 3], [100, 8.7], [5000, 440], [100, 1], [100, 0]]
    assert run(modules, "dots", body, rows) == [None, None, 10, 500, None, None]


def test_what_a_dot_stands_for_is_not_told_once_the_burst_is_over(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        for (let at = 0; at < 2000; at += 250) dots.leave("e", 25, 250, at);
        const during = dots.pace("e", 2000);
        dots.leave("e", 2, 250, 4000);
        const after = dots.pace("e", 4100);
        return [during, after, m.eventsPerDot(80, 9, during), m.eventsPerDot(80, 9, after),
                dots.pace("other", 0)];
    """
    during, after, told, silent, none = run(modules, "dots", body)
    assert 80 < during <= 100
    assert after == 1
    assert (told, silent, none) == (10, None, 0)


def test_words_on_an_edge_stand_where_no_card_covers_them(modules: Page) -> None:
    body = """
        const way = { length: 300, at: (px) => ({ x: px, y: 0 }) };
        const box = { x: 120, y: -50, w: 60, h: 100 };
        return [m.free(way, 60, 40, []), m.free(way, 60, 40, [box]),
                m.free(way, 60, 40, [{ x: 0, y: -50, w: 300, h: 100 }])];
    """
    middle, beside, nowhere = run(modules, "edgelines", body)
    assert middle == {"x": 150, "y": 0}
    assert beside["x"] + 30 <= 120 or beside["x"] - 30 >= 180
    assert nowhere is None


def test_the_dots_of_an_edge_know_what_they_carry(modules: Page) -> None:
    body = """
        const dots = new m.Dots();
        dots.leave("e", 40, 250, 0);
        return [dots.load("e") * dots.size, dots.load("other")];
    """
    assert run(modules, "dots", body) == [40, 0]


def test_the_way_back_to_the_server_grows_and_is_never_the_same_for_all(modules: Page) -> None:
    body = (
        "return [m.wait(0, 0.99), m.wait(3, 0.99), m.wait(50, 0.99), m.wait(50, 0.3), m.wait(9, 0)]"
    )
    first, fourth, longest, other, shortest = run(modules, "backoff", body)
    assert first < fourth < longest <= 8000
    assert other != longest
    assert shortest > 0


def test_the_servers_clock_is_told_by_the_frame_that_was_least_late(modules: Page) -> None:
    body = """
        const clock = new m.ServerClock();
        clock.heard(10_000, 4_300); clock.heard(11_000, 5_020); clock.heard(12_000, 6_500);
        return [clock.at(7_000), clock.here(12_980)];
    """
    assert run(modules, "clock", body) == [12_980, 7_000]


def test_the_history_of_lag_is_capped_and_forgets_groups_that_are_gone(modules: Page) -> None:
    body = """
        const history = new m.History();
        for (let i = 0; i < 5000; i += 1) history.note([{ name: "g", lag: i }], i * 250);
        const points = history.lines.get("g").length;
        history.note([{ name: "h", lag: null }], 5000 * 250);
        return [points, [...history.lines.keys()], m.ceiling(7), m.ceiling(51), m.ceiling(2300)];
    """
    points, names, *ceilings = run(modules, "history", body)
    assert points <= 482
    assert names == ["h"]
    assert ceilings == [10, 100, 5000]


def test_the_tape_is_held_while_pointed_at_and_dealt_at_most_once_a_second(modules: Page) -> None:
    body = """
        const tape = new m.Tape();
        const events = (n) => Array.from({ length: n }, (_, i) =>
            ({ topic: "t", partition: 0, offset: i, seen_at: i * 100 }));
        const all = new Set(["t"]);
        const first = tape.offer(events(20), all, 7, 0);
        const soon = tape.offer(events(21), all, 7, 300);
        const later = tape.offer(events(22), all, 7, 1100);
        tape.held = true;
        const held = tape.offer(events(40), all, 7, 9000);
        return [first, soon, later, held, tape.cards.map((card) => card.offset)];
    """
    found = run(modules, "tape", body)
    assert found == [True, False, True, False, [21, 20, 19, 18, 17, 16, 15]]


def test_the_tape_shows_topics_that_somebody_reads_when_there_are_any(modules: Page) -> None:
    body = """
        const event = (topic, offset) => ({ topic, partition: 0, offset, seen_at: 0 });
        const tape = new m.Tape();
        tape.offer([event("read", 1), event("unread", 2)], new Set(["read"]), 7, 0);
        const other = new m.Tape();
        other.offer([event("unread", 2)], new Set(), 7, 0);
        return [tape.cards.map((c) => c.topic), other.cards.map((c) => c.topic)];
    """
    assert run(modules, "tape", body) == [["read"], ["unread"]]


def test_a_flood_on_a_topic_that_nobody_reads_takes_no_card_from_the_tape(modules: Page) -> None:
    body = """
        const events = (topic, n) => Array.from({ length: n }, (_, i) =>
            ({ topic, partition: 0, offset: i, seen_at: i * 100 }));
        const read = new Set(["read"]);
        const tape = new m.Tape();
        tape.offer(events("read", 20), read, 7, 0, "run 1");
        const seen = () => tape.cards.map((card) => `${card.topic} ${card.offset}`);
        const flood = [...events("unread", 58), ...events("read", 22).slice(-2)];
        tape.offer(flood, read, 7, 2000, "run 1");
        const flooded = seen();
        tape.offer(events("unread", 60), read, 7, 4000, "run 1");
        const gone = seen();
        tape.offer(events("read", 1), read, 7, 6000, "run 2");
        return [flooded, gone, seen(), tape.kept.length];
    """
    flooded, gone, restarted, kept = run(modules, "tape", body)
    assert flooded == [f"read {n}" for n in range(21, 14, -1)]
    assert gone == flooded
    assert restarted == ["read 0"]
    assert kept == 1


@pytest.mark.parametrize(
    ("cluster", "kind", "words"),
    [
        ({"reachable": True}, "live", "live"),
        ({"reachable": False}, "unreachable", "cluster unreachable, picture as of"),
        ({"reachable": None}, "starting", "waiting for Kafka"),
        ({"broker": {"phase": "restarting", "reason": None}}, "unreachable", "Kafka is restarting"),
        ({"reader": {"ok": False, "reason": "x"}}, "broken", "events are not being read"),
    ],
)
def test_the_connection_line_calls_nothing_live_that_is_not(
    modules: Page, cluster: dict[str, Any], kind: str, words: str
) -> None:
    whole = {"reachable": True, "as_of_at": 1000, "reason": None, "bootstrap": "b", "kafka": None}
    ok = {"ok": True, "reason": None}
    entity = whole | {"broker": None, "reader": ok, "surveyor": ok} | cluster
    body = "return m.connection({ kind: 'live', since: 0 }, a, (at) => at)"
    found = run(modules, "honesty", body, entity)
    assert found["kind"] == kind
    assert found["words"].startswith(words)


@pytest.mark.parametrize(
    ("cluster", "current"),
    [
        ({}, True),
        ({"broker": {"phase": "running"}}, True),
        ({"broker": {"phase": "restarting"}}, False),
        ({"reachable": False}, False),
        ({"reachable": None}, False),
        ({"surveyor": {"ok": False}}, False),
    ],
)
def test_numbers_of_a_while_ago_are_not_those_of_now(
    modules: Page, cluster: dict[str, Any], current: bool
) -> None:
    whole = {"reachable": True, "broker": None, "surveyor": {"ok": True}} | cluster
    assert run(modules, "honesty", "return m.current(a)", whole) is current


def test_a_paused_service_offers_resume_and_a_running_one_two_kinds_of_pause(
    modules: Page,
) -> None:
    service = {"state": "running", "want": None, "actions": {"pause": None, "resume": None}}
    body = "return m.buttons(a, true).map((button) => [button.action, button.why])"
    assert run(modules, "states", body, service) == [["pause", None], ["pause60", None]]
    paused = service | {"state": "paused"}
    assert run(modules, "states", body, paused) == [["resume", None]]
    foreign = service | {"actions": {"pause": "it does not use the kit"}}
    assert run(modules, "states", body, foreign) == [["pause", "it does not use the kit"]]
    looking = "return m.buttons(a, false)[0].why"
    assert run(modules, "states", looking, service) == "this page only looks"


REPORT = {
    "service": "quality",
    "group": "quality",
    "kind": "pause",
    "state": "recovered",
    "began_at": 0,
    "resumed_at": 15_000,
    "ended_at": 20_000,
    "lag_before": 2,
    "lag_highest": 122,
    "growth_per_second": 8.0,
    "down_seconds": 15.0,
    "catch_up_seconds": 5.0,
    "catch_up_rate": 32.0,
    "lost": 0,
    "duplicates": 0,
}


@pytest.mark.parametrize(
    ("lost", "duplicates", "verdict"),
    [
        (0, 0, [("0 lost", "good"), ("0 duplicates", "good")]),
        (0, 1, [("0 lost", "good"), ("1 duplicate", "again")]),
        (0, 2, [("0 lost", "good"), ("2 duplicates", "again")]),
        (3, 0, [("3 lost", "bad"), ("0 duplicates", "good")]),
        (None, None, [("lost: not known", ""), ("duplicates: not known", "")]),
    ],
)
def test_a_loss_is_bad_and_what_was_written_again_is_not(
    modules: Page, lost: int | None, duplicates: int | None, verdict: list[tuple[str, str]]
) -> None:
    report = REPORT | {"lost": lost, "duplicates": duplicates}
    found = run(modules, "recovery", "return m.told(a, 30_000).verdict", report)
    assert [(part["words"], part["tone"]) for part in found] == verdict


@pytest.mark.parametrize(
    ("duplicates", "words"), [(0, ["0 lost"]), (2, ["0 lost", "\u22652 duplicates"])]
)
def test_duplicates_that_cannot_all_be_seen_are_not_said_to_be_none(
    modules: Page, duplicates: int, words: list[str]
) -> None:
    report = REPORT | {"duplicates": duplicates}
    body = "return m.told(a, 30_000, true).verdict.map((part) => part.words)"
    assert run(modules, "recovery", body, report) == words


def test_a_pause_in_which_nothing_waited_is_drawn_flat(modules: Page) -> None:
    still = REPORT | {"lag_before": 40, "lag_highest": 0, "growth_per_second": -2.0}
    found = run(modules, "recovery", "return m.mountain(a, 30_000, null)", still)
    assert found["line"] == "M0 38L0 38L100 38"
    assert found["words"] == "Backlog: 0, at most 0, then as before"


def test_a_report_draws_its_backlog_from_what_is_known_and_says_so(modules: Page) -> None:
    body = "return m.mountain(a, 30_000, null)"
    found = run(modules, "recovery", body, REPORT)
    assert found["line"] == "M0 37.4L75 2L100 37.4"
    assert found["peak"] == 75
    assert found["words"] == "Backlog: 2, at most 122, then as before"


def test_a_backlog_of_one_is_drawn_as_no_mountain(modules: Page) -> None:
    small = REPORT | {"lag_before": 1, "lag_highest": 1}
    assert run(modules, "recovery", "return m.mountain(a, 30_000, null).top", small) == 34.4


def test_an_open_report_ends_at_what_waits_now(modules: Page) -> None:
    going_back = REPORT | {"state": "catching up", "ended_at": None}
    body = "return m.mountain(a, 16_000, 61).line"
    assert run(modules, "recovery", body, going_back) == "M0 37.4L93.8 2L100 20"
    body = "return m.mountain(a, 16_000, null).words"
    assert run(modules, "recovery", body, going_back) == "Backlog: 2, at most 122, now not known"


@pytest.mark.parametrize(
    ("lag", "health", "state", "word"),
    [
        (40, "stalled", "paused", "paused"),
        (40, "stalled", "running", "stalled"),
        (None, None, "paused", "paused"),
        (None, None, "running", "not known"),
        (0, "ok", "running", ""),
    ],
)
def test_a_group_that_was_asked_to_wait_is_not_called_stalled(
    modules: Page, lag: int | None, health: str | None, state: str, word: str
) -> None:
    group = {"lag": lag, "health": health, "drain": None, "at_least": False}
    assert run(modules, "chartview", "return m.aside(a[0], a[1])", [group, state]) == word


def test_a_group_that_catches_up_is_not_said_to_fall_behind(modules: Page) -> None:
    reports = {
        "a": {"group": "quality", "state": "catching up"},
        "b": {"group": "inventory", "state": "recovered"},
    }
    found = run(modules, "recovery", "return [...m.catchingUp(a)]", reports)
    assert found == ["quality"]
    group = {"lag": 90, "health": "falling behind", "drain": None, "at_least": False}
    body = "return [m.aside(a, 'running', true), m.aside(a, 'running', false)]"
    assert run(modules, "chartview", body, group) == ["catching up", "falling behind"]


def test_a_group_without_members_is_called_so_in_the_legend_too(modules: Page) -> None:
    group = {"lag": 530, "health": "stopped", "state": "no members", "service": None, "drain": None}
    body = "return [m.aside(a, undefined), m.aside({ ...a, service: 'quality' }, 'crashed')]"
    assert run(modules, "chartview", body, group) == ["no members", "stopped"]


@pytest.mark.parametrize(
    ("readers", "words"),
    [
        ([("t", "a"), ("t", "b"), ("t", "own")], "counts 2 times: once per reader."),
        ([("t", "a"), ("t", "b"), ("u", "a")], "counts once per reader."),
        ([("t", "a")], "An event counts once."),
        ([], "counts once per reader."),
    ],
)
def test_the_ledger_says_how_often_an_event_counts(
    modules: Page, readers: list[tuple[str, str]], words: str
) -> None:
    picture = {
        "edges": {f"{t}{g}": {"kind": "reads", "topic": t, "group": g} for t, g in readers},
        "groups": {f"g:{g}": {"name": g, "service": g} for g in ("a", "b", "own")},
        "ledger": {"services": {"a": {"by": "kit"}, "b": {"by": "kit"}, "own": {"by": "offsets"}}},
    }
    assert run(modules, "ledgerview", "return m.howCounted(a)", picture).endswith(words)


def test_the_header_counts_what_does_not_run_whoever_it_belongs_to(modules: Page) -> None:
    picture = {
        "services": {"s:a": {"state": "running"}, "s:b": {"state": "running"}},
        "groups": {
            "g:a": {"owner": "s:a", "state": "no members", "lag": 3},
            "g:own": {"owner": "g:own", "state": "no members", "lag": 530},
            "g:fine": {"owner": "g:fine", "state": "reading", "lag": 0},
        },
    }
    body = "const { numbers, alarming } = m.standing(a); return [[...numbers], [...alarming]]"
    assert run(modules, "headview", body, picture) == [
        [["running", 2], ["no members", 1]],
        ["no members"],
    ]


def test_how_long_a_slow_service_takes_is_told_in_its_own_unit(modules: Page) -> None:
    body = "return [60, 999, 1500].map(m.short)"
    assert run(modules, "words", body) == ["60 ms", "999 ms", "1.5 s"]


@pytest.mark.parametrize(
    ("key", "id", "note", "words", "named"),
    [
        ("Gear #7", "an id", None, "Gear #7", True),
        (None, "an id", None, "an id", True),
        (None, None, None, "no key", False),
        (None, None, "deleted", "deleted", False),
        ("", "an id", None, "empty key", False),
        ("  ", None, None, "blank key", False),
    ],
)
def test_an_event_is_called_by_what_can_be_seen(
    modules: Page, key: str | None, id: str | None, note: str | None, words: str, named: bool
) -> None:
    event = {"key": key, "id": id, "note": note}
    found = run(modules, "tape", "return m.called(a)", event)
    assert found == {"words": words, "named": named}
