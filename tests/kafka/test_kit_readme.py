"""What the kit's README has people type does what it says there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.kafka.kit_world import World

README = Path(__file__).resolve().parents[2] / "flowviz" / "kit" / "README.md"
ADDRESS = "127.0.0.1:26594"


def test_the_command_that_makes_a_topic_makes_it(world: World) -> None:
    found = re.search(r"-c '(from confluent_kafka\.admin import [^']*)'", README.read_text())
    assert found is not None
    assert ADDRESS in found[1]
    program = found[1].replace(ADDRESS, world.bootstrap)
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert world.partitions("parts.heavy") == [0, 1, 2]
    world.admin.delete_topics(["parts.heavy"])["parts.heavy"].result(30)
