"""A cluster that asks for name and password, over TLS: with the settings of docs/settings.md people
get in, with wrong ones they are told in a sentence, and the password is nowhere in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flowviz import config
from tests.commands import ROOT, START_SECONDS, Command, sentence, started, status
from tests.kafka.locked_broker import PASSWORD, PLAIN, SCRAM, USER, LockedBroker
from tests.waiting import until

WRONG = "a password that is nobody's"
ANSWER_SECONDS = 30


@pytest.fixture(scope="module")
def broker(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LockedBroker]:
    """`bootstrap` has fetched Kafka, where it was not there."""
    locked = LockedBroker(tmp_path_factory.mktemp("locked") / "kafka", config.load(os.environ))
    try:
        locked.start()
        yield locked
    finally:
        locked.end()


def settings(broker: LockedBroker, mechanism: str, password: str) -> dict[str, str]:
    return {
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": mechanism,
        "KAFKA_SASL_USERNAME": USER,
        "KAFKA_SASL_PASSWORD": password,
        "KAFKA_SSL_CA_LOCATION": str(broker.authority),
    }


def flow(url: str) -> Any:
    with urllib.request.urlopen(url + "api/flow", timeout=ANSWER_SECONDS) as answer:
        return json.load(answer)


def ended(command: Command) -> None:
    command.process.send_signal(signal.SIGINT)
    assert command.end() == (0, "")


def demonstration(folder: Path, given: dict[str, str]) -> AbstractContextManager[Command]:
    words = ("demo", "--on-cluster", "--yes", "--no-browser", "--port", "0")
    return started(folder, *words, **given)


def test_a_demonstration_runs_there_and_a_watch_sees_it(
    tmp_path: Path, broker: LockedBroker
) -> None:
    with (
        demonstration(tmp_path / "demo", settings(broker, SCRAM, PASSWORD)) as demo,
        started(
            tmp_path / "watch",
            *("watch", "--no-browser", "--port", "0"),
            **settings(broker, PLAIN, PASSWORD),
        ) as watch,
    ):
        for one in (demo, watch):
            url = one.said(r"Flowviz is at (\S+)")
            until(partial(all_is_seen, url), "services, events and groups are seen", START_SECONDS)
        ended(watch)
        ended(demo)


def all_is_seen(url: str) -> bool:
    """Services tell of themselves, the reader reads, the survey asks, and parts are handled."""
    if status(url + "healthz") != 200:
        return False
    shown = flow(url)
    running = {one["name"] for one in shown["services"] if one["state"] == "running"}
    events = {one["name"] for one in shown["topics"] if one["events"]}
    groups = {one["group"] for one in shown["groups"] if one["lag"] is not None}
    return (
        running >= {"scanner", "quality", "inventory", "shipping"}
        and events >= {"parts.scanned", "parts.graded"}
        and groups >= {"quality", "inventory", "shipping"}
        and shown["ledger"]["lost"] == 0
    )


def test_a_wrong_password_ends_a_demonstration_there_with_a_sentence(
    tmp_path: Path, broker: LockedBroker
) -> None:
    with (
        demonstration(tmp_path / "a", settings(broker, SCRAM, WRONG)) as by_scram,
        demonstration(tmp_path / "b", settings(broker, PLAIN, WRONG)) as by_plain,
    ):
        for demo in (by_scram, by_plain):
            code, err = demo.end()
            assert code == 1
            said = sentence(err)
            assert f"No answer from Kafka at {broker.bootstrap}: the cluster did not accept" in said
            assert "name or password. Check KAFKA_BOOTSTRAP_SERVERS and the other KAFKA_" in said
            assert WRONG not in said + "".join(demo.out)


def test_a_watch_with_a_wrong_password_goes_on_and_says_so_and_so_does_a_service(
    tmp_path: Path, broker: LockedBroker
) -> None:
    wrong, service_says = settings(broker, SCRAM, WRONG), tmp_path / "service.log"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ", "KAFKA"))}
    with (
        service_says.open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "examples.assembly_line.quality"],
            cwd=ROOT,
            env=clean | wrong,
            stderr=log,
        ) as service,
        started(tmp_path / "watch", "watch", "--no-browser", "--port", "0", **wrong) as watch,
    ):
        try:
            url = watch.said(r"Flowviz is at (\S+)")
            until(lambda: "name or password" in (reason(url) or ""), "the page says why")
            until(lambda: watch.err, "a line says it too")
            until(lambda: "SASL authentication" in service_says.read_text(), "the service says it")
            assert service.poll() is None, "it waits: the password may be mended on the cluster"
        finally:
            service.terminate()
        watch.process.send_signal(signal.SIGINT)
        code, err = watch.end()
    assert code == service.returncode == 0
    assert "the cluster did not accept the name or password" in sentence(err)
    assert WRONG not in err + "".join(watch.out) + service_says.read_text()


def reason(url: str) -> str | None:
    """Why nothing is seen."""
    cluster = flow(url)["cluster"]
    return None if cluster["reachable"] is not False else str(cluster["reason"])
