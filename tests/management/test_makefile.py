"""The Makefile, which is all that a newcomer runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    for name in ("Makefile", "dashboard/management/installing.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "manage.py").write_text("print('the page is up')\n")
    (tmp_path / "requirements.txt").touch()
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "python3"):
        (programs / name).symlink_to("/nowhere/python3")
    (tmp_path / ".venv" / ".ready").touch()
    ran = subprocess.run(
        ["make", "demo", f"PYTHON={sys.executable}"],
        cwd=tmp_path,
        # Under `make test` its own variables would make this one say which folder it enters.
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("the page is up\n")
    assert "Installing what Flowviz runs on" in ran.stdout
