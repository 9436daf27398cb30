"""What runs in this process: the commands put it here, pages and API find it here.

Under a bare `uvicorn flowviz.asgi` nothing runs, and everything that needs it says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.places import Places

if TYPE_CHECKING:
    from dashboard.control.actions import Control
    from dashboard.pipeline import Pipeline
    from dashboard.server.web_server import WebServer

NOTHING_RUNS = (
    "Nothing is being looked at: start Flowviz with `manage.py demo` or `manage.py watch`."
)


@dataclass(frozen=True, slots=True)
class Running:
    pipeline: Pipeline
    control: Control
    server: WebServer | None = None
    """None: another web server serves the pages."""
    places: Places = field(default_factory=Places)
    stage: str = ""
    """Names what is shown, for what a browser keeps of where its person dragged the cards."""


_running: Running | None = None


def current() -> Running | None:
    return _running


def declare(running: Running | None) -> None:
    """Said once by the command, before the server answers; None when all has been stopped."""
    global _running
    _running = running
