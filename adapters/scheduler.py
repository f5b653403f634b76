"""The tick: APScheduler asks the service every few seconds whether something is due."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import RuimteError
from bot.ids import TenantId
from bot.ports import Clock

PATIENCE_S = 20.0
"""Seconds that a tick under way gets to finish when the service stops."""

_log = logging.getLogger(__name__)

Tenants = Callable[[], Awaitable[Sequence[TenantId]]]
"""Whom to tick for, asked anew at every tick."""


class Ticking(Protocol):
    """The service, as far as the tick needs it."""

    async def tick(self, tenant: TenantId) -> None:
        """Do what is due now."""
        ...


async def tick_all(service: Ticking, tenants: Tenants) -> None:
    """Tick for every tenant; what goes wrong for one holds up no other, and is tried again at the next tick."""
    try:
        everyone = await tenants()
    except RuimteError as error:
        _log.warning("No tick: %s", error.code)
        return
    for tenant in everyone:
        try:
            await service.tick(tenant)
        except RuimteError as error:
            _log.warning("The tick of tenant %s failed: %s", tenant, error.code)
        except Exception as error:  # noqa: BLE001 -- one tenant must not hold up the others
            # Its kind and its place, not its text: that may hold an answer.
            _log.error("The tick of tenant %s failed: %s at %s", tenant, type(error).__name__, _place(error))


@asynccontextmanager
async def ticking(service: Ticking, tenants: Tenants, *, clock: Clock, every_s: float) -> AsyncIterator[None]:
    """Tick at once and then every `every_s` seconds, until the block ends; a tick under way is let finish.

    One interval job in memory. What is due lives in our own tables: a tick that comes late finds it there, so that
    none is ever made up for (`coalesce`), none is too late (`misfire_grace_time`), and none overlaps another.
    """
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = AsyncIOScheduler(timezone="UTC")
    busy = asyncio.Lock()

    async def tick() -> None:
        async with busy:
            await tick_all(service, tenants)

    scheduler.add_job(
        tick,
        "interval",
        seconds=every_s,
        next_run_time=clock.now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        await _quiet(busy)
        scheduler.shutdown(wait=False)
        # It stops in the loop's next turn.
        await asyncio.sleep(0)


async def _quiet(busy: asyncio.Lock) -> None:
    """Wait for the tick under way: shutting down would cancel it in the middle of a delivery."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await busy.acquire()
    except TimeoutError:
        _log.warning("A tick took more than %g seconds to finish and is cut off; the next start goes on.", PATIENCE_S)


def _place(error: Exception) -> str:
    """Say where an error was raised, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
