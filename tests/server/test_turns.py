"""Requests take turns: Django has a thread for each that is being answered."""

from __future__ import annotations

import asyncio
from typing import Any

from dashboard.server.turns import Turns


async def test_so_many_are_answered_at_a_time_and_all_in_the_end() -> None:
    at_once, most, may_end, full = 0, 0, asyncio.Event(), asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == 3:
            full.set()
        await may_end.wait()
        at_once -= 1

    turns = Turns(application, at_once=3)
    asked = [asyncio.create_task(turns({}, None, None)) for _ in range(10)]
    await full.wait()
    may_end.set()
    await asyncio.gather(*asked)
    assert most == 3


async def test_one_that_breaks_or_is_called_off_gives_its_turn_back() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope == "breaks":
            raise ValueError
        await receive()

    turns = Turns(application, at_once=1)
    for _ in range(3):
        [error] = await asyncio.gather(turns("breaks", None, None), return_exceptions=True)
        assert isinstance(error, ValueError)
        waiting = asyncio.create_task(turns("waits", asyncio.Event().wait, None))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await turns("answers", _at_once, None)


async def _at_once() -> None:
    """Nothing to wait for."""
