"""Numbers, lengths and instants as the page writes them, and its clocks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from flowviz.numbers import count
from tests.browser.modules import run


@pytest.mark.parametrize(
    ("number", "words"),
    [(None, "\u2013"), (0, "0"), (1284, "1\u202f284"), (1_280_000, "1.28\u202fM")],
)
def test_a_number_is_grouped_and_the_unknown_is_never_zero(
    modules: Page, number: int | None, words: str
) -> None:
    assert run(modules, "words", "return m.count(a)", number) == words


def test_numbers_in_the_servers_sentences_are_grouped_as_the_pages_own_are(modules: Page) -> None:
    numbers = [0, 999, 1_284, 13_223, 999_999]
    assert run(modules, "words", "return a.map(m.count)", numbers) == [count(n) for n in numbers]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.42, "0.4 s"), (42, "42 s"), (125, "2 min 5 s"), (12_000, "3 h 20 min"), (None, "\u2013")],
)
def test_a_length_is_told_in_its_own_unit(modules: Page, seconds: float | None, words: str) -> None:
    assert run(modules, "words", "return m.length(a)", seconds) == words


def test_a_countdown_never_goes_below_zero(modules: Page) -> None:
    assert run(modules, "words", "return [m.left(5200, 1000), m.left(0, 9000)]") == ["5 s", "0 s"]


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
        const before = [clock.at(7_000), clock.here(12_980)];
        clock.heard(13_000, 3_607_020); // the clock of this machine was set an hour ahead
        return [...before, clock.at(3_607_020)];
    """
    assert run(modules, "clock", body) == [12_980, 7_000, 13_000]


def test_how_long_a_slow_service_takes_is_told_in_its_own_unit(modules: Page) -> None:
    body = "return [60, 999, 1500].map(m.short)"
    assert run(modules, "words", body) == ["60 ms", "999 ms", "1.5 s"]


def test_a_name_that_turns_text_around_is_written_as_it_is(modules: Page) -> None:
    turned = "\u202egnihtyreve sdaeR\u202c"
    assert run(modules, "dom", "return m.plainly(a)", turned) == "\\u202egnihtyreve sdaeR\\u202c"
    body = "const e = document.createElement('p'); m.text(e, a); m.text(e, a); return e.textContent"
    assert run(modules, "dom", body, "a\u2066b") == "a\\u2066b"
    body = "const e = document.createElement('p'); m.name(e, a); m.name(e, a); return e.innerHTML"
    assert run(modules, "dom", body, "<b>.\u202ex") == "&lt;b&gt;.<wbr>\\u202ex"
