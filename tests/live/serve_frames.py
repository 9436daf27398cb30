"""A daphne with our socket, frames without meaning, and few connections, for the tests beside it.

    serve_frames [frame_seconds] [groups] [connections] [patience_seconds]

With `groups` each frame is one of a picture of so many consumer groups. With `patience_seconds`
the server waits for strangers no longer than that. Prints its address; then answers each line on
its standard input with what it holds, as JSON, after a line "wait" cuts no delta until somebody
answers (pace.py); and runs until it is terminated, or its standard input ends.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.server.connections import Connections
from dashboard.server.listening import listen
from dashboard.server.web_server import WebServer
from tests.picture.sights import START, group, picture_of, survey, topics

if TYPE_CHECKING:
    from tests.live.pace import Pace

KINDS = ("AccountedTransport", "BoundedChannel", "BoundedRequest", "BoundedSocket", "FlowSocket")
"""Of each connection, or of each that has become a socket; and tasks and viewers beside them."""


PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


def small(seq: int) -> dict[str, Any]:
    return {"t": "delta", "seq": seq, "padding": "x" * 200}


def of_groups(many: int) -> bytes:
    """What a survey changes in a picture of so many groups, as one frame without its `seq`."""
    picture, cutter = picture_of(), FrameCutter("a run")
    picture.observe(topics(orders=3))
    frame: dict[str, Any] = {}
    for offset in (10, 20):
        places = {("orders", partition): offset for partition in range(3)}
        ends: dict[tuple[str, int], int | None] = dict.fromkeys(places, offset + 5)
        groups = [group(f"group-{number}", places) for number in range(many)]
        picture.observe(survey(START + offset, *groups, ends=ends))
        frame = cutter.delta(picture.shown(), START + offset) or {}
    del frame["seq"]
    return codec.encode(frame)


def cut_frames(stop: threading.Event, pace: Pace, every_seconds: float, large: bytes) -> None:
    from dashboard.live.hub import CutFrame
    from dashboard.live.socket import hub

    seq = 0
    while not stop.wait(every_seconds):
        delta = None
        if pace.turn(stop, seq):
            seq += 1
            delta = b'{"seq":%d,' % seq + large[1:] if large else json.dumps(small(seq)).encode()
        key = {"t": "key", "seq": seq} if hub.key_wanted.is_set() else None
        hub.post(CutFrame(seq, delta, None if key is None else json.dumps(key).encode()))


def held(connections: Connections) -> dict[str, Any]:
    """What is held for connections, and by how much memory now, and at most so far (KiB).

    Looks at every object there is, tuples that another thread is just making among them: that
    thread's `tuple(...)` of a generator then ends with a SystemError. So it is for the server's own
    thread, and the others here make none.
    """
    from dashboard.live.socket import hub

    gc.collect()
    there = Counter(type(one).__name__ for one in gc.get_objects())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    statm = Path("/proc/self/statm")  # proc(5): the second field is resident pages; Linux alone
    now = int(statm.read_text().split()[1]) * PAGE_KIB if statm.exists() else None
    return {
        "objects": {kind: there[kind] for kind in (*KINDS, "Task", "Viewer")},
        "all_objects": there.total(),
        "highest_kib": most // 1024 if sys.platform == "darwin" else most,
        "resident_kib": now,
        "connections": len(connections),
        "watchers": hub.watchers,
        "threads": threading.active_count(),
    }


def wait_no_longer_than(seconds: int) -> None:
    # daphne first: the other two must not choose Twisted's reactor.
    from dashboard.server import bounded_server, http_requests, sockets, transport

    assert bounded_server
    http_requests.REQUEST_SECONDS = sockets.PING_SECONDS = transport.CLOSE_SECONDS = seconds
    sockets.PONG_SECONDS = 6 * seconds  # those that behave answer within that on a busy machine


def main(
    every_seconds: float = 0.005,
    groups: int = 0,
    most_connections: int = 200,
    patience_seconds: int = 0,
) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowviz.settings")
    import django

    django.setup()
    if patience_seconds:
        wait_no_longer_than(patience_seconds)
    stop = threading.Event()
    listener = listen("127.0.0.1", 0)
    host, port = listener.getsockname()
    connections = Connections(most_connections)
    server = WebServer(listener, connections)
    signal.signal(signal.SIGTERM, lambda number, frame: server.stop())

    large = of_groups(groups) if groups else b""

    def answer(pace: Pace) -> None:
        from twisted.internet import reactor, threads

        for line in sys.stdin:
            if line == "wait\n":
                pace.wait_for_somebody()
            told = threads.blockingCallFromThread(reactor, held, connections)
            print(json.dumps(told), flush=True)
        server.stop()

    def serving() -> None:
        from dashboard.live.socket import hub
        from tests.live.pace import Pace

        pace = Pace(hub)
        arguments = (stop, pace, every_seconds, large)
        threading.Thread(target=cut_frames, args=arguments, daemon=True).start()
        threading.Thread(target=answer, args=(pace,), daemon=True).start()
        print(f"{host}:{port}", flush=True)

    server.run(when_serving=serving)
    stop.set()


if __name__ == "__main__":
    main(*(kind(given) for kind, given in zip((float, int, int, int), sys.argv[1:], strict=False)))
