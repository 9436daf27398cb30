"""What is asked before every event must cost next to nothing."""

from __future__ import annotations

from typing import cast

import pytest
from confluent_kafka import Consumer

from flowviz.kit.book import Book
from flowviz.kit.committing import Committing
from flowviz.kit.holdings import Holdings
from flowviz.kit.ledger import LedgerEntry


def test_asking_whether_all_is_committed_encodes_no_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = Holdings(stored_by_hand=False)
    commits = Committing(cast(Consumer, None), holdings, "quality-1", by_itself=True)
    holdings.open(("parts", 0), Book(5), as_committed=True)
    assert commits.settled
    encoded: list[LedgerEntry] = []

    def encode(entry: LedgerEntry) -> str:
        encoded.append(entry)
        return "{}"

    monkeypatch.setattr(LedgerEntry, "encode", encode)
    holdings.finish(("parts", 0), 5, "done")
    assert not commits.settled
    assert encoded == []
    assert [tp.offset for tp in holdings.unsaved()] == [6]
    assert len(encoded) == 1
