"""Sends from many connections at once, each the next when the last was answered, and measures how that goes."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from sqlalchemy import func, select

from storage import tables
from storage.connecting import connect

CONNECTIONS = 32
WARM_UP_S = 1.0
MEASURED_S = 6.0

Send = Callable[[aiohttp.ClientSession], Awaitable[None]]
"""Sends the next request, and reads and checks its answer."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How it went: how many, how many of them a second, and the wait of one in milliseconds."""

    sent: int
    per_s: float
    median_ms: float
    p99_ms: float


async def measured(send: Send) -> Measured:
    """Send for a while; what began before everything was warm does not count. No cookie is kept."""
    waits_s: list[float] = []
    counts_from = time.perf_counter() + WARM_UP_S
    ends_at = counts_from + MEASURED_S

    async def work(session: aiohttp.ClientSession) -> None:
        while (began := time.perf_counter()) < ends_at:
            await send(session)
            if began >= counts_from:
                waits_s.append(time.perf_counter() - began)

    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        await asyncio.gather(*(work(session) for _ in range(CONNECTIONS)))
    cuts = statistics.quantiles(waits_s, n=100)
    return Measured(
        len(waits_s), round(len(waits_s) / MEASURED_S, 1), round(cuts[49] * 1000, 2), round(cuts[98] * 1000, 2)
    )


async def boxes(url: str) -> int:
    """Count the boxes in a database: what was acknowledged has to lie there."""
    database = connect(url)
    try:
        async with database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(tables.spool))).scalar_one()
    finally:
        await database.close()
