"""Moves the virtual clock: whatever is due on the way happens at its own moment, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.ids import TenantId

WINDOW = timedelta(minutes=15)
"""How long people act before the service is asked again what is due: one of them may have started something."""

TOGETHER = timedelta(seconds=30)
"""What happens within so short a time is one thing to whoever waits for it."""

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

    @property
    def moving(self) -> bool:
        """Whether somebody is moving the clock now."""
        return self._moving.locked()

    async def settle(self) -> None:
        """Do what is due at this moment, and let no time pass. Whoever moves the clock does so anyway."""
        if self.moving:
            return
        async with self._moving:
            await self._service.tick(self._tenant)

    async def move_to(self, moment: datetime, *, progress: Progress | None = None) -> None:
        """Play everything up to `moment`, and what is due at it. A moment in the past is now."""
        async with self._moving:
            await self._play(moment, _never, progress or _quietly)
            self._clock.move_to(max(moment, self._clock.now()))

    async def move_until(
        self, reached: Callable[[], bool], *, limit: datetime, progress: Progress | None = None
    ) -> bool:
        """Play until `reached` holds, at most to `limit`; say whether it holds.

        What follows it within `TOGETHER`, as replies follow their message, has happened too. The clock stays at the
        last thing that happened.
        """
        async with self._moving:
            held = await self._play(limit, reached, progress or _quietly)
            if held:
                await self._play(self._clock.now() + TOGETHER, _never, progress or _quietly)
            return held

    async def _play(self, end: datetime, reached: Callable[[], bool], progress: Progress) -> bool:
        """Let one thing after the other happen, until `reached` holds or nothing is left before `end`.

        What somebody did since the last tick, a visitor before the move or people on the way, is due at once.
        """
        await self._service.tick(self._tenant)
        while not reached():
            due = await self._service.next_due_at(self._tenant)
            at = _earliest(due, self._actors.next_at)
            if at is None or at > max(end, self._clock.now()):
                return False
            if due is None or due > at:
                await self._act(min(end, at + WINDOW) if due is None else min(end, due, at + WINDOW))
            else:
                self._clock.move_to(max(due, self._clock.now()))
                if not await self._settle() and self._clock.now() >= end:
                    return False
            progress(self._clock.now())
        return True

    async def _settle(self) -> bool:
        """Tick until nothing is due at this moment any more; False where something stays due and time went on."""
        for _ in range(STUCK):
            await self._service.tick(self._tenant)
            due = await self._service.next_due_at(self._tenant)
            if due is None or due > self._clock.now():
                return True
        self._clock.move_to(self._clock.now() + timedelta(minutes=1))
        return False

    async def _act(self, until: datetime) -> None:
        """Let people act up to a moment, each at their own."""
        while (at := self._actors.next_at) is not None and at <= until:
            self._clock.move_to(max(at, self._clock.now()))
            await self._actors.act()
        await self._service.tick(self._tenant)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _never() -> bool:
    return False


def _quietly(_: datetime) -> None:
    return None
