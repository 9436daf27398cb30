"""A daphne with our socket and frames without meaning, for test_over_the_wire.py.

Prints its address, and runs until it is terminated.
"""

from __future__ import annotations

import json
import os
import signal
import threading

from dashboard.management.serving import WebServer, listen

FRAME_SECONDS = 0.005


def cut_frames(stop: threading.Event) -> None:
    from dashboard.live.hub import CutFrame
    from dashboard.live.socket import hub

    seq = 0
    while not stop.wait(FRAME_SECONDS):
        seq += 1
        delta = {"t": "delta", "seq": seq, "padding": "x" * 200}
        key = {"t": "key", "seq": seq} if hub.key_wanted.is_set() else None
        hub.post(
            CutFrame(
                seq, json.dumps(delta).encode(), None if key is None else json.dumps(key).encode()
            )
        )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowviz.settings")
    import django

    django.setup()
    stop = threading.Event()
    listener = listen("127.0.0.1", 0)
    host, port = listener.getsockname()
    server = WebServer(listener)
    signal.signal(signal.SIGTERM, lambda number, frame: server.stop())

    def serving() -> None:
        threading.Thread(target=cut_frames, args=(stop,), daemon=True).start()
        print(f"{host}:{port}", flush=True)

    server.run(when_serving=serving)
    stop.set()


if __name__ == "__main__":
    main()
