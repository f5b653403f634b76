"""The clock that decides promises to people: the machine's, or one that is moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved: the sandbox and the simulation run on it."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`. Raises ValueError for a moment without a zone."""
        self._now = _utc(start)

    def now(self) -> datetime:
        """Return the moment to which it was moved last, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Stand at `moment` from now on. Raises ValueError for one that has passed or has no zone."""
        moment = _utc(moment)
        if moment < self._now:
            raise ValueError(f"a clock does not go back: {moment} is before {self._now}")
        self._now = moment


def _utc(moment: datetime) -> datetime:
    """Turn an aware moment into UTC."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment}")
    return moment.astimezone(UTC)
