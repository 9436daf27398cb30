"""What the tests of the embedded Kafka share: a repository on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.embedded.maven_folder import MavenFolder, maven_folder


@pytest.fixture
def maven() -> Iterator[MavenFolder]:
    with maven_folder() as folder:
        yield folder
