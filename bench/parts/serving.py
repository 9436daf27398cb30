"""The dashboard without its commands: on daphne or uvicorn, with the hub or with a channel layer.

Reader, surveyor, picture and frames are the same in all; only what hands frames out differs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from bench.parts.children import Parent

Server = Literal["daphne", "uvicorn"]
FanOut = Literal["hub", "layer"]
GROUP = "frames"
MANY_FILES = 4_096
CAPACITY = 100
"""Messages that wait for one socket, as the in-memory layer has it by default."""


def serve(
    parent: Parent, bootstrap: str, topic: str, server: Server, fan_out: FanOut, data_dir: Path
) -> None:
    """Tells its address as soon as it can be reached; answers every word with the cluster's entry
    of the picture and the CPU seconds so far."""
    allow_many_files()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "flowviz.settings",
        "FLOWVIZ_DATA_DIR": str(data_dir),
        "FLOWVIZ_TOPICS": topic,
    }
    if server == "daphne":
        # It chooses Twisted's reactor, before anybody else imports it.
        import daphne.server  # type: ignore[import-untyped]  # noqa: F401
    import flowviz.asgi
    from dashboard.cluster.connection import Connection
    from dashboard.live.socket import hub
    from dashboard.picture.picture import Picture
    from dashboard.pipeline import Pipeline
    from dashboard.server.listening import listen, url_of
    from dashboard.server.web_server import leave_what_is_loaded
    from dashboard.tap.topic_filter import TopicFilter

    logging.disable(logging.WARNING)
    application: Any = flowviz.asgi.application
    taker: Any = hub
    if fan_out == "layer":
        taker = LayerHub()
        application = taker.application
    now = int(time.time() * 1000)
    pipeline = Pipeline(taker, Picture(started_at=now, can_act=False, owns_processes=False))
    pipeline.start()
    pipeline.look_at(Connection(bootstrap), TopicFilter(include=(topic,)))
    leave_what_is_loaded()  # as the commands do
    listener = listen("127.0.0.1", 0)
    parent.tell(url_of(listener))

    def answer() -> None:
        while parent.next_word() is not None:
            parent.tell((pipeline.view().cluster, time.process_time()))
        pipeline.stop()
        os._exit(0)  # what is measured has been told; neither server is worth an orderly end

    threading.Thread(target=answer, daemon=True).start()
    {"daphne": _on_daphne, "uvicorn": _on_uvicorn}[server](application, listener)


def _on_daphne(application: Any, listener: socket.socket) -> None:
    import flowviz.asgi
    from dashboard.server.web_server import WebServer

    flowviz.asgi.application = application
    WebServer(listener).run(when_serving=lambda: None)


def _on_uvicorn(application: Any, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(application, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])


def allow_many_files() -> None:
    """A socket is a file, and some systems allow a process 256 of them unless it asks for more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if most == resource.RLIM_INFINITY else min(MANY_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class LayerHub:
    """The baseline: frames go out by `group_send` on the in-memory layer of Channels.

    It takes the hub's place in the pipeline. Its sockets are Channels' own, in one group, and get
    a keyframe when they join by asking for one, as ours do.
    """

    def __init__(self) -> None:
        from channels.layers import (  # type: ignore[import-untyped]
            InMemoryChannelLayer,
            channel_layers,
        )

        self.layer = InMemoryChannelLayer(capacity=CAPACITY)
        channel_layers.set("default", self.layer)
        self.key_wanted = threading.Event()
        self.on_key_wanted: Callable[[], None] = lambda: None
        self.watchers = 0
        self.loop: asyncio.AbstractEventLoop | None = None
        self.application = _layer_socket(self)

    def post(self, frame: Any) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._send, frame)

    def _send(self, frame: Any) -> None:
        assert self.loop is not None
        for text in (frame.delta, frame.key):
            if text is not None:
                message = {"type": "frame", "text": text.decode()}
                self.loop.create_task(self.layer.group_send(GROUP, message))
        if frame.key is not None:
            self.key_wanted.clear()


def _layer_socket(hub: LayerHub) -> Any:
    from channels.generic.websocket import (  # type: ignore[import-untyped]
        AsyncWebsocketConsumer,
    )

    class LayerSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
        async def connect(self) -> None:
            hub.loop = asyncio.get_running_loop()
            hub.watchers += 1
            await hub.layer.group_add(GROUP, self.channel_name)
            await self.accept()
            hub.key_wanted.set()
            hub.on_key_wanted()

        async def frame(self, event: dict[str, str]) -> None:
            await self.send(text_data=event["text"])

        async def receive(
            self, text_data: str | None = None, bytes_data: bytes | None = None
        ) -> None:
            """What a viewer acknowledges is of no use to a layer."""

        async def disconnect(self, code: int) -> None:
            hub.watchers -= 1
            await hub.layer.group_discard(GROUP, self.channel_name)

    return LayerSocket.as_asgi()
