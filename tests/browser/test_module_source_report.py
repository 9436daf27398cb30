"""The report of a source in words: by what it published."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

SOURCE = {
    "service": "scanner",
    "group": None,
    "source": True,
    "kind": "pause",
    "what": None,
    "state": "recovered",
    "began_at": 0,
    "down_seconds": 10.0,
    "published": 0,
    "rate_before": 8.0,
    "quiet_seconds": 10.2,
    "again_seconds": 0.2,
    "readers": 3,
    "readers_idle": True,
    "lost": 0,
    "duplicates": None,
    "lag_highest": None,
}


@pytest.mark.parametrize(
    ("more", "story", "verdict"),
    [
        (
            {},
            "published nothing for 10 s, 8.0 a second before, "
            "its 3 readers had read everything and waited",
            "0 lost",
        ),
        (
            {"published": 1, "readers": 1, "rate_before": None},
            "1 event published, then nothing for 10 s, its reader had read everything and waited",
            "0 lost",
        ),
        (
            {"kind": "slow", "published": 20, "quiet_seconds": None, "readers_idle": None},
            "20 events published, 2.0 a second, 8.0 a second before",
            "0 lost",
        ),
        (
            {"quiet_seconds": None, "again_seconds": None, "readers_idle": False, "lost": None},
            "nothing published, 8.0 a second before",
            "",
        ),
        (
            {"published": None, "quiet_seconds": None, "again_seconds": None, "lost": 2},
            "what it published is not known, 8.0 a second before, "
            "its 3 readers had read everything and waited",
            "2 lost",
        ),
        ({"state": "down", "lost": None}, "nothing published, 8.0 a second before", ""),
        (
            {"kind": "slow", "state": "catching up", "lost": None, "published": 20},
            "20 events published, 8.0 a second before",
            "at work again, nothing published since",
        ),
        (
            {"state": "catching up", "lost": None, "published": None, "rate_before": None},
            "what it publishes is not known",
            "at work again, nothing published yet",
        ),
    ],
)
def test_a_source_is_told_by_what_it_published(
    modules: Page, more: dict[str, Any], story: str, verdict: str
) -> None:
    found = run(modules, "recovery", "return m.told(a, 30_000)", SOURCE | more)
    assert (found["title"][:7], found["story"]) == ("scanner", story)
    assert ", ".join(part["words"] for part in found["verdict"]) == verdict
