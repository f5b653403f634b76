"""Measures the spool alone: submissions per second against one commit each.

    python -m tests.bench.spool [postgresql+asyncpg://...]

prints one JSON object.
"""

import asyncio
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from storage.connecting import connect
from storage.engine import Database
from storage.keys import FileKeys
from storage.migrations import upgrade
from storage.spool import BATCH, SqlSpool
from storage.store import SqlStore
from tests.examples import ROUND, TENANT, a_round, a_slip

WRITERS = 32


@dataclass(frozen=True, slots=True)
class Submitting:
    """How submissions went: per second, and the wait of one in milliseconds."""

    per_s: float
    median_ms: float
    p99_ms: float


async def submitting(url: str, *, submissions: int, batch: int = BATCH) -> Submitting:
    """Let 32 writers submit, each the next when the last is through; `batch` 1 is one commit for each."""
    async with _fresh(url) as (database, keys):
        await keys.make(f"seal.{TENANT}.{ROUND}")
        async with SqlStore(database, keys).write(TENANT) as transaction:
            await transaction.rounds.put(a_round())
        spool = SqlSpool(database, keys, batch=batch)
        waits_s: list[float] = []

        async def write(count: int) -> None:
            for _ in range(count):
                started_s = time.perf_counter()
                await spool.put(TENANT, ROUND, secrets.token_bytes(16), a_slip("Een antwoord " * 20))
                waits_s.append(time.perf_counter() - started_s)

        started_s = time.perf_counter()
        await asyncio.gather(*(write(submissions // WRITERS) for _ in range(WRITERS)))
        took_s = time.perf_counter() - started_s
        await spool.close()
    cuts = statistics.quantiles(waits_s, n=100)
    return Submitting(len(waits_s) / took_s, cuts[49] * 1000, cuts[98] * 1000)


async def measure(url: str | None = None) -> dict[str, object]:
    """Measure everything, on fresh SQLite files or on one empty PostgreSQL database."""
    with tempfile.TemporaryDirectory() as folder:

        def place(name: str) -> str:
            return url or f"sqlite+aiosqlite:///{folder}/{name}.db"

        each = await submitting(place("each"), submissions=1600, batch=1)
        shared = await submitting(place("shared"), submissions=6400)
    return {
        "one_commit_each": asdict(each),
        "spool": asdict(shared),
        "times_faster": shared.per_s / each.per_s,
    }


@asynccontextmanager
async def _fresh(url: str) -> AsyncIterator[tuple[Database, FileKeys]]:
    await upgrade(url, made_by="simulation")
    database = connect(url)
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield database, FileKeys(Path(folder))
        finally:
            async with database.writing() as connection:
                await connection.exec_driver_sql("DELETE FROM rounds")
                await connection.exec_driver_sql("DELETE FROM spool")
            await database.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1] if len(sys.argv) > 1 else None)), indent=2))
