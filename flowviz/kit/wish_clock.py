"""What time it is for who made a wish, so that a pause of 60 s lasts 60 s by any service's clock.

An end in a wish is an instant of its maker's clock. This machine's clock may be an hour off, and
may be set right or back in the middle of a pause: what is counted here is counted on the steady
clock, which nobody sets. Where the brokers put their own time on the records of
`flowviz.control` and `flowviz.status`, the age of a wish is known even to a service that starts
long after it; otherwise a wish that is heard as it comes counts as made just now. Where not even
that is known, this machine's clock counts. Pure: time is passed in, as ms of the steady clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from flowviz.kit.wish import Wish


@dataclass(frozen=True, slots=True)
class Heard:
    """A wish, and when it came."""

    wish: Wish | None
    appended_at: int | None
    """When the broker wrote it, by the broker's clock; None: the broker does not say."""
    heard_at: int | None
    """When it came here, by our steady clock; None: it was there before we began to listen."""


NOTHING = Heard(None, None, None)


class WishClock:
    """Set by the link's thread, and read by any."""

    def __init__(self) -> None:
        self._newest: tuple[Heard, int | None] = (NOTHING, None)
        """And when it was made, by our steady clock, if the broker has told: once that is known,
        the broker's clock may be set as well."""
        self._broker_ahead: int | None = None
        """The broker's clock minus our steady one, in ms; None: not known yet."""

    def hear(self, heard: Heard) -> None:
        """This is the newest wish."""
        self._newest = (heard, self._made_at(heard))

    def broker_said(self, at: int, now: int) -> None:
        """The broker's clock showed `at` just before our steady one showed `now`."""
        self._broker_ahead = at - now
        heard, made_at = self._newest
        if made_at is None:
            self._newest = (heard, self._made_at(heard))

    def _made_at(self, heard: Heard) -> int | None:
        if heard.appended_at is None or self._broker_ahead is None:
            return None
        return heard.appended_at - self._broker_ahead

    @property
    def guesses(self) -> bool:
        """Whether the age of the wish matters, and would be known if the broker's clock was."""
        heard, _ = self._newest
        wish = heard.wish
        if wish is None or heard.appended_at is None or heard.heard_at is not None:
            return False
        timed = wish.until_at is not None or (wish.rate is not None and wish.rate.until_at)
        return bool(timed) and self._broker_ahead is None

    def now(self, now: int, day: int) -> int:
        """Unix ms by the clock of who made the newest wish, as well as it is known; `day` is what
        this machine's clock says, in Unix ms.
        """
        heard, made_at = self._newest
        wish = heard.wish
        if wish is None or not wish.at:
            return day
        if made_at is not None:
            return wish.at + max(0, now - made_at)
        if heard.heard_at is not None:
            return wish.at + max(0, now - heard.heard_at)
        return day
