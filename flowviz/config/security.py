"""How the cluster is entered: the KAFKA_ settings as options of librdkafka, whole or refused."""

from __future__ import annotations

from collections.abc import Mapping

from flowviz.config.values import ConfigError, Reader, existing

SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def security(read: Reader) -> dict[str, str]:
    """Options for librdkafka, whole and consistent, or a sentence that says what is missing."""
    protocol = read.choice("KAFKA_SECURITY_PROTOCOL", SECURITY_PROTOCOLS)
    mechanism = read.choice("KAFKA_SASL_MECHANISM", SASL_MECHANISMS)
    options: dict[str, str | None] = {
        "security.protocol": protocol,
        "sasl.mechanism": mechanism,
        "sasl.username": read.text("KAFKA_SASL_USERNAME"),
        "sasl.password": read.exact("KAFKA_SASL_PASSWORD"),
        "ssl.endpoint.identification.algorithm": read.parsed(
            "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", _identification
        ),
        "ssl.key.password": read.exact("KAFKA_SSL_KEY_PASSWORD"),
    }
    for name, option in (
        ("KAFKA_SSL_CA_LOCATION", "ssl.ca.location"),
        ("KAFKA_SSL_CERTIFICATE_LOCATION", "ssl.certificate.location"),
        ("KAFKA_SSL_KEY_LOCATION", "ssl.key.location"),
    ):
        options[option] = read.parsed(name, existing)
    given = {option: value for option, value in options.items() if value is not None}
    _refuse_half_given(given)
    return given


def as_environment(security: Mapping[str, str]) -> dict[str, str]:
    """Security options as the settings that say the same; files by their whole path."""
    return {_name(option): value for option, value in security.items()}


def _identification(value: str) -> str:
    if value not in {"https", "none"}:
        raise ValueError(f"is {value!r}; it can be https or none.")
    return value


def _refuse_half_given(given: Mapping[str, str]) -> None:
    protocol = given.get("security.protocol", "PLAINTEXT")
    sasl = [option for option in given if option.startswith("sasl.")]
    ssl = [option for option in given if option.startswith("ssl.")]
    if sasl and not protocol.startswith("SASL_"):
        raise ConfigError(
            f"{_name(sasl[0])} is given, but KAFKA_SECURITY_PROTOCOL is {protocol}; "
            "with SASL it is SASL_SSL or SASL_PLAINTEXT."
        )
    if ssl and not protocol.endswith("SSL"):
        raise ConfigError(
            f"{_name(ssl[0])} is given, but KAFKA_SECURITY_PROTOCOL is {protocol}; "
            "with TLS it is SSL or SASL_SSL."
        )
    if protocol.startswith("SASL_"):
        for option in ("sasl.mechanism", "sasl.username", "sasl.password"):
            if option not in given:
                raise ConfigError(
                    f"{_name(option)} is missing; KAFKA_SECURITY_PROTOCOL={protocol} needs it."
                )


def _name(option: str) -> str:
    return "KAFKA_" + option.replace(".", "_").upper()
