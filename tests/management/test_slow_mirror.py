"""A first start with a mirror that is slow, as people see it at their terminal and on the page."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from tests.commands import Command, sentence, started, status
from tests.embedded.maven_folder import maven_folder
from tests.waiting import until

IMPATIENT = "tests/management/impatient.py"


def megabytes(demo: Command) -> list[int]:
    """How far the terminal has said it is, each time."""
    return [int(found) for found in re.findall(r" (\d+) of 45 MB", "".join(demo.out))]


def broker(url: str) -> dict[str, str]:
    with urllib.request.urlopen(url + "api/flow", timeout=30) as answer:
        found: dict[str, str] = json.load(answer)["cluster"]["broker"]
    return found


def test_it_is_shown_how_far_it_is_and_when_nothing_comes_any_more_one_sentence_says_so(
    tmp_path: Path,
) -> None:
    cache = tmp_path / "cache"
    with maven_folder() as mirror:
        mirror.everything, mirror.fault_of_all = b"x" * 20_000_000, "slow"
        with started(
            *(tmp_path / "data", "demo", "--no-browser", "--port", "0"),
            program=IMPATIENT,
            stdout="terminal",
            FLOWVIZ_CACHE_DIR=str(cache),
            FLOWVIZ_MAVEN_URL=mirror.url,
        ) as demo:
            url = demo.said(r"Flowviz is at (\S+)")
            until(lambda: len(set(megabytes(demo))) > 3, "it goes on")
            assert broker(url)["phase"] == "fetching"
            assert re.match(r"Of Apache Kafka \d+ of 45 MB are here\.", broker(url)["reason"])
            assert status(url) == 200
            assert demo.process.poll() is None
            mirror.stalled.set()
            code, err = demo.end()
    assert code == 1
    said = sentence(err)
    assert f"could not be fetched from {mirror.url} (nothing more comes of" in said
    assert said.endswith("check the network and FLOWVIZ_MAVEN_URL, and start again.")
    assert megabytes(demo) == sorted(megabytes(demo))
    assert not Installation(cache, read_lock()).folder.exists()
