"""The ASGI application: pages and API through Django, one socket. Importing it starts nothing."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowviz.settings")
django_application = get_asgi_application()

# Django's apps must be ready first.
from dashboard.live.socket import FlowSocket  # noqa: E402
from dashboard.server.turns import Turns  # noqa: E402

SOCKET_PATH = "/ws/flow"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

flow_socket = FlowSocket.as_asgi()
requests = Turns(django_application)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route by protocol. A socket at any other path is refused in its handshake (403)."""
    if scope["type"] == "http":
        await requests(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == SOCKET_PATH:
        await flow_socket(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close"})
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    """uvicorn asks; daphne does not know it. There is nothing to start or stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
