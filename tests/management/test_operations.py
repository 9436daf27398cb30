"""docs/operations.md stays true: its limits are those of the code, its sentences the ones told."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from dashboard import running, trouble
from dashboard.cluster import answers

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text()
LIMITS = re.findall(r"^\| .+ \| ([\d,]+) \| `([\w.]+)\.([A-Z_]+)` \|$", PAGE, re.MULTILINE)


def test_the_limits_are_found() -> None:
    section = PAGE.split("\n## Limits\n")[1].split("\n## ")[0]
    assert len(LIMITS) == section.count("| `dashboard.") + section.count("| `flowviz.") > 20


@pytest.mark.parametrize(("value", "module", "name"), LIMITS)
def test_a_limit_is_what_the_page_says(value: str, module: str, name: str) -> None:
    assert getattr(importlib.import_module(module), name) == int(value.replace(",", ""))


def test_every_sentence_of_healthz_is_explained() -> None:
    told = re.findall(r'(?:return|or) f?"([^"{]+)', inspect.getsource(trouble))
    told += [running.NOTHING_RUNS.split(":")[0], "No answer from Kafka at"]
    assert len(told) >= 6
    assert [sentence for sentence in told if sentence.strip() not in PAGE] == []


def test_the_reasons_of_a_cluster_that_is_away_are_those_that_are_told() -> None:
    row = r"^\| (?:No answer from Kafka at )?…: ([a-z ]+) \|"
    explained = re.findall(row, PAGE, re.MULTILINE)
    assert len(explained) >= 5
    assert set(explained) <= set(answers._PLAIN.values())


def test_the_links_of_the_pages_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([\w./-]+\.md)(?:#[\w-]+)?\)", page.read_text()):
            assert (DOCS / target).exists(), f"{page.name} links to {target}"
