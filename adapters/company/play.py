"""Moves the virtual clock: whatever is due on the way happens at its own moment, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.ids import TenantId

WINDOW = timedelta(minutes=15)
"""How long people act before the service is asked again what is due: one of them may have started something."""

STUCK = 100
"""So many ticks at one moment mean that something cannot be done; time goes on a minute then."""


class MovableClock(Protocol):
    """A clock that somebody moves."""

    def now(self) -> datetime:
        """Return this moment."""
        ...

    def move_to(self, moment: datetime) -> None:
        """Move on."""
        ...


class Ticks(Protocol):
    """The service, as far as the clock needs it."""

    async def tick(self, tenant: TenantId) -> None:
        """Do what is due now."""
        ...

    async def next_due_at(self, tenant: TenantId) -> datetime | None:
        """Return the next moment at which something is due."""
        ...


class Acts(Protocol):
    """Those who do something by themselves."""

    @property
    def next_at(self) -> datetime | None:
        """When someone will do something next."""
        ...

    async def act(self) -> None:
        """Do that."""
        ...


Progress = Callable[[datetime], None]
"""Told of every moment that was played, in order."""


class Play:
    """A play of the company on a clock that is moved; one move at a time."""

    def __init__(self, service: Ticks, tenant: TenantId, clock: MovableClock, actors: Acts) -> None:
        """Begin at the clock's moment; nothing happens until somebody moves it."""
        self._service = service
        self._tenant = tenant
        self._clock = clock
        self._actors = actors
        self._moving = asyncio.Lock()

    async def move_to(
        self,
        moment: datetime,
        *,
        until: Callable[[], bool] | None = None,
        progress: Progress | None = None,
    ) -> bool:
        """Play everything up to `moment`, and what is due at it; stop before that as soon as `until` holds.

        Return whether `until` held. A moment in the past is now.
        """
        async with self._moving:
            return await self._move(max(moment, self._clock.now()), until or _never, progress or _quietly)

    async def _move(self, moment: datetime, until: Callable[[], bool], progress: Progress) -> bool:
        ticks = 0
        while True:
            due = await self._service.next_due_at(self._tenant)
            now = self._clock.now()
            next_at = self._actors.next_at
            if due is not None and due <= now:
                ticks += 1
                await self._tick(now, stuck=ticks > STUCK)
            elif next_at is not None and next_at <= moment and (due is None or next_at < due):
                ticks = 0
                await self._act(min(moment, next_at + WINDOW) if due is None else min(moment, due, next_at + WINDOW))
            elif due is not None and due <= moment:
                ticks = 0
                self._clock.move_to(due)
                continue
            else:
                self._clock.move_to(moment)
                progress(moment)
                return until()
            progress(self._clock.now())
            if until():
                return True

    async def _tick(self, now: datetime, *, stuck: bool) -> None:
        """Do what is due; give way a minute where the same moment stays due again and again."""
        if stuck:
            self._clock.move_to(now + timedelta(minutes=1))
        await self._service.tick(self._tenant)

    async def _act(self, until: datetime) -> None:
        """Let people act up to a moment, each at their own."""
        while (at := self._actors.next_at) is not None and at <= until:
            self._clock.move_to(max(at, self._clock.now()))
            await self._actors.act()


def _never() -> bool:
    return False


def _quietly(_: datetime) -> None:
    return None
