"""What can be said of wishes without a broker; the rest is in tests/kafka."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.cluster.connection import Connection
from dashboard.control import wishes as wishing
from dashboard.control.wishes import NotTaken, Wishes
from dashboard.picture.actions import STARTING_OVER
from flowviz.kit.wish import Rewind, Wish, WishError
from tests.waiting import PATIENCE_SECONDS, until

NOBODY = "127.0.0.1:9"
PAGE = Path(__file__).parents[2] / "templates/page.html"


def test_a_wish_behind_one_that_nobody_answers_is_given_up_and_not_sent_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wishing, "SEND_SECONDS", 0.05)
    wishes = Wishes(Connection(NOBODY))
    sending, answered = threading.Event(), threading.Event()

    def wait_for_an_answer(ends_at: float) -> None:
        sending.set()
        assert answered.wait(PATIENCE_SECONDS)
        raise NotTaken(wishing.NO_ANSWER)

    monkeypatch.setattr(wishes, "_read", wait_for_an_answer)
    first = threading.Thread(target=wishes.prepare)
    first.start()
    assert sending.wait(PATIENCE_SECONDS)
    asked: list[Wish] = []

    def change(wish: Wish) -> Wish:
        asked.append(wish)
        return wish

    with pytest.raises(NotTaken, match="does not answer"):
        wishes.change({"quality": change}, {"quality": None}, by="x")
    answered.set()
    first.join(PATIENCE_SECONDS)
    assert asked == []


def test_a_wish_that_the_kit_would_not_understand_is_never_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wishes = Wishes(Connection(NOBODY))
    sent: list[str] = []
    monkeypatch.setattr(wishes, "_read", lambda *_: None)
    monkeypatch.setattr(wishes, "_send", lambda given, *_: sent.extend(given))

    def ask(to: dict[str, dict[int, int]]) -> None:
        wishes.change(
            {"quality": lambda wish: replace(wish, rewind=Rewind("r", to))}, {"quality": None}, "x"
        )

    ask({"parts": {0: 5}})
    assert sent == ["quality"]
    long_names = {f"{number:0200}": {0: 0} for number in range(400)}
    for wrong, why in (({"parts": {0: -5}}, "from 0"), (long_names, "bytes")):
        with pytest.raises(WishError, match=why):
            ask(wrong)
    assert sent == ["quality"]


def test_turn_reading_and_sending_have_one_deadline_before_the_page_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = re.search(r'"timeout":(\d+)', PAGE.read_text())
    assert found is not None
    assert int(found[1]) / 1000 >= wishing.ANSWER_SECONDS + 1
    wishes = Wishes(Connection(NOBODY))
    read_until: list[float] = []
    sent: list[str] = []
    monkeypatch.setattr(wishes, "_read", read_until.append)
    monkeypatch.setattr(wishes, "_send", sent.extend)
    to_send = wishing.SEND_SECONDS + wishing.GIVING_UP_SECONDS
    spent = wishing.ANSWER_SECONDS - to_send

    def ask(asked_at: float) -> None:
        wishes.change({"quality": lambda wish: wish}, {"quality": None}, "x", asked_at)

    asked_at = time.monotonic()
    ask(asked_at)
    assert sent == ["quality"]
    assert read_until[0] <= asked_at + spent
    with pytest.raises(NotTaken, match="does not answer"):
        ask(time.monotonic() - spent)
    assert sent == ["quality"]


def test_while_the_topic_is_made_anew_no_wish_comes_through_and_none_that_waited_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One is on its way, a second waits for its turn, a third comes while it is made anew."""
    wishes = Wishes(Connection(NOBODY))
    sending, answered, held = threading.Event(), threading.Event(), threading.Event()
    sent: list[str] = []
    refused: list[str] = []

    def send(given: Mapping[str, Wish], *_: object) -> None:
        sending.set()
        assert answered.wait(PATIENCE_SECONDS)
        assert not held.is_set()
        sent.extend(given)

    monkeypatch.setattr(wishing, "SEND_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(wishing, "ANSWER_SECONDS", 3 * PATIENCE_SECONDS)
    monkeypatch.setattr(wishes, "_read", lambda *_: None)
    monkeypatch.setattr(wishes, "_send", send)

    def ask(service: str) -> None:
        try:
            wishes.change({service: lambda wish: wish}, {service: None}, by="x")
        except NotTaken as failure:
            refused.append(f"{service}: {failure}")

    def make_anew() -> None:
        with wishes.held_back():
            held.set()
            thread("third").join(PATIENCE_SECONDS)
            held.clear()

    def thread(service: str) -> threading.Thread:
        made = threading.Thread(target=ask, args=(service,))
        made.start()
        return made

    first = thread("first")
    assert sending.wait(PATIENCE_SECONDS)
    second = thread("second")
    until(lambda: _is_in(second, "_its_turn"), "the second waits for its turn")
    anew = threading.Thread(target=make_anew)
    anew.start()
    until(lambda: wishes._held_back, "it is about to be made anew")
    answered.set()
    for one in (first, second, anew):
        one.join(PATIENCE_SECONDS)
        assert not one.is_alive()
    assert sent == ["first"]
    assert sorted(refused) == [f"second: {STARTING_OVER}", f"third: {STARTING_OVER}"]
    ask("fourth")
    assert sent == ["first", "fourth"]


def _is_in(thread: threading.Thread, function: str) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None and frame.f_code.co_name != function:
        frame = frame.f_back
    return frame is not None
