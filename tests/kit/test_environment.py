"""How a service finds its cluster: by the names that docs/settings.md tells."""

from __future__ import annotations

from pathlib import Path

from flowviz import config
from flowviz.kit import conf_from_environment


def test_without_a_word_the_cluster_is_on_this_machine_and_open() -> None:
    assert conf_from_environment({}) == {"bootstrap.servers": "localhost:9092"}
    empty = {"KAFKA_BOOTSTRAP_SERVERS": " ", "KAFKA_SASL_PASSWORD": "", "KAFKA_SSL_CA_LOCATION": ""}
    assert conf_from_environment(empty) == {"bootstrap.servers": "localhost:9092"}


def test_a_service_reads_every_setting_of_the_cluster_as_flowviz_itself_does(
    tmp_path: Path,
) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("")
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": "a:9093,b:9093",
        "KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
        "KAFKA_SASL_MECHANISM": " scram-sha-512 ",
        "KAFKA_SASL_USERNAME": " me ",
        "KAFKA_SASL_PASSWORD": " hunter2 ",
        "KAFKA_SSL_CA_LOCATION": str(tmp_path / "ca.pem"),
        "KAFKA_SSL_CERTIFICATE_LOCATION": str(tmp_path / "cert.pem"),
        "KAFKA_SSL_KEY_LOCATION": str(tmp_path / "key.pem"),
        "KAFKA_SSL_KEY_PASSWORD": " hunter3 ",
        "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM": "none",
    }
    names = {name for name in config.SETTINGS if name.startswith("KAFKA_")}
    assert set(environment) == names, "all there are"
    read = config.load(environment)
    assert conf_from_environment(environment) == {
        "bootstrap.servers": read.bootstrap_servers,
        **read.security,
    }
