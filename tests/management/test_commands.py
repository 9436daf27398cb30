"""What `demo` and `watch` say when they cannot start: one sentence, exit code 1."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

import manage
from dashboard import clock
from dashboard.cluster.embedded import BrokerState
from dashboard.management import session
from dashboard.management.commands import demo
from dashboard.picture.observations import BrokerSeen
from flowviz import config

HOUR_MS = 3_600_000
SOMEWHERE = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"}
MISSPELT = {"KAFKA_BOOTSRAP_SERVER": "127.0.0.1:9"}
NO_PEM = {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CA_LOCATION": __file__}
SECURED = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "PLAIN",
    "KAFKA_SASL_USERNAME": "me",
    "KAFKA_SASL_PASSWORD": "hunter2",
}


def failed(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path, *command: str, **environment: str
) -> str:
    """Runs a command that must fail before it serves; what it would print to stderr."""
    given = {"FLOWVIZ_DATA_DIR": str(data_dir)} | environment
    monkeypatch.setattr(settings, "CONFIG", config.load(given))
    with pytest.raises(SystemExit) as ended:
        call_command(*command, "--no-browser")
    said = ended.value.code
    assert isinstance(said, str), "a text as exit code is printed, and the code is 1"
    assert "\n" not in said
    assert said.endswith((".", "?"))
    return said


@pytest.mark.parametrize(
    ("command", "environment", "said"),
    [
        (("demo", "--scenario", "assmbly_line"), {}, 'Did you mean "assembly_line"'),
        (("demo",), {"FLOWVIZ_TOPICS": "a b"}, "FLOWVIZ_TOPICS"),
        (("demo", "--on-cluster"), {}, "KAFKA_BOOTSTRAP_SERVERS is not set"),
        (("demo", "--on-cluster"), SOMEWHERE | SECURED, "say that you want this with --yes"),
        (("watch",), {}, "KAFKA_BOOTSTRAP_SERVERS is not set; name"),
        (("watch",), MISSPELT, "SERVERS is not set, though KAFKA_BOOTSRAP_SERVER is"),
        (("watch",), {"KAFKA_HOME": "/opt/kafka"}, "KAFKA_BOOTSTRAP_SERVERS is not set; name"),
        (("watch",), SOMEWHERE | {"FLOWVIZ_TOPICS": "a/b"}, "FLOWVIZ_TOPICS"),
        (("watch",), SOMEWHERE | NO_PEM, "cannot use what KAFKA_SSL_CA_LOCATION names"),
    ],
)
def test_what_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: tuple[str, ...],
    environment: dict[str, str],
    said: str,
) -> None:
    sentence = failed(monkeypatch, tmp_path / "data", *command, **environment)
    assert said in sentence
    assert "hunter2" not in sentence
    assert not (tmp_path / "data").exists()


def test_on_a_cluster_of_others_it_starts_nothing_unasked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    sentence = failed(monkeypatch, tmp_path, "demo", "--on-cluster", **SOMEWHERE)
    assert "127.0.0.1:9" in sentence
    assert "--yes" in sentence


@pytest.mark.parametrize("answer", ["", "n", "no", "what"])
def test_on_a_cluster_of_others_only_a_yes_is_a_yes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", ask)
    sentence = failed(monkeypatch, tmp_path, "demo", "--on-cluster", **SOMEWHERE)
    assert sentence == "Nothing was started."
    assert "makes 6 topics on 127.0.0.1:9 and starts 4 services" in asked[0]


@pytest.mark.parametrize("key", [EOFError, KeyboardInterrupt])
def test_ctrl_d_and_ctrl_c_are_no_yes_and_no_crash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: type[BaseException]
) -> None:
    def press(question: str) -> NoReturn:
        raise key

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", press)
    sentence = failed(monkeypatch, tmp_path, "demo", "--on-cluster", **SOMEWHERE)
    assert sentence == "Nothing was started."


def test_ctrl_c_before_anything_runs_ends_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def press(words: list[str]) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("django.core.management.execute_from_command_line", press)
    with pytest.raises(SystemExit) as ended:
        manage.main()
    assert ended.value.code == 130


@pytest.mark.django_db
def test_a_data_folder_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    session.prepare_data_folder(config.load({"FLOWVIZ_DATA_DIR": str(tmp_path / "data")}))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


class QuickKafka:
    """As much of EmbeddedKafka as a demonstration uses, without a Kafka."""

    version = "4.3.0"

    def __init__(self, **settings: object) -> None:
        self.stops = 0

    def start(self) -> str:
        return "127.0.0.1:9"

    def announce(self, url: str) -> None:
        return

    def stop(self) -> None:
        self.stops += 1


@pytest.mark.django_db
def test_only_a_kafka_that_does_not_serve_yet_is_stopped_before_its_services(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kafka = QuickKafka()
    monkeypatch.setattr(settings, "CONFIG", config.load({"FLOWVIZ_DATA_DIR": str(tmp_path)}))
    monkeypatch.setattr(demo, "EmbeddedKafka", lambda **settings: kafka)
    options = {"scenario": "assembly_line", "on_cluster": False, "fresh": False}
    run = demo._Demo(options | {"port": 0, "no_browser": True})
    run._give_up_kafka()
    assert kafka.stops == 1
    run._connect()
    run._give_up_kafka()
    assert kafka.stops == 1


@pytest.mark.django_db
def test_how_far_kafka_is_fetched_has_the_instant_at_which_its_fetching_was_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "CONFIG", config.load({"FLOWVIZ_DATA_DIR": str(tmp_path)}))
    options = {"scenario": "assembly_line", "on_cluster": False, "fresh": False}
    run = demo._Demo(options | {"port": 0, "no_browser": True})
    told: list[BrokerSeen] = []
    monkeypatch.setattr(run._session.pipeline._intake, "put", told.append)
    monkeypatch.setattr(clock, "_began", clock.share() - HOUR_MS)  # the system's was set forward
    run._broker_changed(BrokerState("fetching", clock.wall(), 0, None))
    run._fetched("Apache Kafka", 2_000_000, 130_000_000)
    began, further = told
    assert (began.reason, further.reason is not None) == (None, True)
    assert further.at == began.at
    assert clock.steady() - HOUR_MS < began.at <= clock.steady()


@pytest.mark.django_db
def test_a_signal_ends_it_also_where_its_output_is_closed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "CONFIG", config.load({"FLOWVIZ_DATA_DIR": str(tmp_path)}))
    run = session.Session(port=0, acts=False, owns_processes=False, place=None)
    closed = (tmp_path / "out").open("w")
    closed.close()
    stopped: list[bool] = []
    monkeypatch.setattr(run._server, "stop", lambda: stopped.append(run.ending))
    monkeypatch.setattr(sys, "stdout", closed)
    run._asked(signal.SIGTERM, None)
    assert stopped == [True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"FLOWVIZ_HOST": "192.0.2.1"}, "192.0.2.1:8000 cannot be used"),
        ({"FLOWVIZ_HOST": "no.such.host.invalid"}, "no.such.host.invalid:8000 cannot be used"),
        ({"FLOWVIZ_DATA_DIR": "/dev/null/flowviz"}, "/dev/null/flowviz cannot be used"),
    ],
)
def test_what_cannot_be_used_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    assert said in failed(monkeypatch, tmp_path, "watch", **(SOMEWHERE | environment))


@pytest.mark.django_db
def test_a_taken_port_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"Port {port} is taken" in failed(monkeypatch, tmp_path, "demo", "--port", port)
        by_setting = failed(monkeypatch, tmp_path, "demo", FLOWVIZ_PORT=port)
        assert f"Port {port} is taken" in by_setting


@pytest.mark.parametrize("port", ["70000", "-1", "http", "1.5"])
def test_what_is_no_port_is_said(port: str) -> None:
    with pytest.raises(CommandError, match="from 0 to 65535"):
        call_command("demo", f"--port={port}")


def test_a_browser_is_opened_only_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    done = threading.Event()

    def open_one(url: str) -> None:
        opened.append(url)
        done.set()

    monkeypatch.setattr(webbrowser, "open", open_one)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    session.open_browser("http://127.0.0.1:1/")
    monkeypatch.setenv("DISPLAY", ":0")
    session.open_browser("http://127.0.0.1:2/")
    assert done.wait(30)
    assert opened == ["http://127.0.0.1:2/"]
