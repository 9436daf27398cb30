"""The jars that a broker consists of: which, how large, and with which checksum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

BROKER_LOCK = Path(__file__).parent / "broker" / "broker.lock"


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of a lock file: `group:artifact:version sha256 bytes`."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def is_in(self, folder: Path) -> bool:
        """Whether the folder holds this jar, whole and unaltered."""
        return self.is_at(folder / self.name)

    def is_at(self, path: Path) -> bool:
        try:
            return path.stat().st_size == self.size and sha256_of(path) == self.sha256
        except FileNotFoundError:
            return False


@dataclass(frozen=True, slots=True)
class JarLock:
    """All jars of one release. `digest` tells two lock files apart, in few characters."""

    jars: tuple[Jar, ...]
    kafka: str
    digest: str

    @property
    def size(self) -> int:
        """Bytes of all jars together."""
        return sum(jar.size for jar in self.jars)


def read_lock(path: Path = BROKER_LOCK) -> JarLock:
    """Read a lock file; a malformed one is a fault of ours and raises ValueError."""
    text = path.read_text()
    jars = tuple(_jar(line) for line in text.splitlines() if line and not line.startswith("#"))
    names = {jar.name for jar in jars}
    if len(names) != len(jars):
        raise ValueError(f"{path} names a jar twice")
    kafka = next((jar.version for jar in jars if jar.artifact == "kafka-clients"), None)
    if kafka is None:
        raise ValueError(f"{path} has no kafka-clients, whose version is Kafka's")
    return JarLock(jars, kafka, hashlib.sha256(text.encode()).hexdigest()[:12])


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _jar(line: str) -> Jar:
    coordinate, sha256, size = line.split()
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, sha256, int(size))
