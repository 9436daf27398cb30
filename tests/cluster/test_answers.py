"""Waiting for an answer never takes for ever, and what ends it has one type."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from confluent_kafka import KafkaError, KafkaException

from dashboard.cluster import answers
from dashboard.cluster.answers import collect, error_of, in_words, may_come_back


def test_an_answer_that_does_not_come_is_a_refusal_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "GRACE_SECONDS", 0.0)
    with pytest.raises(KafkaException) as refused:
        collect(Future(), 0.01)
    assert error_of(refused.value).code() == KafkaError._TIMED_OUT
    assert in_words(error_of(refused.value)) == "no answer in time"


def test_an_answer_is_handed_back() -> None:
    answer: Future[str] = Future()
    answer.set_result("here")
    assert collect(answer, 0.01) == "here"


def test_what_a_cluster_that_comes_up_answers_is_asked_again_and_what_it_forbids_is_not() -> None:
    for code in ("_TRANSPORT", "NOT_CONTROLLER", "INVALID_REPLICATION_FACTOR"):
        assert may_come_back(KafkaError(getattr(KafkaError, code)))
    for code in ("CLUSTER_AUTHORIZATION_FAILED", "POLICY_VIOLATION"):
        assert not may_come_back(KafkaError(getattr(KafkaError, code)))
