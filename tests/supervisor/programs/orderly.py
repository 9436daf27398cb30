"""Says goodbye before it ends."""

import signal
import sys
import threading
from types import FrameType


def end(number: int, frame: FrameType | None) -> None:
    print("goodbye", flush=True)
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
threading.Event().wait()
