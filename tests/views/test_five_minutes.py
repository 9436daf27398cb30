"""docs/five-minutes.md follows the page: what stands in bold there is what is written on it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(
    r'"((?:[^"\\\n]|\\.)*)"' + r"|'((?:[^'\\\n]|\\.)*)'" + r"|`((?:[^`\\]|\\.)*)`", re.DOTALL
)
BETWEEN_TAGS = re.compile(r">([^<>{}]+)<")
HOLE = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
"""What a template of JavaScript fills in."""
OF_A_NUMBER = re.compile(r"^\d+ | \d+$")
"""Numbers stand beside their word in an element of their own."""
SAMPLE = "bold"
"""The line that says what bold means."""


def script() -> str:
    return (ROOT / "docs" / "five-minutes.md").read_text()


def said_in_bold() -> list[str]:
    found = {" ".join(words.split()) for words in BOLD.findall(script())}
    return sorted(found - {SAMPLE})


def written() -> list[str]:
    """All texts of the page and of its modules, with None of their comments."""
    modules = sorted((ROOT / "static" / "dashboard" / "js").glob("*.js"))
    code = "\n".join(COMMENT.sub("", path.read_text()) for path in modules)
    texts = ["".join(groups) for groups in QUOTED.findall(code)]
    page = (ROOT / "templates" / "page.html").read_text()
    return [*texts, *(text.strip() for text in BETWEEN_TAGS.findall(page) if text.strip())]


def headline() -> str:
    scenario = ROOT / "examples" / "assembly_line" / "scenario.toml"
    return str(tomllib.loads(scenario.read_text())["headline"]["unit"])


def is_written(words: str, texts: list[str]) -> bool:
    """As a text, as words at the beginning of one, or as one with something filled in."""
    whole = re.compile(rf"{re.escape(words)}(?!\w)")
    for text in texts:
        if whole.match(capital(text)) or whole.match(text):
            return True
        pieces = HOLE.split(text)
        if len(pieces) > 1 and len("".join(pieces).strip()) > 2:
            filled = r"\S+".join(map(re.escape, pieces))
            if re.fullmatch(filled, words):
                return True
    return False


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def test_there_is_a_script_and_the_check_knows_what_is_not_on_the_page() -> None:
    assert len(said_in_bold()) > 20
    assert not is_written("Unplug analytics", written())
    assert not is_written("Kill the broker", written())


@pytest.mark.parametrize("words", said_in_bold())
def test_what_the_script_says_in_bold_is_written_on_the_page(words: str) -> None:
    texts = [*written(), f"{headline()} a second"]
    assert is_written(words, texts) or is_written(OF_A_NUMBER.sub("", words), texts), words
