"""Why the supervisor does not do what it was asked."""

from __future__ import annotations


class UnknownService(LookupError):
    """The scenario has no service of this name."""


class SupervisorRefusal(Exception):
    """It cannot be done. `str(e)` is one sentence for the person who asked."""
