"""A database: who writes on it and when, what is emptied of SQLite's log, and the border where errors become ours."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StoreUnavailable

T = TypeVar("T")

PLAIN = "ruimte_plain"
"""Option of a connection whose statements are in no transaction."""
COPIED_AFTER = 150
"""Rows written at once after which SQLite's log is copied into the database, behind the commit that came to so many.

SQLite does so by itself inside the commit that comes to 1,000 pages, some 330 boxes, and whoever waits for that one
waits ten milliseconds more. What is in the log says who came before whom, so the fewer the better."""

_CHECKPOINT_PAUSES_S = (0.01, 0.03, 0.1, 0.3, 0.0)


class Turn:
    """Whose turn it is to write: everyone in order of arrival, and nobody waits for themselves."""

    def __init__(self) -> None:
        """Start with nobody writing."""
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None

    def refuse_owner(self) -> None:
        """Raise RuntimeError for the task that is writing now: it would wait for itself."""
        task = asyncio.current_task()
        if task is not None and task is self._owner:
            raise RuntimeError("something was written from inside a writing transaction")

    async def __aenter__(self) -> None:
        self.refuse_owner()
        await self._lock.acquire()
        self._owner = asyncio.current_task()

    async def __aexit__(self, *_: object) -> None:
        self._owner = None
        self._lock.release()


class Database:
    """One database. On SQLite one connection writes; on PostgreSQL the database itself orders who writes."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, name: str, *, at_once: Engine | None = None) -> None:
        """Take the engines; writer and reader may be the same one. `at_once` is for work in a thread, on SQLite."""
        self._writer = writer
        self._reader = reader
        self._name = name
        self._at_once = at_once
        # The same two for a statement that is a transaction by itself.
        self._alone = writer.execution_options(isolation_level="AUTOCOMMIT")
        self._alone_at_once = None if at_once is None else at_once.execution_options(**{PLAIN: True})
        self._turn = Turn() if at_once is not None else None
        # Counted in memory only, and what another process left behind counts as one: on the disk nothing says that
        # anything was taken back.
        self._to_empty, self._emptied = 1, 0
        self._thread = ThreadPoolExecutor(1, "database")
        self._copied_at = 0

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of SQLite, and not PostgreSQL."""
        return self._turn is not None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that commits at the end and rolls back on an error.

        Raises:
            StoreUnavailable: The database cannot be reached, or stayed locked.
        """
        if self._turn is None:
            async with self._transaction(self._writer) as connection:
                yield connection
            return
        async with self._turn, self._transaction(self._writer) as connection:
            yield connection

    async def write_at_once(self, work: Callable[[Connection], T]) -> T:
        """Do all of `work` in one writing transaction, and return what it returns when that is committed.

        On SQLite it runs in a thread from begin to commit: statement by statement the event loop would be crossed
        some twenty times, which costs more than the statements. Whoever is cancelled waits for it all the same.

        Raises:
            StoreUnavailable: The database cannot be reached, stayed locked, or was lost at the commit, of which then
                nobody knows.
        """
        if self._turn is None or self._at_once is None:
            async with self.writing() as connection:
                return await connection.run_sync(work)
        return await self._in_thread(self._turn, self._at_once, work)

    async def write_alone(self, work: Callable[[Connection], T]) -> T:
        """Do `work` as `write_at_once` does, but without a transaction around it: each statement is one by itself.

        For a single one that is one trip to PostgreSQL in the place of three, and fewer waits for Python's lock.

        Raises:
            StoreUnavailable: See `write_at_once`.
        """
        if self._turn is None or self._alone_at_once is None:
            async with self._connected(self._alone) as connection:
                return await connection.run_sync(work)
        return await self._in_thread(self._turn, self._alone_at_once, work)

    async def _in_thread(self, turn: Turn, engine: Engine, work: Callable[[Connection], T]) -> T:
        async with turn:
            written = asyncio.get_running_loop().run_in_executor(self._thread, self._written, engine, work)
            try:
                return await asyncio.shield(written)
            except asyncio.CancelledError:
                # The thread goes on and commits: until then nobody else has the turn.
                await asyncio.wait({written})
                written.exception()
                raise

    def _written(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        with _ours(self._name), engine.begin() as connection:
            result = work(connection)
            written: int = connection.connection.total_changes
        # A new connection counts from nothing.
        if not 0 <= written - self._copied_at < COPIED_AFTER:
            self._copied_at = written
            # While it is being closed nothing more is taken.
            with suppress(RuntimeError):
                self._thread.submit(self._copy, engine)
        return result

    def _copy(self, engine: Engine) -> None:
        """Copy what SQLite's log holds into the database, as far as readers let it; what stays is for the next time."""
        with suppress(SQLAlchemyError), engine.connect() as connection:
            plain = connection.execution_options(**{PLAIN: True})
            plain.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that sees one moment and can write nothing. Raises StoreUnavailable."""
        async with self._transaction(self._reader) as connection:
            yield connection

    def refuse_inside_a_write(self) -> None:
        """Raise RuntimeError where this task has a writing transaction open, which SQLite allows one of."""
        if self._turn is not None:
            self._turn.refuse_owner()

    async def checkpoint(self) -> bool:
        """Empty SQLite's write-ahead log of what is in it now; say whether it is.

        With a reader open, or without the database, it is not: it is tried a few times, and `finish_checkpoint` tries
        on. Nothing is logged here: it happens because somebody changed an answer or took it back.
        """
        if self._turn is None:
            return True
        self._to_empty += 1
        with suppress(StoreUnavailable):
            for pause_s in _CHECKPOINT_PAUSES_S:
                if await self._empty(self._turn):
                    return True
                await asyncio.sleep(pause_s)
        return False

    async def finish_checkpoint(self) -> bool:
        """Try once more where a checkpoint was held up, or none was made yet; say whether nothing is left.

        Raises:
            StoreUnavailable: The database is not there.
        """
        return self._turn is None or self._emptied == self._to_empty or await self._empty(self._turn)

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.to_thread(self._thread.shutdown)
        await self._writer.dispose()
        await self._reader.dispose()
        if self._at_once is not None:
            await asyncio.to_thread(self._at_once.dispose)

    async def _empty(self, turn: Turn) -> bool:
        """Try once. What is asked for meanwhile is not done by it."""
        asked = self._to_empty
        if not await self._truncate(turn):
            return False
        self._emptied = max(self._emptied, asked)
        return True

    async def _truncate(self, turn: Turn) -> bool:
        async with turn, self._connected(self._writer) as connection:
            plain = await connection.execution_options(**{PLAIN: True})
            # Waiting for readers here would hold up everyone who writes.
            await plain.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                row = (await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                await plain.exec_driver_sql("PRAGMA busy_timeout = 5000")
        return bool(row[0] == 0)

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        async with self._connected(engine) as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            connection = await engine.connect()
        except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise StoreUnavailable(f"{self._name} cannot be reached") from error
        try:
            with _ours(self._name):
                yield connection
        finally:
            await connection.close()


@contextmanager
def _ours(name: str) -> Iterator[None]:
    """Turn an error that says that the database is not there into ours."""
    try:
        yield
    except DBAPIError as error:
        if _is_gone(error):
            raise StoreUnavailable(f"{name} is locked or gone") from error
        raise


def _is_gone(error: DBAPIError) -> bool:
    return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
