"""How long what goes to a topic goes one by one, after it refused a batch."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from flowviz.kit import narrow
from flowviz.kit.narrow import Narrow


def test_one_large_event_spoils_its_own_batch_and_no_later_one() -> None:
    topics = Narrow()
    for _ in range(3):
        topics.apart("parts")
    topics.through("parts", large=False)
    topics.through("parts", large=True)
    assert topics.holds("parts"), "the third is still under way, and what comes now is behind it"
    topics.through("parts", large=False)
    assert not topics.holds("parts")


def test_a_topic_that_took_each_by_itself_is_sent_batches_again_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topics, now = Narrow(), [100.0]
    monkeypatch.setattr(narrow, "time", SimpleNamespace(monotonic=lambda: now[0]))
    topics.apart("parts")
    topics.through("parts", large=False)
    assert topics.holds("parts")
    now[0] += narrow.NARROW_SECONDS - 1
    assert topics.holds("parts")
    now[0] += 2
    topics.apart("parts")
    assert topics.crowd("parts") == 1, "what is under way is to come to an end"
    topics.through("parts", large=False)
    assert not topics.holds("parts")


def test_more_topics_than_it_remembers_change_nothing_for_those_it_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(narrow, "MAX_TOPICS", 1)
    topics = Narrow()
    for topic in ("parts", "others"):
        topics.apart(topic)
    topics.through("others", large=True)
    assert (topics.holds("parts"), topics.holds("others")) == (True, False)
