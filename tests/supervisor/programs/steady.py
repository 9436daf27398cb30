"""Runs until it is told to end. Holds a lock meanwhile, so that a test sees when it is gone."""

import fcntl
import os
import threading
from pathlib import Path

held = Path(os.environ["HOLD_DIR"], os.environ["FLOWVIZ_INSTANCE"])
holding = os.open(held, os.O_CREAT | os.O_WRONLY)
fcntl.flock(holding, fcntl.LOCK_EX)
print("ready", flush=True)
threading.Event().wait()
