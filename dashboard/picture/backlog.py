"""How a backlog rose and fell, in few enough points to travel with every frame."""

from __future__ import annotations

from typing import NamedTuple

MAX_POINTS = 32
"""More than the eye tells apart in a drawing as small as a report's."""


class Point(NamedTuple):
    at: int
    lag: int | None
    """None: from here on it is not known."""


class Backlog:
    """Over its cap, the point that the drawing misses least goes: the one whose triangle with its
    neighbours is the smallest (Visvalingam and Whyatt, 1993). The highest stays."""

    def __init__(self) -> None:
        self._points: list[Point] = []

    def take(self, at: int, lag: int | None) -> None:
        """What a survey found to wait, or that it could not tell."""
        points = self._points
        if points and at < points[-1].at:
            return
        if lag is None and (not points or points[-1].lag is None or points[-1].at == at):
            return
        if points and points[-1].at == at:
            points.pop()
        if len(points) > 1 and points[-1].lag == points[-2].lag == lag:
            points.pop()  # it goes on as it was: its two ends say it all
        points.append(Point(at, lag))
        if len(points) > MAX_POINTS:
            del points[min(range(1, len(points) - 1), key=self._missed)]

    def _missed(self, place: int) -> tuple[int, float]:
        """What the drawing would miss without it; what is not known is drawn through last."""
        before, here, after = self._points[place - 1 : place + 2]
        wide = after.at - before.at
        if here.lag is None:
            return (0, 0.0) if before.lag is None else (2, wide)
        if place == self._highest():
            return 3, 0.0
        if before.lag is None or after.lag is None:
            return 1, wide
        rise = after.lag - before.lag
        return 0, abs(wide * (here.lag - before.lag) - (here.at - before.at) * rise)

    def _highest(self) -> int:
        """The place of the first one that is as high as any."""
        lags = [point.lag or 0 for point in self._points]
        return lags.index(max(lags))

    def wire(self, began_at: int, ended_at: int | None) -> list[list[int | None]]:
        """`[[ms since it began, waiting or null], ...]`."""
        points = self._points if ended_at is None else self._until(ended_at)
        return [[point.at - began_at, point.lag] for point in points]

    def _until(self, end: int) -> list[Point]:
        """What came after it ended is left out; where that took its last point's place, there is
        one on the way there."""
        kept = [point for point in self._points if point.at <= end]
        if not kept or len(kept) == len(self._points) or kept[-1].at == end:
            return kept
        last, after = kept[-1], self._points[len(kept)]
        if last.lag is None or after.lag is None:
            return kept
        share = (end - last.at) / (after.at - last.at)
        return [*kept, Point(end, round(last.lag + share * (after.lag - last.lag)))]
