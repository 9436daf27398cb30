"""All that a user decided, or our defaults: one frozen Config, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import platformdirs

from flowviz.config import addresses, values
from flowviz.config.names import near, refuse_unknown
from flowviz.config.security import security

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEFAULT_PORT = 8000

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


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


def load(environment: Mapping[str, str]) -> Config:
    """Read the settings from an environment; raises ConfigError with a sentence for the user."""
    refuse_unknown(environment)
    read = values.Reader(environment)
    host = read.text("FLOWVIZ_HOST") or "127.0.0.1"
    origins = read.parsed("FLOWVIZ_PUBLIC_ORIGINS", addresses.origins) or ()
    return Config(
        host=host,
        port=read.parsed("FLOWVIZ_PORT", values.port),
        allowed_hosts=addresses.allowed_hosts(
            host, read.text("FLOWVIZ_ALLOWED_HOSTS") or "", origins
        ),
        public_origins=origins,
        data_dir=read.parsed("FLOWVIZ_DATA_DIR", values.folder)
        or platformdirs.user_data_path("flowviz", appauthor=False),
        cache_dir=read.parsed("FLOWVIZ_CACHE_DIR", values.folder)
        or platformdirs.user_cache_path("flowviz", appauthor=False),
        control=read.parsed("FLOWVIZ_CONTROL", values.yes_or_no) or False,
        topics=read.text("FLOWVIZ_TOPICS") or "",
        log_level=read.choice("FLOWVIZ_LOG_LEVEL", LOG_LEVELS) or "WARNING",
        reload=read.parsed("FLOWVIZ_RELOAD", values.yes_or_no) or False,
        maven_url=read.parsed("FLOWVIZ_MAVEN_URL", values.url),
        java=read.parsed("FLOWVIZ_JAVA", values.program),
        bootstrap_servers=read.parsed("KAFKA_BOOTSTRAP_SERVERS", addresses.bootstrap_servers),
        near_bootstrap_servers=near("KAFKA_BOOTSTRAP_SERVERS", environment),
        security=security(read),
        secret_key=read.parsed("FLOWVIZ_SECRET_KEY", values.secret_key),
    )
