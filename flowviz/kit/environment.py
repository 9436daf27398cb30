"""Where the cluster is and how to get in, from the environment: for the `conf` of a service.

The names are those of docs/settings.md. Values go to Kafka's client and nowhere else; what makes
no sense, the client refuses with a sentence when the service runs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

DEFAULT_SERVERS = "localhost:9092"

PLAIN = {
    "KAFKA_SASL_USERNAME": "sasl.username",
    "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM": "ssl.endpoint.identification.algorithm",
}
UPPER = {
    "KAFKA_SECURITY_PROTOCOL": "security.protocol",
    "KAFKA_SASL_MECHANISM": "sasl.mechanism",
}
"""Accepted in small letters too."""
EXACT = {
    "KAFKA_SASL_PASSWORD": "sasl.password",
    "KAFKA_SSL_KEY_PASSWORD": "ssl.key.password",
}
"""Secrets: spaces at their ends belong to them."""
PATHS = {
    "KAFKA_SSL_CA_LOCATION": "ssl.ca.location",
    "KAFKA_SSL_CERTIFICATE_LOCATION": "ssl.certificate.location",
    "KAFKA_SSL_KEY_LOCATION": "ssl.key.location",
}


def conf_from_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Settings for confluent_kafka: `bootstrap.servers`, and security where it is given.

    Reads KAFKA_BOOTSTRAP_SERVERS (localhost:9092 where it is not set), KAFKA_SECURITY_PROTOCOL and
    the KAFKA_SASL_ and KAFKA_SSL_ names; an empty value is as good as none. Never print the result:
    it may hold passwords.
    """
    given = os.environ if environment is None else environment
    servers = given.get("KAFKA_BOOTSTRAP_SERVERS", "").strip()
    conf = {"bootstrap.servers": servers or DEFAULT_SERVERS}
    for name, setting in (PLAIN | UPPER | EXACT | PATHS).items():
        value = given.get(name, "")
        if name not in EXACT:
            value = value.strip()
        if value:
            conf[setting] = _as_the_client_takes_it(name, value)
    return conf


def _as_the_client_takes_it(name: str, value: str) -> str:
    if name in UPPER:
        return value.upper()
    return str(Path(value).expanduser()) if name in PATHS else value
