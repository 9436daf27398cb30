"""A pipeline without a cluster, and somebody who sees all that it cuts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from tests.conftest import now_ms
from tests.pipeline.audience import Audience


@pytest.fixture
def audience() -> Audience:
    return Audience()


@pytest.fixture
def pipeline(audience: Audience) -> Iterator[Pipeline]:
    made = Pipeline(audience, Picture(started_at=now_ms()))
    made.start()
    yield made
    made.stop()
