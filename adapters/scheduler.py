"""The tick: APScheduler asks the service every few seconds whether something is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters.background import place_of
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


async def _asked(tenants: Tenants) -> Sequence[TenantId]:
    try:
        return await tenants()
    except RuimteError as error:
        _log.warning("No tick: %s", error.code)
    except Exception as error:  # noqa: BLE001 -- the next time it may go well
        _log.error("No tick: %s at %s", type(error).__name__, place_of(error))
    return ()


async def _tick(service: Ticking, tenant: TenantId) -> None:
    try:
        await service.tick(tenant)
    except RuimteError as error:
        _log.warning("The tick of tenant %s failed: %s", tenant, error.code)
    except Exception as error:  # noqa: BLE001 -- one tenant must not hold up the others
        # Its kind and its place, not its text: that may hold an answer.
        _log.error("The tick of tenant %s failed: %s at %s", tenant, type(error).__name__, place_of(error))


@asynccontextmanager
async def ticking(service: Ticking, tenants: Tenants, *, clock: Clock, every_s: float) -> AsyncIterator[None]:
    """Tick at once and then every `every_s` seconds, until the block ends; a tick under way is let finish.

    Each tenant ticks by itself: one that has thousands of messages to send holds up nobody else's, and none overtakes
    its own. One interval job in memory, which is over at once: APScheduler breaks off what it is asked to stop. What is
    due lives in our own tables: a tick that comes late finds it there, so that none is ever made up for (`coalesce`),
    and none is too late (`misfire_grace_time`).
    """
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = AsyncIOScheduler(timezone="UTC")
    under_way: dict[TenantId, asyncio.Task[None]] = {}
    asking: set[asyncio.Task[None]] = set()

    async def ask() -> None:
        for tenant in await _asked(tenants):
            if tenant not in under_way:
                task = asyncio.create_task(_tick(service, tenant))
                under_way[tenant] = task
                task.add_done_callback(partial(_forget, under_way, tenant))

    async def tick() -> None:
        if not asking:
            task = asyncio.create_task(ask())
            asking.add(task)
            task.add_done_callback(asking.discard)

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
        # Both do so in the loop's next turn.
        scheduler.pause()
        await asyncio.sleep(0)
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)
        await _quiet(asking)
        await _quiet(under_way.values())


def _forget(under_way: dict[TenantId, asyncio.Task[None]], tenant: TenantId, _: asyncio.Task[None]) -> None:
    del under_way[tenant]


async def _quiet(under_way: Iterable[asyncio.Task[None]]) -> None:
    """Wait for what is under way, so that no delivery is cut off in the middle."""
    tasks = tuple(under_way)
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=PATIENCE_S)
    for task in late:
        task.cancel()
    if late:
        _log.warning("A tick took more than %g seconds to finish and is cut off; the next start goes on.", PATIENCE_S)
        await asyncio.wait(late)
