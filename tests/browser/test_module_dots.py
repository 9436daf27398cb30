"""Dots on the edges: each one an event, or a number of them."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.modules import run


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
