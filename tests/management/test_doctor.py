from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from dashboard.management import checkup
from flowviz import config


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "FLOWVIZ_CACHE_DIR": str(tmp_path / "cache"),
        "FLOWVIZ_DATA_DIR": str(tmp_path / "data"),
    }


def finding(what: str, environment: dict[str, str]) -> checkup.Finding:
    found = {each.what: each for each in checkup.examine(config.load(environment))}
    return found[what]


def test_a_machine_that_has_all_is_told_so(
    environment: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    settings.CONFIG = config.load(environment)
    printed = io.StringIO()
    call_command("doctor", stdout=printed, no_color=True)
    lines = printed.getvalue().splitlines()
    assert [line.split(":")[0].split(maxsplit=1)[1] for line in lines[:-1]] == [
        *("Python", "Java", "Cache folder", "Data folder"),
        *("Apache Kafka", "Web port", "Your cluster", "Chromium"),
    ]
    assert lines[-1] == "Nothing is in the way of make demo."
    assert list(tmp_path.iterdir()) == []


def test_a_problem_ends_with_exit_code_1_and_the_other_checks_are_made_all_the_same(
    environment: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    java = tmp_path / "java"
    java.write_text("no Java")
    settings.CONFIG = config.load({**environment, "FLOWVIZ_JAVA": str(java)})
    printed = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=printed, no_color=True)
    assert ended.value.code == 1
    lines = printed.getvalue().splitlines()
    assert len(lines) == len(checkup.CHECKS)
    assert lines[1].startswith(f"problem  Java: The Java at {java} cannot be used")
    assert "FLOWVIZ_JAVA" in lines[1]


@pytest.mark.parametrize(
    ("what", "setting"),
    [("Cache folder", "FLOWVIZ_CACHE_DIR"), ("Data folder", "FLOWVIZ_DATA_DIR")],
)
def test_a_folder_that_cannot_be_made_is_named_with_its_setting(
    environment: dict[str, str], tmp_path: Path, what: str, setting: str
) -> None:
    (tmp_path / "file").touch()
    found = finding(what, {**environment, setting: str(tmp_path / "file" / "below")})
    assert found.kind == "problem"
    assert str(tmp_path / "file" / "below") in found.sentence
    assert setting in found.sentence


def test_a_full_disk_is_a_problem(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "ROOM_BYTES", 2**62)
    assert finding("Data folder", environment).kind == "problem"
    assert "MB of room left" in finding("Data folder", environment).sentence


def test_kafka_that_is_not_fetched_yet_is_no_problem(environment: dict[str, str]) -> None:
    found = finding("Apache Kafka", environment)
    assert found.kind == "note"
    assert "the first demo fetches it" in found.sentence


def test_a_port_that_was_asked_for_and_is_taken_is_a_problem(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = finding("Web port", {**environment, "FLOWVIZ_PORT": str(port)})
    assert found.kind == "problem"
    assert f"Port {port} is taken" in found.sentence


def test_a_default_port_that_is_taken_is_only_worth_a_note(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(checkup, "DEFAULT_PORT", taken)
        monkeypatch.setattr("dashboard.server.listening.DEFAULT_PORT", taken)
        found = finding("Web port", environment)
    assert found.kind == "note"
    assert f"{taken} is taken" in found.sentence


def test_a_cluster_that_was_named_and_does_not_answer_is_a_problem(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "REACH_SECONDS", 0.5)
    with socket.socket() as nobody:
        # Bound and not listening: connections are refused, and nobody else gets the port.
        nobody.bind(("127.0.0.1", 0))
        servers = f"127.0.0.1:{nobody.getsockname()[1]}"
        found = finding("Your cluster", {**environment, "KAFKA_BOOTSTRAP_SERVERS": servers})
    assert found.kind == "problem"
    assert f"No answer from Kafka at {servers}" in found.sentence
    assert "KAFKA_BOOTSTRAP_SERVERS" in found.sentence


def test_no_cluster_named_is_no_problem(environment: dict[str, str]) -> None:
    assert finding("Your cluster", environment).kind == "note"


def test_a_missing_chromium_is_no_problem_but_told_how_to_get(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(checkup, "MAC_BROWSERS", ())
    found = finding("Chromium", environment)
    assert found.kind == "note"
    assert "install chromium" in found.sentence
    (tmp_path / "chromium-1234").mkdir()
    assert finding("Chromium", environment).kind == "ok"
