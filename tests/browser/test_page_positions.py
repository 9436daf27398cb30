"""Where nodes stand: for everyone on the server, and for oneself where one dragged them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.modules import run
from tests.browser.page_host import PageHost
from tests.browser.patience import until
from tests.browser.shown_line import ShownLine, Sockets, opened_on

PLACES = """() => Object.fromEntries([...document.querySelectorAll(".node")].map((node) =>
    [node.dataset.id, [parseFloat(node.style.left), parseFloat(node.style.top)]]))"""
IDS = {"s:scanner", "t:parts.scanned", "s:quality", "s:inventory"}

ASKED = """
    const calls = [];
    const answers = a.answers ?? [];
    const learned = [];
    let due = null;
    const shared = new m.SharedPositions("/positions", { "X-CSRFToken": "t" }, {
        learned: (ids) => learned.push(...ids),
        later: (work) => { due = work; return 1; },
        ask: async (url, about) => {
            calls.push(about.body ? JSON.parse(about.body) : about.method);
            const [status, positions] = answers.shift() ?? [204, {}];
            if (status === 0) throw new TypeError("no network");
            const told = JSON.stringify({ arrangement: "first", positions });
            return new Response(status === 200 ? told : null, { status });
        },
    });
    shared.arrangement = "first";
    const quiet = async () => {
        for (let i = 0; i < 5 && due; i += 1) { const work = due; due = null; await work(); }
        while (shared.sending) await new Promise((done) => setTimeout(done));
    };
    const at = (...rows) => new Map(rows.map(([id, x, y]) => [id, { x, y }]));
"""


def asked(modules: Page, body: str, *answers: list[Any]) -> Any:
    return run(modules, "shared", ASKED + body, {"answers": list(answers)})


def open_line(page: Page, host: PageHost, line: ShownLine) -> Sockets:
    sockets = opened_on(page, host, line)
    expect(page.locator(".node")).to_have_count(4)
    return sockets


def beat_until_told(page: Page, host: PageHost, line: ShownLine, sockets: Sockets) -> None:
    """Heartbeats go on until nothing new came for a while and the page told its places."""

    def told() -> bool:
        line.now += 1000
        sockets.send(line.delta())
        return bool(host.moves)

    until(page, told, "the places are posted")


def test_nodes_stand_where_they_stand_for_everyone(page: Page, host: PageHost) -> None:
    host.positions = {
        "s:scanner": [0, 400],
        "t:parts.scanned": [500, 80],
        "s:quality": [1200, 500],
        "s:inventory": [1200, -40],
    }
    open_line(page, host, ShownLine())
    assert page.evaluate(PLACES) == host.positions


def test_what_was_placed_by_itself_is_told_once_and_is_the_same_for_the_next(
    open_page: Open, page: Page, host: PageHost
) -> None:
    line = ShownLine()
    sockets = open_line(page, host, line)
    placed = page.evaluate(PLACES)
    beat_until_told(page, host, line, sockets)
    ((token, body),) = host.moves
    assert token
    assert body == {"arrangement": "first", "positions": placed, "keep": True}
    other = open_page()
    open_line(other, host, line)
    assert other.evaluate(PLACES) == placed


def test_a_node_that_another_page_placed_first_goes_there_and_nobody_else_moves(
    page: Page, host: PageHost
) -> None:
    line = ShownLine()
    sockets = open_line(page, host, line)
    before = page.evaluate(PLACES)
    host.positions = {"s:quality": [3000, 8]}
    beat_until_told(page, host, line, sockets)
    expected = before | {"s:quality": [3000, 8]}
    until(page, lambda: page.evaluate(PLACES) == expected, "the page learns of the other")
    assert host.positions == expected


def test_who_may_only_look_sees_places_and_is_refused_once(page: Page, host: PageHost) -> None:
    host.may_move = False
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    line = ShownLine()
    sockets = open_line(page, host, line)
    placed = page.evaluate(PLACES)
    beat_until_told(page, host, line, sockets)
    line.second()
    sockets.send(line.delta())
    expect(page.locator("[data-topic='parts.scanned'] .count")).to_contain_text("16")
    assert page.evaluate(PLACES) == placed
    assert page.locator("#said p").count() == 0
    assert errors == []


def test_tidy_up_forgets_ones_own_and_is_for_everyone(page: Page, host: PageHost) -> None:
    host.positions = {node: [900.0 * i, 300.0 * i] for i, node in enumerate(sorted(IDS))}
    open_line(page, host, ShownLine())
    name = page.locator("[data-service=quality] .name")
    name.hover()
    page.mouse.down()
    page.mouse.move(300, 300, steps=3)
    page.mouse.up()
    assert page.evaluate(PLACES)["s:quality"] != host.positions["s:quality"]
    page.locator("#tidy").click()
    tidied = page.evaluate(PLACES)
    until(page, lambda: host.moves, "the new places are posted")
    assert [body for _, body in host.moves] == [
        {"arrangement": "first", "positions": tidied, "keep": False}
    ]
    page.reload()
    expect(page.locator(".node")).to_have_count(4)
    assert page.evaluate(PLACES) == tidied
    expect(page.locator("#tidy")).to_be_hidden()


def test_a_phone_lists_the_flow_wherever_nodes_stand_for_others(
    open_page: Open, host: PageHost
) -> None:
    host.positions = {node: [-900.0 * i, 0.0] for i, node in enumerate(sorted(IDS))}
    page = open_page(390, 844)
    open_line(page, host, ShownLine())
    order = page.evaluate(
        """() => [...document.querySelectorAll(".node")]
            .sort((a, b) => a.style.order - b.style.order).map((node) => node.dataset.id)"""
    )
    assert order == ["s:scanner", "t:parts.scanned", "s:quality", "s:inventory"]


def test_a_page_without_the_servers_places_draws_all_the_same(page: Page, host: PageHost) -> None:
    page.route("**/positions", lambda route: route.abort())
    open_line(page, host, ShownLine())
    assert set(page.evaluate(PLACES)) == IDS


def test_many_nodes_are_sent_in_small_requests_and_none_twice(modules: Page) -> None:
    body = """
        const many = at(...Array.from({ length: 150 }, (_, i) => [`s:${i}`, i, 0]));
        shared.offer(many);
        await quiet();
        shared.offer(many);
        await quiet();
        const ids = calls.flatMap((call) => Object.keys(call.positions));
        return [calls.length, ids.length, new Set(ids).size, calls.every((call) => call.keep)];
    """
    assert asked(modules, body) == [3, 150, 150, True]


def test_a_refusal_ends_the_asking(modules: Page) -> None:
    body = """
        shared.offer(at(["s:a", 1, 2]));
        await quiet();
        shared.offer(at(["s:b", 1, 2]));
        shared.publish(at(["s:a", 5, 5]));
        await quiet();
        return [calls.length, shared.moves.size + shared.offers.size];
    """
    assert asked(modules, body, [403, {}]) == [1, 0]


@pytest.mark.parametrize("answer", [[0, {}], [500, {}]])
def test_a_server_that_does_not_answer_is_not_asked_for_ever(
    modules: Page, answer: list[Any]
) -> None:
    body = """
        for (let i = 0; i < 10; i += 1) {
            shared.offer(at([`s:${i}`, i, 0]));
            await quiet();
        }
        return [calls.length, m.FAILURES_MOST, shared.moves.size + shared.offers.size];
    """
    tried, most, waiting = asked(modules, body, *[answer] * 10)
    assert (tried, waiting) == (most, 0)


def test_places_are_capped(modules: Page) -> None:
    body = """
        shared.offer(at(...Array.from({ length: m.SHARED_MOST + 10 }, (_, i) => [`s:${i}`, i, 0])));
        return [shared.points.size, shared.offers.size, m.SHARED_MOST];
    """
    size, offered, most = asked(modules, body)
    assert (size, offered) == (most, most)


def test_an_answer_older_than_a_tidying_moves_nothing_back(modules: Page) -> None:
    body = """
        shared.offer(at(["s:a", 1, 1]));
        const sending = quiet();
        shared.publish(at(["s:a", 7, 7]));
        await sending;
        await quiet();
        return [shared.get("s:a"), learned, calls.map((call) => call.keep)];
    """
    found = asked(modules, body, [200, {"s:a": [3, 3]}], [204, {}])
    assert found == [{"x": 7, "y": 7}, [], [True, False]]


def test_a_newcomer_stands_beside_its_neighbours_and_those_left_somewhere_stay(
    modules: Page,
) -> None:
    body = """
        const left = new Map([["s:a", { x: 0, y: 0 }], ["t:b", { x: 500, y: 40 }],
                              ["s:c", { x: 1100, y: 300 }]]);
        const placing = new m.Placing({ get: () => null }, { get: (id) => left.get(id) ?? null });
        const node = (id) => ({ id, w: 340, h: 196, kind: "service" });
        const nodes = new Map(["s:a", "s:new", "t:b", "s:c", "t:new"].map((id) => [id, node(id)]));
        const edge = (from, to) => [`${from}>${to}`, { id: `${from}>${to}`, from, to }];
        const edges = new Map([edge("s:a", "t:b"), edge("t:b", "s:c"), edge("t:new", "s:new"),
                               edge("s:c", "t:new")]);
        const boxes = placing.boxes(nodes, edges, 0);
        const rested = placing.rested(nodes, m.YOUNG_MS + 1);
        return [Object.fromEntries(boxes), rested.anew, placing.rested(nodes, m.YOUNG_MS + 2),
                placing.loose];
    """
    boxes, anew, again, loose = run(modules, "placing", body)
    assert [(boxes[id]["x"], boxes[id]["y"]) for id in ("s:a", "t:b", "s:c")] == [
        (0, 0),
        (500, 40),
        (1100, 300),
    ]
    assert boxes["t:new"]["x"] == 1100 + 340 + 64
    assert boxes["s:new"]["x"] == boxes["t:new"]["x"] + 340 + 64
    assert (anew, again, loose) == (False, None, True)


def test_where_most_nodes_are_strange_all_are_laid_out_and_told_anew(modules: Page) -> None:
    body = """
        const left = new Map([["s:a", { x: 9000, y: 0 }]]);
        const placing = new m.Placing({ get: () => null }, { get: (id) => left.get(id) ?? null });
        const nodes = new Map(["s:a", "t:b", "s:c"].map((id) => [id, { id, w: 340, h: 196 }]));
        const edges = new Map([["1", { id: "1", from: "s:a", to: "t:b" }],
                               ["2", { id: "2", from: "t:b", to: "s:c" }]]);
        const at = placing.boxes(nodes, edges, 0).get("s:a");
        return [at.x, placing.rested(nodes, 10), placing.rested(nodes, m.YOUNG_MS + 1).anew];
    """
    assert run(modules, "placing", body) == [0, None, True]
