from pathlib import Path

from dashboard.management.checkup import check_cluster
from flowviz import config


def test_a_cluster_that_answers_is_fine(bootstrap: str, tmp_path: Path) -> None:
    found = check_cluster(
        config.load({"KAFKA_BOOTSTRAP_SERVERS": bootstrap, "FLOWVIZ_DATA_DIR": str(tmp_path)})
    )
    assert found.kind == "ok"
    assert found.sentence == f"1 broker answers at {bootstrap}."
