"""FlowSocket: what a page gets frames through. It says which frames it has taken, and no more."""

from __future__ import annotations

import json
import logging
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer  # type: ignore[import-untyped]
from django.conf import settings

from dashboard.control import authority
from dashboard.live.hub import MAX_VIEWERS, Full, Hub, Viewer
from dashboard.seldom import Seldom, times

MAX_MESSAGE_BYTES = 4096
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013

_refused, _too_many = Seldom(), Seldom()
logger = logging.getLogger(__name__)

hub = Hub()
"""The hub of this process."""


class FlowSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Frames out, `{"ack": seq}` in; anything else ends the conversation."""

    def __init__(self, *, hub: Hub = hub) -> None:
        super().__init__()
        self._hub = hub
        self._viewer: Viewer | None = None

    async def connect(self) -> None:
        try:
            visit = visit_of(self.scope)
            authority.demand_socket(visit, settings.ALLOWED_HOSTS, settings.PUBLIC_ORIGINS)
        except authority.NotAllowed as refusal:
            if (count := _refused.due()) is not None:
                logger.info(
                    "A socket was refused: %s Host %s, Origin %s%s. Where that is the page behind "
                    "a proxy, name its address in FLOWVIZ_PUBLIC_ORIGINS.",
                    *(refusal, visit.host, visit.origin, times(count)),
                )
            await self.close()  # before the handshake's end: the browser gets 403
            return
        await self.accept()
        try:
            self._viewer = self._hub.join(self._send_text)
        except Full:
            if (count := _too_many.due()) is not None:
                logger.warning(
                    "%d pages are open, and another was turned away%s.", MAX_VIEWERS, times(count)
                )
            await self.close(TRY_AGAIN_LATER)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._viewer is None:
            return  # it was told to go
        seq = _acknowledged(text_data)
        if seq is not None:
            self._hub.ack(self._viewer, seq)
        if seq is None or self._viewer.floods:
            self._leave()
            await self.close(POLICY_VIOLATION)

    async def disconnect(self, code: int) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._viewer is not None:
            self._hub.leave(self._viewer)
            self._viewer = None

    async def _send_text(self, text: str) -> None:
        await self.send(text_data=text)


def _acknowledged(text: str | None) -> int | None:
    """The seq of `{"ack": seq}`, or None where it is anything else."""
    if text is None or len(text.encode()) > MAX_MESSAGE_BYTES:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.keys() != {"ack"}:
        return None
    seq = message["ack"]
    return seq if isinstance(seq, int) and not isinstance(seq, bool) and seq >= 0 else None


def visit_of(scope: dict[str, Any]) -> authority.Visit:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    client = scope.get("client")

    def header(name: bytes) -> str | None:
        value = headers.get(name)
        return None if value is None else value.decode("latin1")

    return authority.Visit(
        scheme="https" if scope.get("scheme") == "wss" else "http",
        host=header(b"host"),
        origin=header(b"origin"),
        fetch_site=header(b"sec-fetch-site"),
        peer=client[0] if client else None,
        forwarded=any(name.encode() in headers for name in authority.PROXY_HEADERS),
        content_type=None,
        has_body=False,
    )
