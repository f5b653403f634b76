"""Opening a store: the one place that puts connections, keys, transactions and spool together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import delete, text

from bot.ports import Keys, Spool, Store
from storage import migrations, tables
from storage.connecting import check_file, connect
from storage.conversations import MemoryConversations, SqlConversations
from storage.engine import Database
from storage.memory import MemorySpool, MemoryStore
from storage.spool import SqlSpool
from storage.store import SqlStore

_log = logging.getLogger(__name__)

Conversations = SqlConversations | MemoryConversations

_ASK_COMMIT_TIMES = "SHOW track_commit_timestamp"
_ASK_LOGGING = """
    SELECT name FROM pg_settings WHERE name = 'log_statement' AND setting IN ('mod', 'all')
    OR name IN ('log_min_duration_statement', 'log_min_duration_sample') AND setting <> '-1'
    OR name = 'log_transaction_sample_rate' AND setting <> '0'
    ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Storage:
    """An open store with its spool. `async with` closes it."""

    store: Store
    spool: Spool
    conversations: Conversations
    close: Callable[[], Awaitable[None]]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.close()


async def open_storage(url: str, keys: Keys, *, made_by: str | None = "service") -> Storage:
    """Open a database that `storage.migrations.upgrade` made.

    Args:
        url: As SQLAlchemy writes it: `sqlite+aiosqlite:///path`, `postgresql+asyncpg://...`.
        keys: The key directory that belongs to it.
        made_by: Who must have made it; None takes any.

    Raises:
        StoreUnavailable: It is not there or cannot be reached.
        StoreVersion: It is of another version than this program.
        StoreForeign: Someone else made it.
    """
    await asyncio.to_thread(check_file, url)
    database = connect(url)
    try:
        await migrations.check(database, made_by=made_by)
        await _warn_of_times(database)
    except BaseException:
        await database.close()
        raise
    spool = SqlSpool(database, keys)

    async def close() -> None:
        await spool.close()
        await database.close()

    return Storage(SqlStore(database, keys), spool, SqlConversations(database), close)


async def empty_database(url: str) -> None:
    """Delete every row but the one that says who made the database. Raises StoreUnavailable."""
    database = connect(url)
    try:
        async with database.writing() as connection:
            for table in tables.metadata.sorted_tables:
                if table is not tables.installation:
                    await connection.execute(delete(table))
        await database.checkpoint()
    finally:
        await database.close()


def memory_storage(keys: Keys) -> Storage:
    """Open a store that is gone with the process, for tests; it keeps every promise of the others."""
    store = MemoryStore()

    async def close() -> None:
        """Nothing is open."""

    return Storage(store, MemorySpool(store, keys), MemoryConversations(), close)


async def settings_that_log(database: Database) -> tuple[str, ...]:
    """Name what is set in PostgreSQL so that its log holds statements, with their times. Raises StoreUnavailable."""
    if database.is_sqlite:
        return ()
    async with database.reading() as connection:
        return tuple((await connection.execute(text(_ASK_LOGGING))).scalars())


async def _warn_of_times(database: Database) -> None:
    if database.is_sqlite:
        return
    for name in await settings_that_log(database):
        _log.warning("PostgreSQL logs statements (%s): its log says when answers came in. Turn it off.", name)
    async with database.reading() as connection:
        if (await connection.execute(text(_ASK_COMMIT_TIMES))).scalar_one() == "on":
            _log.warning(
                "PostgreSQL keeps the time of every commit (track_commit_timestamp is on): "
                "whoever can read its files can see when answers came in. Turn it off."
            )
