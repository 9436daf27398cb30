"""A process that runs a Supervisor, as the demo does, and that a test kills with SIGKILL."""

import os
import sys
import threading
from pathlib import Path

from dashboard.supervisor.scenario import load
from dashboard.supervisor.supervisor import Supervisor

supervisor = Supervisor(
    load(Path(sys.argv[1])),
    bootstrap_servers="127.0.0.1:1",
    observe=lambda seen: print(seen, flush=True),
    environment={"HOLD_DIR": os.environ["HOLD_DIR"]},
    log_dir=Path(sys.argv[2]),
)
supervisor.start()
threading.Event().wait()
