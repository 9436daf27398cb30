"""What others wrote lies in static/vendor unchanged, with its licence."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.browser.page_host import STATIC

VENDOR = STATIC / "vendor"
PARTS: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text())["parts"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part["name"]))
def test_every_file_is_the_one_that_was_checked(part: dict[str, Any]) -> None:
    for name, about in part["files"].items():
        digest = hashlib.sha256((VENDOR / part["folder"] / name).read_bytes()).digest()
        assert about["integrity"] == "sha256-" + base64.b64encode(digest).decode(), name


def test_nothing_lies_there_that_is_not_listed() -> None:
    listed = {f"{part['folder']}/{name}" for part in PARTS for name in part["files"]}
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there == listed | {"vendor.json"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part["name"]))
def test_every_part_names_its_version_and_brings_its_licence(part: dict[str, Any]) -> None:
    assert part["folder"].endswith(f"-{part['version']}")
    assert part["licence"]
    assert any(name.startswith("LICENSE") for name in part["files"])
