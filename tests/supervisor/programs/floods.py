"""Prints far more than a log should hold, on both streams, and then runs on."""

import sys
import threading

for number in range(30_000):
    print(f"line {number} " + "x" * 80)
    if number % 10 == 0:
        print(f"warning {number}", file=sys.stderr)
print("ready", flush=True)
threading.Event().wait()
