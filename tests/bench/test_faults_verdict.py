"""What faults.py calls lost: each of its checks alone is enough."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.faults import Found, too_few
from bench.parts.partsline import READERS
from bench.parts.recording import Records, acknowledged, handled
from bench.parts.script import CannotMeasure

NOTHING = dict.fromkeys(READERS, 0)


def ledger(lost: int = 0, **quality: int | None) -> dict[str, Any]:
    counted: dict[str, int | None] = {
        "published": 9,
        "handled": 9,
        "skipped": 0,
        "dead_lettered": 0,
        "waiting": 0,
    }
    services = {name: dict(counted) for name in READERS}
    services["quality"] |= quality
    return {"lost": lost, "services": services}


WELL = Found(9, 9, 0, NOTHING, NOTHING, NOTHING, NOTHING, ledger())


def test_nothing_is_lost_where_every_part_is_everywhere() -> None:
    assert WELL.lost == 0
    assert replace(WELL, repeats=NOTHING | {"quality": 3}).lost == 0


@pytest.mark.parametrize(
    "found",
    [
        replace(WELL, ledger=ledger(lost=1)),
        replace(WELL, ledger=ledger(handled=8)),
        replace(WELL, gone=1),
        replace(WELL, unhandled=NOTHING | {"shipping": 1}),
        replace(WELL, unwritten=NOTHING | {"inventory": 1}),
    ],
    ids=["by the ledger", "not in the ledger's sum", "off the log", "not handled", "not written"],
)
def test_one_part_that_is_missing_anywhere_is_lost(found: Found) -> None:
    assert found.lost == 1


def test_where_the_ledger_does_not_know_nobody_says_that_nothing_is_lost() -> None:
    with pytest.raises(CannotMeasure, match="what became of all parts of quality"):
        assert replace(WELL, ledger=ledger(handled=None)).lost is not None


def test_fewer_faults_than_were_asked_for_are_told_as_such() -> None:
    assert too_few(100, 100) is None
    assert "Only 83 of 100 faults" in str(too_few(83, 100))


def test_what_a_dead_letter_or_a_known_id_settled_is_not_lost() -> None:
    assert replace(WELL, ledger=ledger(handled=7, dead_lettered=1, skipped=1)).lost == 0


def test_what_processes_wrote_down_is_counted_over_all_of_them(tmp_path: Path) -> None:
    for process in ("quality.1", "quality.2"):
        records = Records(tmp_path / f"{process}.sqlite")
        records.handled("a part", "parts.scanned")
        records.acknowledged("a grade", "parts.graded")
    assert handled(tmp_path, "quality", "parts.scanned") == {"a part": 2}
    assert acknowledged(tmp_path, "quality", "parts.graded") == {"a grade": 2}
    assert not handled(tmp_path, "quality", "parts.graded")
    assert not handled(tmp_path, "shipping", "parts.scanned")
