"""How a process ended, in one line that a person can use. Pure."""

from __future__ import annotations

import re
import signal

LONGEST_REASON = 200
"""Characters of a reason; it stands in one line of the page."""

# Colours and cursor movements (ECMA-48 control sequences), then every other control character.
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f]")


def words(exit_code: int | None, last_error_line: bytes = b"") -> str:
    """`exit_code` as subprocess gives it: negative for a signal; None: not known.

    The last line the process wrote to stderr says why it gave up. After a signal that line is
    old and would only mislead; SIGABRT is the exception, for that one a process raises itself.
    """
    if exit_code is None:
        return "ended, and it is not known how"
    if exit_code < 0 and -exit_code != signal.SIGABRT:
        return f"ended by {_signal_name(-exit_code)}"
    if exit_code == 0:
        return "ended without an error"
    how = f"ended by {_signal_name(-exit_code)}" if exit_code < 0 else f"exit code {exit_code}"
    said = one_line(last_error_line)
    return _bounded(f"{how}: {said}" if said else how)


def one_line(raw: bytes) -> str:
    """Text from anywhere as one bounded, printable line."""
    return _bounded(_CONTROLS.sub("", raw.decode("utf-8", "replace")).strip())


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
