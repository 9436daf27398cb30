"""The one line of the first start, and what is read where it fails."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from dashboard.management.installing import InstallLine, install, pinned
from tests.management.test_progress import Terminal

REQUIREMENTS = """\
asgiref==3.13.0 \\
    --hash=sha256:00
    # via django
tzdata==2026.1 ; sys_platform == 'win32' \\
    --hash=sha256:00
django==5.2.19 \\
    --hash=sha256:00
"""
SAID = (
    "Ignoring tzdata: markers 'sys_platform == \"win32\"' don't match your environment\n",
    "Collecting asgiref==3.13.0 (from -r requirements.txt (line 1))\n",
    "  Downloading asgiref-3.13.0-py3-none-any.whl (27 kB)\n",
    "Collecting django==5.2.19 (from -r requirements.txt (line 6))\n",
    "Installing collected packages: asgiref, django\n",
    "Successfully installed asgiref-3.13.0 django-5.2.19\n",
)


def told(out: io.StringIO) -> list[str]:
    line = InstallLine(out, "what it runs on", pinned(REQUIREMENTS))
    for heard in SAID:
        line.hear(heard)
    line.end("Installed.")
    return [drawn.strip() for drawn in out.getvalue().split("\r")]


def test_a_terminal_has_one_line_that_tells_how_far_it_is() -> None:
    out = Terminal()
    assert told(out)[1:] == [
        "Installing what it runs on, once.",
        "Installing what it runs on, once: fetching 1 of 2, asgiref",
        "Installing what it runs on, once: fetching 2 of 2, django",
        "Installing what it runs on, once: unpacking 2 packages",
        "Installed.",
    ]
    assert out.getvalue().count("\n") == 1


def test_where_nobody_looks_there_is_one_plain_line() -> None:
    assert told(io.StringIO()) == [
        "Installing what it runs on, once; it takes half a minute or two."
    ]


def test_where_it_fails_all_that_pip_said_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"flowviz-nothing-such==1.0 --hash=sha256:{'0' * 64}\n")
    err = io.StringIO()
    assert install(requirements, "what it runs on", io.StringIO(), err) == 1
    assert "No matching distribution found for flowviz-nothing-such==1.0" in err.getvalue()
    assert err.getvalue().endswith("the next ones are.\n")
