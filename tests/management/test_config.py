"""Settings: what people may set, and the sentence they get when they set it wrongly."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import NoReturn

import pytest

from flowviz import config
from flowviz.config import SETTINGS, ConfigError, load

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_set_gives_loopback_and_looking_only() -> None:
    settings = load({})
    assert settings.host == "127.0.0.1"
    assert settings.port is None
    assert settings.control is False
    assert settings.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert settings.security == {}
    assert settings.bootstrap_servers is None


def test_an_empty_value_is_as_good_as_none() -> None:
    assert load({"FLOWVIZ_PORT": "", "FLOWVIZ_TOPICS": "  "}) == load({})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FLOWVIZ_PORT", "http", "from 1 to 65535"),
        ("FLOWVIZ_PORT", "0", "from 1 to 65535"),
        ("FLOWVIZ_PORT", "70000", "from 1 to 65535"),
        ("FLOWVIZ_CONTROL", "yes", "1 or 0"),
        ("FLOWVIZ_RELOAD", "true", "1 or 0"),
        ("FLOWVIZ_LOG_LEVEL", "LOUD", "DEBUG"),
        ("FLOWVIZ_MAVEN_URL", "mirror.example", "https://"),
        ("FLOWVIZ_MAVEN_URL", "https://[::1/maven", "no address"),
        ("FLOWVIZ_MAVEN_URL", "https://mirror.example:https/maven", "no address"),
        ("FLOWVIZ_JAVA", "/nowhere/java", "/nowhere/java"),
        ("FLOWVIZ_DATA_DIR", __file__, "a file"),
        ("FLOWVIZ_CACHE_DIR", __file__, "a file"),
        ("FLOWVIZ_SECRET_KEY", "short", "32 characters"),
        ("FLOWVIZ_DATA_DIR", "~nobody-has-this-name/data", "home folder"),
        ("FLOWVIZ_ALLOWED_HOSTS", "*", "without *"),
        ("FLOWVIZ_ALLOWED_HOSTS", "http://name", "without http://"),
        ("FLOWVIZ_ALLOWED_HOSTS", "name:8000", "without a port"),
        ("FLOWVIZ_ALLOWED_HOSTS", "[::1]:8000", "without a port"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "flow.example", "https://flow.example"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "https://flow.example/flowviz", "without a path"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "https://*.example", "without *"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "https://me@flow.example", "without a path"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "https://flow.example:https", "8443"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "https://a.example,null", "'null'"),
        ("FLOWVIZ_PUBLIC_ORIGINS", "https://", "https://flow.example"),
        ("KAFKA_BOOTSTRAP_SERVERS", "localhost", "host:port"),
        ("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:0", "'b:0'"),
        ("KAFKA_SECURITY_PROTOCOL", "TLS", "SASL_SSL"),
        ("KAFKA_SSL_CA_LOCATION", "/nowhere/ca.pem", "does not exist"),
        ("KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "maybe", "https or none"),
    ],
)
def test_a_bad_value_stops_with_a_sentence_that_names_the_setting(
    name: str, value: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load({name: value})
    assert name in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["FLOWVIZ_DATA_DIR", "FLOWVIZ_CACHE_DIR", "FLOWVIZ_JAVA", "KAFKA_SSL_KEY_LOCATION"]
)
def test_a_path_that_may_not_be_looked_at_stops_with_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, **how: object) -> NoReturn:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    for look in ("stat", "exists", "is_dir", "is_file"):
        monkeypatch.setattr(Path, look, refuse)
    with pytest.raises(ConfigError, match=f"^{name} .*/root/key.pem.*: Permission denied.$"):
        load({name: "/root/key.pem"})


def test_an_unknown_name_stops_and_the_likely_one_is_given() -> None:
    with pytest.raises(ConfigError, match=r"FLOWVIZ_PROT .* Did you mean FLOWVIZ_PORT\?"):
        load({"FLOWVIZ_PROT": "8000"})
    with pytest.raises(ConfigError, match="KAFKA_SASL_PASSWORD"):
        load({"KAFKA_SASL_PASWORD": "hunter2"})


def test_the_value_of_an_unknown_name_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        load({"KAFKA_SASL_PASWORD": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_names_of_other_programs_are_left_alone() -> None:
    assert load({"KAFKA_OPTS": "-Xmx1g", "KAFKA_HOME": "/opt/kafka", "FLOW": "1"}) == load({})


def test_what_flowviz_gives_to_its_own_services_does_not_stop_it() -> None:
    given = {"FLOWVIZ_INSTANCE": "quality-1", "FLOWVIZ_LIFELINE_FD": "7"}
    assert load(given) == load({})


def test_secrets_are_in_no_repr() -> None:
    settings = load(
        {
            "FLOWVIZ_SECRET_KEY": "s3cr3t" * 8,
            "FLOWVIZ_MAVEN_URL": "https://me:hunter2@mirror.example/maven2",
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": "PLAIN",
            "KAFKA_SASL_USERNAME": "someone",
            "KAFKA_SASL_PASSWORD": "hunter2",
        }
    )
    assert settings.security["sasl.password"] == "hunter2"
    assert "hunter2" not in repr(settings)
    assert "s3cr3t" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "KAFKA_SASL_MECHANISM is missing"),
        ({"KAFKA_SASL_USERNAME": "me"}, "KAFKA_SECURITY_PROTOCOL is PLAINTEXT"),
        ({"KAFKA_SSL_CA_LOCATION": __file__}, "KAFKA_SECURITY_PROTOCOL is PLAINTEXT"),
    ],
)
def test_half_given_security_stops_with_what_is_missing(given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(given)


def test_a_password_keeps_the_spaces_at_its_ends() -> None:
    settings = load(
        {
            "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "KAFKA_SASL_MECHANISM": "scram-sha-256",
            "KAFKA_SASL_USERNAME": "me",
            "KAFKA_SASL_PASSWORD": " a b ",
        }
    )
    assert settings.security["sasl.password"] == " a b "
    assert settings.security["sasl.mechanism"] == "SCRAM-SHA-256"


def test_the_address_it_binds_to_and_more_names_may_be_asked_for() -> None:
    settings = load({"FLOWVIZ_HOST": "192.0.2.7", "FLOWVIZ_ALLOWED_HOSTS": "flow.example, b"})
    assert settings.host == "192.0.2.7"
    assert set(settings.allowed_hosts) >= {"192.0.2.7", "flow.example", "b"}
    assert "0.0.0.0" not in load({"FLOWVIZ_HOST": "0.0.0.0"}).allowed_hosts


def test_the_origins_of_a_proxy_are_taken_and_their_names_let_in() -> None:
    given = "https://Flow.example/, https://flow.example:8443,http://[fd00::7]:8080"
    settings = load({"FLOWVIZ_PUBLIC_ORIGINS": given})
    assert settings.public_origins == (
        *("https://flow.example", "https://flow.example:8443", "http://[fd00::7]:8080"),
    )
    assert {"flow.example", "[fd00::7]"} <= set(settings.allowed_hosts)
    assert load({}).public_origins == ()


def test_an_ipv6_address_is_allowed_as_browsers_write_it() -> None:
    for given in ("fd00::7", "FD00:0::7", "[fd00::7]"):
        assert "[fd00::7]" in load({"FLOWVIZ_ALLOWED_HOSTS": given}).allowed_hosts
    assert "[fd00::7]" in load({"FLOWVIZ_HOST": "fd00::7"}).allowed_hosts


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `((?:FLOWVIZ|KAFKA)_[A-Z_]+)`", page, re.MULTILINE))
    assert documented == set(SETTINGS)


def test_every_setting_is_read() -> None:
    """A name that is listed but read nowhere would be taken, documented, and without effect."""
    room = Path(config.__file__).parent
    body = (room / "config.py").read_text() + (room / "security.py").read_text()
    unread = [name for name in SETTINGS if f'"{name}"' not in body]
    assert unread == []


def test_a_service_inherits_no_secret_and_no_way_into_a_cluster_it_may_not_run_on() -> None:
    ours = dict.fromkeys(config.SETTINGS, "x")
    kept = config.for_services(ours | {"PATH": "/bin", "KAFKA_HEAP_OPTS": "-Xmx1g"})
    assert {"PATH", "KAFKA_HEAP_OPTS"} <= kept.keys()
    assert not [name for name in kept if name.startswith(("KAFKA_SASL_", "KAFKA_SSL_"))]
    assert not kept.keys() & {*config.SECRETS, "KAFKA_SECURITY_PROTOCOL"}


def test_security_can_be_told_as_the_settings_that_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    given = {
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "PLAIN",
        "KAFKA_SASL_USERNAME": "me",
        "KAFKA_SASL_PASSWORD": " hunter2 ",
        "KAFKA_SSL_CA_LOCATION": str(tmp_path / "ca.pem"),
    }
    assert config.as_environment(config.load(given).security) == given
