"""Starts a process of its own that keeps its output open, and dies without a word to it."""

import os
import subprocess
import sys

HELPER = """
import fcntl, os, threading
from pathlib import Path
holding = Path(os.environ["HOLD_DIR"], "helper").open("w")
fcntl.flock(holding, fcntl.LOCK_EX)
print("helper ready", flush=True)
threading.Event().wait()
"""

helper = subprocess.Popen([sys.executable, "-c", HELPER], stdout=subprocess.PIPE)
assert helper.stdout is not None
helper.stdout.readline()
print("ready", flush=True)
os._exit(7)
