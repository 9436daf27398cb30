"""Settings that Kafka's client cannot use are said at once, by the names that people set."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.reach import UnusableSettingsError, check_settings, count_brokers
from tests.certificates import certificate


@pytest.mark.parametrize(
    ("option", "setting"),
    [
        ("ssl.ca.location", "KAFKA_SSL_CA_LOCATION"),
        ("ssl.certificate.location", "KAFKA_SSL_CERTIFICATE_LOCATION"),
        ("ssl.key.location", "KAFKA_SSL_KEY_LOCATION"),
    ],
)
def test_a_file_that_is_none_is_said_by_its_setting(
    tmp_path: Path, option: str, setting: str
) -> None:
    (tmp_path / "some.pem").write_text("no PEM")
    connection = Connection(
        "127.0.0.1:9", {"security.protocol": "SSL", option: str(tmp_path / "some.pem")}
    )
    for ask in (check_settings, count_brokers):
        with pytest.raises(UnusableSettingsError, match=f"cannot use what {setting} names"):
            ask(connection)


def test_files_that_fit_are_taken(tmp_path: Path) -> None:
    both = str(certificate(tmp_path))
    files = dict.fromkeys(("ssl.ca.location", "ssl.certificate.location", "ssl.key.location"), both)
    check_settings(Connection("127.0.0.1:9", {"security.protocol": "SSL"} | files))
