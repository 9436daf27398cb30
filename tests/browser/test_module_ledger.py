"""The ledger's notes in words: what was read again, what leaves no trace, how events count."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


@pytest.mark.parametrize(
    ("services", "words"),
    [
        ({"a": {"pass": 1, "replayed": 0}, "b": {"pass": None, "replayed": None}}, ""),
        ({"a": {"pass": 2, "replayed": 0}}, "a: pass 2"),
        (
            {"a": {"pass": 2, "replayed": 4_123}, "b": {"pass": 3, "replayed": None}},
            "a: pass 2, 4\u202f123 written again after a rewind; "
            "b: pass 3, written again: not known",
        ),
        (
            {"a": {"pass": 2, "replayed": 5, "replayed_at_least": True}},
            "a: pass 2, at least 5 written again after a rewind",
        ),
        (
            {name: {"pass": 2, "replayed": 0} for name in "abcde"},
            "a: pass 2; b: pass 2; c: pass 2; 2 more read again",
        ),
    ],
)
def test_the_ledger_says_who_reads_again_and_what_that_wrote_again(
    modules: Page, services: dict[str, Any], words: str
) -> None:
    assert run(modules, "ledgerview", "return m.passes(a)", {"services": services}) == words


def test_the_ledger_says_of_whom_it_cannot_see_what_they_do_twice(modules: Page) -> None:
    services = {
        "quality": {"duplicates_at_least": False, "handled": 5},
        "analytics": {"duplicates_at_least": True, "handled": 5},
        "labels": {"duplicates_at_least": True, "handled": 5, "replayed": 7},
    }
    body = "return [m.unseen(a), m.unseen({})]"
    assert run(modules, "ledgerview", body, {"services": services}) == [
        "What analytics did twice leaves no trace: nothing is written",
        "",
    ]


@pytest.mark.parametrize(
    ("readers", "words"),
    [
        ([("t", "a"), ("t", "b"), ("t", "own")], "counts 2 times: once per reader."),
        ([("t", "a"), ("t", "b"), ("u", "a")], "counts once per reader."),
        ([("t", "a")], "An event counts once."),
        ([], "counts once per reader."),
    ],
)
def test_the_ledger_says_how_often_an_event_counts(
    modules: Page, readers: list[tuple[str, str]], words: str
) -> None:
    picture = {
        "edges": {f"{t}{g}": {"kind": "reads", "topic": t, "group": g} for t, g in readers},
        "groups": {f"g:{g}": {"name": g, "service": g} for g in ("a", "b", "own")},
        "ledger": {"services": {"a": {"by": "kit"}, "b": {"by": "kit"}, "own": {"by": "offsets"}}},
    }
    assert run(modules, "ledgerview", "return m.howCounted(a)", picture).endswith(words)
