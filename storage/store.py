"""Transactions over one database: everything of one tenant, written together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ids import TenantId
from bot.ports import Answers, Changes, Door, Keys, Outbox, People, Rounds, Transaction
from storage import lease
from storage.answers import SqlAnswers
from storage.door import SqlDoor
from storage.engine import Database
from storage.outbox import SqlOutbox
from storage.repositories import SqlChanges, SqlPeople, SqlRounds


class SqlTransaction(Transaction):
    """See `bot.ports.Transaction`."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId, keys: Keys) -> None:
        """Put every repository on the same connection."""
        self.changes: Changes = SqlChanges(connection, tenant)
        self.rounds: Rounds = SqlRounds(connection, tenant)
        self.people: People = SqlPeople(connection, tenant)
        self.outbox: Outbox = SqlOutbox(connection, tenant)
        self.answers: Answers = SqlAnswers(connection, tenant, keys)
        self.door: Door = SqlDoor(connection, tenant, keys)


class SqlStore:
    """See `bot.ports.Store`.

    On SQLite there is one writer: a transaction begun, or a slip put, inside a writing transaction
    of the same task would wait for itself, and raises RuntimeError.
    """

    def __init__(self, database: Database, keys: Keys) -> None:
        """Use these connections, and these keys for what lies in boxes."""
        self._database = database
        self._keys = keys

    @asynccontextmanager
    async def write(self, tenant: TenantId, *, fence: int | None = None) -> AsyncIterator[Transaction]:
        """See `bot.ports.Store`. With a fence the lease cannot change hands before the commit."""
        async with self._database.writing() as connection:
            if fence is not None:
                await lease.hold(connection, tenant, fence)
            yield SqlTransaction(connection, tenant, self._keys)

    @asynccontextmanager
    async def read(self, tenant: TenantId) -> AsyncIterator[Transaction]:
        """See `bot.ports.Store`."""
        async with self._database.reading() as connection:
            yield SqlTransaction(connection, tenant, self._keys)

    async def lease(self, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
        """See `bot.ports.Store`."""
        async with self._database.writing() as connection:
            return await lease.take(connection, tenant, holder, ttl_s)
