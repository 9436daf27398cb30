"""What is written on bars that move, and how many lines are still to be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

BARS = """
    const css = document.createElement("link");
    css.rel = "stylesheet";
    css.href = "/static/dashboard/css/stage.css";
    await new Promise((done) => { css.onload = done; document.head.append(css); });
    const palette = { get: () => "#000" };
    const context = { palette, calm: () => true, now: () => 0, knownUntil: () => null };
    const card = new m.TopicCard({ kind: "belt", id: "t:t", name: "t" }, context);
    const holder = document.createElement("div");
    holder.style.width = "416px";
    holder.append(card.element);
    document.body.append(holder);
    card.strip.resize(416, 1);
    const read = (lag) => card.updateBars([{ edge: { group: "quality", lag }, colour: 0 }]);
    const moving = () => document.getAnimations().map((each) => {
        each.pause();
        each.currentTime = 120;
        return each;
    });
    const item = () => card.bars.firstElementChild;
    const where = () => {
        const box = (of) => item().querySelector(of).getBoundingClientRect();
        const [bar, name] = [box("i"), box("b")];
        const inside = item().classList.contains("inside");
        return [inside, inside ? name.right <= bar.right + 1 : name.left >= bar.right - 1];
    };
    const found = [];
    for (const lag of a) {
        read(lag);
        const going = moving();
        found.push([...where(), going.length > 0]);
        for (const each of going) each.finish();
        await Promise.all(going.map((each) => each.finished));
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        found.push(where());
    }
    return found;
"""


RACED = (
    BARS.split("const read")[0]
    + """
    return a.map(([group, lag, words]) => {
        const race = words === null ? null : { words };
        card.updateBars([{ edge: { group, lag }, colour: 0, race }]);
        const em = card.bars.firstElementChild.querySelector("em");
        return getComputedStyle(em).display === "none" ? "" : em.textContent;
    });
"""
)


def test_beside_its_name_stands_how_soon_the_log_was_read_where_there_is_room(
    modules: Page,
) -> None:
    words = "all of it in 0.9 s"
    rows = [["late", 0, None], ["late", 0, ""], ["late", 0, words], ["x" * 40, 0, words]]
    assert run(modules, "topiccard", RACED, rows) == ["", "", words, ""]
    assert run(modules, "topiccard", RACED, [["late", 90, words]]) != [words]


def test_the_name_of_a_bar_never_stands_over_its_end(modules: Page) -> None:
    found = run(modules, "topiccard", BARS, [1, 12, 1, 40])
    assert [each[1] for each in found] == [True] * 8, "on the bar, or beyond its end"
    assert [each[0] for each in found[1::2]] == [False, True, False, True]
    assert all(each[2] for each in found[2::2]), "bars were seen on their way"


@pytest.mark.parametrize(
    ("boxes", "lines"),
    [
        ([], 0),
        ([(0, 20), (2, 18), (21, 40)], 2),
        ([(0, 20), (19, 38), (5, 12)], 2),
        ([(40, 60), (0, 20), (20, 40)], 3),
    ],
)
def test_words_side_by_side_are_one_line(
    modules: Page, boxes: list[tuple[int, int]], lines: int
) -> None:
    body = "return m.lines(a.map(([top, bottom]) => ({ top, bottom })))"
    assert run(modules, "textlines", body, boxes) == lines


def test_all_lines_below_an_edge_are_counted_but_for_what_a_box_cuts_off(modules: Page) -> None:
    body = """
        const all = document.createElement("div");
        all.style.cssText = "position: absolute; top: 0; left: 0; width: 30em";
        all.innerHTML = a;
        for (const one of all.children) one.style.cssText = "margin: 0; font: 16px/20px monospace";
        Object.assign(all.lastElementChild.style, { height: "40px", overflow: "auto" });
        document.body.append(all);
        return [-1, 30, 1000].map((edge) => m.linesBelow(all, edge));
    """
    html = "<p>one <b>two</b></p><p>three</p><p hidden>none</p><pre>" + "x\n" * 30 + "</pre>"
    assert run(modules, "textlines", body, html) == [4, 3, 0]
