"""What is read out of the broker's own log."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cluster.embedded.broker_log import TAIL_BYTES, BrokerLog, last_words

WARNING = "2026-11-23 06:13:36,455 WARN [QuorumController id=1] All is well. (QuorumController)\n"
ERROR = "2026-11-23 06:13:37,100 ERROR Exiting Kafka due to fatal exception (Kafka$)\n"
TRACE = (
    "java.lang.RuntimeException: Unable to start\n\tat kafka.Kafka.main(Kafka.scala:75)\n"
    "Caused by: java.io.IOException: No space left on device\n\t... 12 more\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "broker.log"


def test_no_log_and_a_calm_log_tell_nothing(path: Path) -> None:
    log = BrokerLog(path)
    assert log.trouble() is None
    path.write_text(WARNING)
    assert log.trouble() is None


def test_the_deepest_cause_is_told(path: Path) -> None:
    log = BrokerLog(path)
    path.write_text(WARNING + ERROR + TRACE + WARNING)
    assert log.trouble() == "No space left on device"


def test_an_error_without_an_exception_is_told_without_its_class(path: Path) -> None:
    log = BrokerLog(path)
    path.write_text(ERROR)
    assert log.trouble() == "Exiting Kafka due to fatal exception"


def test_what_stood_there_before_is_of_another_start(path: Path) -> None:
    path.write_text(ERROR + TRACE)
    log = BrokerLog(path)
    assert log.trouble() is None
    with path.open("a") as file:
        file.write(ERROR)
    assert log.trouble() == "Exiting Kafka due to fatal exception"
    log.mark()
    assert log.trouble() is None


def test_a_log_that_was_rolled_is_read_from_its_beginning(path: Path) -> None:
    path.write_text(WARNING * 10)
    log = BrokerLog(path)
    path.write_text(ERROR)
    assert log.trouble() is not None


def test_a_flood_costs_no_more_than_the_tail(path: Path) -> None:
    log = BrokerLog(path)
    path.write_text(ERROR + WARNING * (2 * TAIL_BYTES // len(WARNING)))
    assert log.trouble() is None
    with path.open("a") as file:
        file.write(ERROR)
    assert log.trouble() is not None


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ([], None),
        (["WARNING: sun.misc.Unsafe will be removed"], None),
        (["Error: Could not reserve enough space"], "Error: Could not reserve enough space"),
        (["Unrecognized option: -x", "WARNING: something"], "Unrecognized option: -x"),
        (
            ["java.io.IOException: Broken", "at kafka.Kafka.main(Kafka.scala:75)", "... 9 more"],
            "Broken",
        ),
    ],
)
def test_the_last_words_of_a_java(said: list[str], word: str | None) -> None:
    assert last_words(said) == word
