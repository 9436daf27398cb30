"""Runs the page's pure modules where they will run: in the browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page


def run(modules: Page, name: str, body: str, argument: object = None) -> Any:
    """The value of `body`, a function of the module `m` and the argument `a`."""
    script = f"async (a) => {{ const m = await import('/static/dashboard/js/{name}.js'); {body} }}"
    return modules.evaluate(script, argument)
