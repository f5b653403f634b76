"""An open store on each database, with what is below it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.ids import RoundId
from bot.round import RoundState, move
from storage.connecting import connect
from storage.engine import Database
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.spool import SqlSpool
from storage.store import SqlStore
from tests.examples import ROUND, TENANT, a_round


@dataclass(frozen=True, slots=True)
class Opened:
    """A store, its spool and keys, and the database under them."""

    url: str
    database: Database
    keys: MemoryKeys
    store: SqlStore
    spool: SqlSpool

    async def open_round(self, round_id: RoundId = ROUND) -> None:
        """Put an open round with its key."""
        await self.keys.make(f"seal.{TENANT}.{round_id}")
        async with self.store.write(TENANT) as transaction:
            await transaction.rounds.put(a_round(id=round_id))

    async def move_round(self, to: RoundState, round_id: RoundId = ROUND) -> None:
        """Take a round to another state."""
        async with self.store.write(TENANT) as transaction:
            round_ = await transaction.rounds.get(round_id, lock=True)
            await transaction.rounds.put(move(round_, to))


@pytest.fixture
def keys() -> MemoryKeys:
    """Give an empty key directory."""
    return MemoryKeys()


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[Opened]:
    """Open a new database of each kind."""
    async for one in opened_at(database_url):
        yield one


@pytest.fixture
async def opened_sqlite(sqlite_url: str) -> AsyncIterator[Opened]:
    """Open a new SQLite file."""
    async for one in opened_at(sqlite_url):
        yield one


async def opened_at(url: str) -> AsyncIterator[Opened]:
    await upgrade(url)
    database, keys = connect(url), MemoryKeys()
    spool = SqlSpool(database, keys)
    yield Opened(url, database, keys, SqlStore(database, keys), spool)
    await spool.close()
    await database.close()
