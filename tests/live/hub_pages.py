"""The other ends of a hub's sockets, and the frames that it is given, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from functools import partial

from dashboard.live.hub import CutFrame, Hub, Viewer


def delta(seq: int) -> CutFrame:
    return CutFrame(seq, json.dumps({"t": "delta", "seq": seq}).encode(), None)


def key(seq: int, *, after_delta: bool = True) -> CutFrame:
    cut = json.dumps({"t": "key", "seq": seq}).encode()
    return CutFrame(seq, delta(seq).delta if after_delta else None, cut)


class Page:
    """The other end of a socket."""

    def __init__(self, hub: Hub) -> None:
        self.got: list[tuple[str, int]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.viewer: Viewer = hub.join(self._receive)
        self._hub = hub

    async def _receive(self, text: str) -> None:
        await self.takes.wait()
        frame = json.loads(text)
        self.got.append((frame["t"], frame["seq"]))

    def ack(self, seq: int) -> None:
        self._hub.ack(self.viewer, seq)


def got_last(page: Page, seq: int) -> bool:
    return page.got[-1:] == [("delta", seq)]


async def settled(condition: Callable[[], bool]) -> None:
    """Give the sockets' tasks their turns until the condition holds."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the sockets did not come to the expected state")


async def quiet() -> None:
    """Let every task run that could still send something."""
    for _ in range(200):
        await asyncio.sleep(0)


async def taken(hub: Hub, page: Page, numbers: Iterable[int], *, answered: bool = False) -> None:
    """The hub is given these deltas one after the other, and `page` gets, and answers, each."""
    for seq in numbers:
        hub.take(delta(seq))
        await settled(partial(got_last, page, seq))
        if answered:
            page.ack(seq)
