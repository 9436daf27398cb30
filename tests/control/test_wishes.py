"""What can be said of wishes without a broker; the rest is in tests/kafka."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from dashboard.cluster.connection import Connection
from dashboard.control import wishes as wishing
from dashboard.control.wishes import NotTaken, Wishes
from flowviz.kit.wish import Rewind, Wish, WishError

NOBODY = "127.0.0.1:9"
PATIENCE_SECONDS = 30


def test_a_wish_behind_one_that_nobody_answers_is_given_up_and_not_sent_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wishing, "SEND_SECONDS", 0.05)
    wishes = Wishes(Connection(NOBODY))
    sending, answered = threading.Event(), threading.Event()

    def wait_for_an_answer() -> None:
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
