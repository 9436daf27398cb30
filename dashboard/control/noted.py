"""Who asked for what, and whether it was done: one line in the log each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dashboard.control.refusal import Refusal

logger = logging.getLogger(__name__)


@contextmanager
def noted(by: str, what: str, args: Mapping[str, object] | None = None) -> Iterator[None]:
    """Around what is done for somebody. `by` is "page" or "api": only people on this machine may
    act, and Flowviz knows no more of them."""
    said = what if not args else f"{what} {', '.join(f'{k}={v!r}' for k, v in args.items())}"
    try:
        yield
    except Refusal as refusal:
        logger.info("Asked from the %s: %s. Refused: %s", by, said, refusal.sentence)
        raise
    logger.info("Asked from the %s: %s.", by, said)
