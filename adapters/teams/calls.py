"""Errors of Teams' service as ours, the border at which they stop being Microsoft's, and when to try again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from secrets import SystemRandom
from typing import TypeVar

from adapters.trying import LONGEST_WAIT_S, TRIES, UNCONNECTED_S, Lost, LostAway, Unheard
from bot.errors import DeliveryFailed, PlaceBusy, PlatformAway, Unreachable

AGAIN_S = 1.0
"""Seconds before a request that failed is tried again, doubled each time, with a random part so that none follow."""

PRECONDITION, TOO_MANY = 412, 429
"""Nothing was done, and it may be tried again (learn.microsoft.com, rate limiting for bots, read 2026-11)."""

OVERLOADED = frozenset({502, 503, 504})
"""Too much for Teams, whatever is asked of it; it may have been done (502 and 504: the same page)."""

_FORBIDDEN, _NOT_FOUND, _UNAUTHORIZED, _SERVER = 403, 404, 401, 500

T = TypeVar("T")


class TeamsRefused(DeliveryFailed):
    """Teams says no; `reason` is its word for why."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None) -> None:
        """Teams' word is one of a list of theirs, and holds nothing of anybody."""
        super().__init__(f"Teams says {reason}", retry_after_s=retry_after_s)
        self.reason = reason


class Busy(TeamsRefused, PlatformAway):
    """Teams wants to be left alone for a while; `retry_after_s` None: it does not say how long.

    Teams does not say whether it means one conversation or everyone (`adapters.teams.pace.Pace.refused`).
    """


class Full(TeamsRefused, PlaceBusy):
    """This conversation has had enough, or something in it stands in the way (412): nothing was done."""


class Unconnected(TeamsRefused, PlatformAway):
    """Teams or Microsoft's login does not take what we show."""


class Gone(Unreachable):
    """There is no such conversation or message, or we may not write there; `reason` is Teams' word for why."""

    def __init__(self, reason: str) -> None:
        """Teams' word is one of a list of theirs."""
        super().__init__(f"Teams says {reason}")
        self.reason = reason


PASSING = (Busy, Full, Unheard, Lost)
"""What may be over in a moment."""


def refusal(status: int, code: str, headers: Mapping[str, str]) -> DeliveryFailed:
    """Name what a status other than a good one means. What else is in the answer may repeat what was sent: not kept.

    A redirect is one of them: nobody sends us, with our token, to anywhere else.
    """
    reason = f"{status} {code}" if code.isidentifier() and len(code) < LONGEST_CODE else str(status)
    if status == TOO_MANY:
        return Busy(reason, retry_after_s=_retry_after_s(headers))
    if status == PRECONDITION:
        return Full(reason, retry_after_s=_retry_after_s(headers))
    if status in {_FORBIDDEN, _NOT_FOUND}:
        return Gone(reason)
    if status == _UNAUTHORIZED:
        return Unconnected(reason, retry_after_s=UNCONNECTED_S)
    if status >= _SERVER:
        return _broken(status, _retry_after_s(headers))
    return TeamsRefused(reason)


def _broken(status: int, retry_after_s: float | None) -> Lost:
    """Tell a service that has too much to do from one that may not get on with this message."""
    kind = LostAway if status in OVERLOADED or retry_after_s is not None else Lost
    return kind(f"Teams answered with status {status}", retry_after_s=retry_after_s)


LONGEST_CODE = 60
"""Teams' longest code has 40 characters; what is longer is no code."""


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After, in seconds; None where it is not there or is no number."""
    named = {name.lower(): value for name, value in headers.items()}
    value = named.get("retry-after", "").strip()
    return float(value) if value.isdecimal() else None


def apart_s(error: DeliveryFailed) -> float:
    """Say for how many seconds whom Teams means is left alone, where it wants that and may not say how long."""
    return AGAIN_S if error.retry_after_s is None else error.retry_after_s


def wait_s(error: DeliveryFailed, number: int) -> float:
    """Say how many seconds to wait after a failure before the try of this number. Raises it where that is too long.

    What Teams asks for is waited out, and up to a quarter more; else it doubles, with up to half of it more.
    """
    chance = SystemRandom()
    if isinstance(error, Busy | Full | LostAway) and error.retry_after_s is not None:
        if error.retry_after_s > LONGEST_WAIT_S:
            raise error
        return error.retry_after_s * (1 + chance.uniform(0.0, 0.25))
    return AGAIN_S * float(2 ** (number - 1)) * chance.uniform(0.5, 1.5)


async def insist(work: Callable[[], Awaitable[T]]) -> T:
    """Ask for something that changes nothing, again where Teams is busy or does not answer. Raises as it does."""
    for number in range(1, TRIES):
        try:
            return await work()
        except PASSING as error:
            await asyncio.sleep(wait_s(error, number))
    return await work()
