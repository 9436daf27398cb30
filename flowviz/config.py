"""Every setting of Flowviz: read once from the environment, validated, frozen.

`docs/settings.md` describes each for its users, and a test holds the two together. A bad value, or
a name that starts like ours and is not one, stops the start with a sentence that names it: a
setting that is silently ignored costs its user an afternoon.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import platformdirs

SETTINGS: tuple[str, ...] = (
    "FLOWVIZ_ALLOWED_HOSTS",
    "FLOWVIZ_CACHE_DIR",
    "FLOWVIZ_CONTROL",
    "FLOWVIZ_DATA_DIR",
    "FLOWVIZ_HOST",
    "FLOWVIZ_JAVA",
    "FLOWVIZ_LOG_LEVEL",
    "FLOWVIZ_MAVEN_URL",
    "FLOWVIZ_PORT",
    "FLOWVIZ_PUBLIC_ORIGINS",
    "FLOWVIZ_RELOAD",
    "FLOWVIZ_SECRET_KEY",
    "FLOWVIZ_TOPICS",
    "KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_SASL_MECHANISM",
    "KAFKA_SASL_PASSWORD",
    "KAFKA_SASL_USERNAME",
    "KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SSL_CA_LOCATION",
    "KAFKA_SSL_CERTIFICATE_LOCATION",
    "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM",
    "KAFKA_SSL_KEY_LOCATION",
    "KAFKA_SSL_KEY_PASSWORD",
)
"""Every name that people may set."""

SECRETS = frozenset(
    {
        "FLOWVIZ_MAVEN_URL",  # may hold a name and password for the mirror
        "FLOWVIZ_SECRET_KEY",
        "KAFKA_SASL_PASSWORD",
        "KAFKA_SSL_KEY_PASSWORD",
    }
)
"""Settings that no other process is to find in its environment."""

GIVEN_TO_CHILDREN = frozenset({"FLOWVIZ_INSTANCE", "FLOWVIZ_LIFELINE_FD"})
"""Names that Flowviz itself puts into the environment of the services it starts."""

OURS = ("FLOWVIZ_", "KAFKA_SASL_", "KAFKA_SSL_", "KAFKA_SECURITY_")
"""Prefixes whose every name must be known. Other KAFKA_ names belong to other programs."""

SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names by which a browser on the same machine reaches us, as Django writes them."""

DEFAULT_PORT = 8000

T = TypeVar("T")
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class ConfigError(Exception):
    """A setting that cannot be used. Its text is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a user decided, or our defaults. Secrets never appear in its repr."""

    host: str
    """The address the web server binds to."""
    port: int | None
    """None: 8000, or the next free one."""
    allowed_hosts: tuple[str, ...]
    """Every Host a request may name, without a port."""
    public_origins: tuple[str, ...]
    """Origins under which a proxy shows the page, such as https://flow.example."""
    data_dir: Path
    cache_dir: Path
    control: bool
    """Whether `watch` may write wishes to the cluster it looks at."""
    topics: str
    """Patterns of the topics to show, as given."""
    log_level: LogLevel
    reload: bool
    """Templates and static files are read anew for each request: for work on Flowviz itself."""
    maven_url: str | None = field(repr=False)
    """May hold a name and password for the mirror."""
    java: Path | None
    bootstrap_servers: str | None
    near_bootstrap_servers: str | None
    """A name in the environment that was perhaps meant to be KAFKA_BOOTSTRAP_SERVERS."""
    security: Mapping[str, str] = field(repr=False)
    """Security options under the names librdkafka gives them."""
    secret_key: str | None = field(repr=False)
    """None: one is made and kept in the data folder."""

    @property
    def loopback_only(self) -> bool:
        return is_loopback(self.host)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process that we start may inherit; what it needs of the secrets goes by a pipe."""
    return {name: value for name, value in environment.items() if name not in SECRETS}


def for_services(environment: Mapping[str, str]) -> dict[str, str]:
    """What a service that we start may inherit: no secrets, and nothing of how one's own cluster is
    entered, for it may run on another one. Where it does not, `as_environment` is added.
    """
    foreign = tuple(prefix for prefix in OURS if prefix.startswith("KAFKA_"))
    kept = without_secrets(environment)
    return {name: value for name, value in kept.items() if not name.startswith(foreign)}


def as_environment(security: Mapping[str, str]) -> dict[str, str]:
    """Security options as the settings that say the same; files by their whole path."""
    return {_name(option): value for option, value in security.items()}


def is_loopback(host: str) -> bool:
    """Whether an address or a name can only be reached from this very machine."""
    return host in {"localhost", "::1", "[::1]"} or host.startswith("127.")


def load(environment: Mapping[str, str]) -> Config:
    """Read the settings from an environment; raises ConfigError with a sentence for the user."""
    _refuse_unknown(environment)
    read = _Reader(environment)
    host = read.text("FLOWVIZ_HOST") or "127.0.0.1"
    origins = read.parsed("FLOWVIZ_PUBLIC_ORIGINS", _origins) or ()
    return Config(
        host=host,
        port=read.parsed("FLOWVIZ_PORT", _port),
        allowed_hosts=_allowed_hosts(host, read.text("FLOWVIZ_ALLOWED_HOSTS") or "", origins),
        public_origins=origins,
        data_dir=read.parsed("FLOWVIZ_DATA_DIR", _folder)
        or platformdirs.user_data_path("flowviz", appauthor=False),
        cache_dir=read.parsed("FLOWVIZ_CACHE_DIR", _folder)
        or platformdirs.user_cache_path("flowviz", appauthor=False),
        control=read.parsed("FLOWVIZ_CONTROL", _yes_or_no) or False,
        topics=read.text("FLOWVIZ_TOPICS") or "",
        log_level=read.choice("FLOWVIZ_LOG_LEVEL", LOG_LEVELS) or "WARNING",
        reload=read.parsed("FLOWVIZ_RELOAD", _yes_or_no) or False,
        maven_url=read.parsed("FLOWVIZ_MAVEN_URL", _url),
        java=read.parsed("FLOWVIZ_JAVA", _program),
        bootstrap_servers=read.parsed("KAFKA_BOOTSTRAP_SERVERS", _bootstrap_servers),
        near_bootstrap_servers=_near("KAFKA_BOOTSTRAP_SERVERS", environment),
        security=_security(read),
        secret_key=read.parsed("FLOWVIZ_SECRET_KEY", _secret_key),
    )


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    for name in sorted(environment):
        if not name.startswith(OURS) or name in SETTINGS or name in GIVEN_TO_CHILDREN:
            continue
        near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.6)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ConfigError(
            f"{name} is not a setting of Flowviz.{hint} All are listed in docs/settings.md."
        )


def _near(name: str, environment: Mapping[str, str]) -> str | None:
    """A name that nobody reads and that looks like this one. Names that begin with KAFKA_ may
    belong to other programs, so it is no error; it is what to look at when this one is missing."""
    others = [other for other in environment if other not in SETTINGS]
    return next(iter(difflib.get_close_matches(name, others, n=1, cutoff=0.85)), None)


class _Reader:
    """Reads single values; an empty value is as good as none, as shells make no difference."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None

    def exact(self, name: str) -> str | None:
        """A secret: spaces at its ends belong to it."""
        return self._environment.get(name) or None

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as error:
            raise ConfigError(f"{name} {error}") from None
        except OSError as error:  # a folder above it that we may not enter, a name far too long
            why = error.strerror or error
            raise ConfigError(f"{name} is {value!r}, which cannot be used: {why}.") from None

    def choice(self, name: str, choices: tuple[str, ...]) -> Any:
        value = self.text(name)
        if value is None:
            return None
        if value.upper() not in choices:
            raise ConfigError(f"{name} is {value!r}; it can be one of {', '.join(choices)}.")
        return value.upper()


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ValueError(f"is {value!r}; a port is a number from 1 to 65535.")
    return int(value)


def _yes_or_no(value: str) -> bool:
    if value not in {"0", "1"}:
        raise ValueError(f"is {value!r}; it can be 1 or 0.")
    return value == "1"


def _path(value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:  # pathlib's word for a ~name that nobody has
        raise ValueError(f"is {value!r}; nobody here has the home folder that it names.") from None


def _folder(value: str) -> Path:
    path = _path(value)
    if path.exists() and not path.is_dir():
        raise ValueError(f"names {path}, which is a file; a folder is needed.")
    return path


def _program(value: str) -> Path:
    path = _path(value)
    if path.is_dir() and (path / "bin" / "java").is_file():
        return path / "bin" / "java"
    if not path.is_file():
        raise ValueError(f"names {path}, where no Java is; give the path of the program `java`.")
    return path


def _url(value: str) -> str:
    if not re.fullmatch(r"(https?|file)://\S+", value):
        raise ValueError("should begin with https:// or http://.")
    try:
        urlsplit(value).port  # noqa: B018 - looking at it raises
    except ValueError:  # the value is not repeated: it may hold a password
        raise ValueError("is no address such as https://mirror.example/maven2.") from None
    return value.rstrip("/")


def _bootstrap_servers(value: str) -> str:
    servers = [server.strip() for server in value.split(",") if server.strip()]
    for server in servers:
        host, colon, port = server.rpartition(":")
        if not colon or not host or not port.isdigit() or not 1 <= int(port) <= 65535:
            raise ValueError(f"holds {server!r}; each server is given as host:port.")
    return ",".join(servers)


def _secret_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("is too short; at least 32 characters are needed, taken at random.")
    return value


def _origins(value: str) -> tuple[str, ...]:
    given = [part.strip().rstrip("/").lower() for part in value.split(",") if part.strip()]
    for origin in given:
        try:
            parts = urlsplit(origin)
            whole = (
                parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" == origin
            )
            named = bool(parts.hostname) and not parts.username and "*" not in origin
            parts.port  # noqa: B018 - looking at it raises
        except ValueError:
            whole = named = False
        if not (whole and named):
            raise ValueError(
                f"holds {origin!r}; give origins as a browser shows them, such as "
                "https://flow.example or https://flow.example:8443, without a path and without *."
            )
    return tuple(dict.fromkeys(given))


def _allowed_hosts(host: str, given: str, origins: tuple[str, ...]) -> tuple[str, ...]:
    hosts = list(LOOPBACK_HOSTS)
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound to
        hosts.append(_bracketed(host))
    for name in filter(None, (part.strip() for part in given.split(","))):
        written = _bracketed(name)
        # Requests are compared without their port: a name with one would never be met.
        if "*" in name or "/" in name or (":" in written and not written.endswith("]")):
            raise ConfigError(
                f"FLOWVIZ_ALLOWED_HOSTS holds {name!r}; give names or addresses as a browser "
                "shows them, without http://, without a port and without *."
            )
        hosts.append(written)
    hosts += [_bracketed(urlsplit(origin).hostname or "") for origin in origins]
    return tuple(dict.fromkeys(hosts))


def _bracketed(host: str) -> str:
    """An IPv6 address as browsers and Django write it; anything else as it is."""
    try:
        return f"[{ipaddress.IPv6Address(host)}]"
    except ValueError:
        return host


def _security(read: _Reader) -> dict[str, str]:
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
        options[option] = read.parsed(name, _existing)
    given = {option: value for option, value in options.items() if value is not None}
    _refuse_half_given(given)
    return given


def _identification(value: str) -> str:
    if value not in {"https", "none"}:
        raise ValueError(f"is {value!r}; it can be https or none.")
    return value


def _existing(value: str) -> str:
    path = _path(value)
    if not path.exists():
        raise ValueError(f"names {path}, which does not exist.")
    return str(path)


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
