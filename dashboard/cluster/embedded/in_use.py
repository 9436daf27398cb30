"""One demonstration on a data folder: the second one is told where the first runs."""

from __future__ import annotations

from pathlib import Path

from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import DataInUseError
from dashboard.cluster.embedded.locks import FileLock


def check_unused(data_dir: Path) -> None:
    """Raises DataInUseError where another demonstration runs on this data, and leaves all as it
    is. Before a port is taken, so that nobody is told of the port alone; `EmbeddedKafka.start`
    decides."""
    folder = DataFolder(data_dir)
    lock = FileLock(folder.running_lock)
    if not lock.path.exists():
        return
    if not lock.take():
        raise in_use(folder, lock)
    lock.release()


def in_use(folder: DataFolder, lock: FileLock) -> DataInUseError:
    """What the note of its holder says."""
    note = lock.read_note()
    pid, servers, url = (note.get(name) for name in ("pid", "bootstrap_servers", "url"))
    where = f" at {url}" if url else f" (process {pid})" if pid else ""
    return DataInUseError(
        f"A demonstration runs already{where}, on the data in {folder.path}: use that "
        "one, stop it first, or start this one with --fresh for an empty log of its own.",
        pid=pid if isinstance(pid, int) else None,
        bootstrap_servers=servers if isinstance(servers, str) else None,
        url=url if isinstance(url, str) else None,
    )
