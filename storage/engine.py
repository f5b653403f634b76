"""Connections: engines and their settings, one writer at a time on SQLite, and the border where errors become ours."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import asyncpg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, QueuePool

from bot.errors import StoreUnavailable

T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -8192",
)
_READERS = 4
_PLAIN = "ruimte_plain"
_CHECKPOINT_PAUSES_S = (0.01, 0.03, 0.1, 0.3, 0.0)
_CONNECT_TIMEOUT_S = 10
_PINGED_AFTER_S = 1.0
"""Seconds without use after which a connection to PostgreSQL is looked at before it is used."""
_USED_AT = "ruimte_used_at"


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
        """Take the engines; writer and reader may be the same one. `at_once` is what `write_at_once` uses on SQLite."""
        self._writer = writer
        self._reader = reader
        self._name = name
        self._at_once = at_once
        self._turn = Turn() if at_once is not None else None
        # Counted in memory only, and what another process left behind counts as one: on the disk nothing says that
        # anything was taken back.
        self._to_empty, self._emptied = 1, 0
        self._thread = ThreadPoolExecutor(1, "database")

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
        some twenty times, which costs more than the statements.

        Raises:
            StoreUnavailable: The database cannot be reached, or stayed locked.
        """
        if self._turn is None or self._at_once is None:
            async with self.writing() as connection:
                return await connection.run_sync(work)
        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._written, self._at_once, work)

    def _written(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        with _ours(self._name), engine.begin() as connection:
            return work(connection)

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
        await self._writer.dispose()
        await self._reader.dispose()
        if self._at_once is not None:
            await asyncio.to_thread(self._at_once.dispose)
        self._thread.shutdown(wait=False)

    async def _empty(self, turn: Turn) -> bool:
        """Try once. What is asked for meanwhile is not done by it."""
        asked = self._to_empty
        if not await self._truncate(turn):
            return False
        self._emptied = max(self._emptied, asked)
        return True

    async def _truncate(self, turn: Turn) -> bool:
        async with turn, self._connected(self._writer) as connection:
            plain = await connection.execution_options(**{_PLAIN: True})
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


def connect(url: str, *, create: bool = False) -> Database:
    """Prepare the connections to a database; nothing is opened yet.

    Args:
        url: As SQLAlchemy writes it: `sqlite+aiosqlite:///path`, `postgresql+asyncpg://...`.
        create: Whether a SQLite file that is not there may be made.
    """
    parsed = make_url(url)
    name = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() != "sqlite":
        engine = _postgres(parsed)
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return Database(engine, reader, name)
    url_of = _sqlite_url(parsed, create=create)
    writer = _sqlite(url_of, connections=1)
    reader = _sqlite(url_of, connections=_READERS)
    at_once = create_engine(
        url_of.set(drivername="sqlite"), hide_parameters=True, poolclass=QueuePool, pool_size=1, max_overflow=0
    )
    # Whoever plans for thousands touches every page of three indexes again and again.
    _begins(writer.sync_engine, "BEGIN IMMEDIATE", (*_PRAGMAS, "PRAGMA cache_size = -32768"))
    _begins(at_once, "BEGIN IMMEDIATE", _PRAGMAS)
    _begins(reader.sync_engine, "BEGIN", (*_PRAGMAS, "PRAGMA query_only = ON"))
    return Database(writer, reader, name, at_once=at_once)


def make_file(url: str) -> None:
    """Make the file of a SQLite database, readable by its owner only, unless it is there. Blocks."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database is None:
        return
    path = Path(parsed.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))


def check_file(url: str) -> None:
    """See that a SQLite database is there; a failing connection would tell, and leave a thread behind. Blocks.

    Raises:
        StoreUnavailable: There is no such file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise StoreUnavailable(f"{url} cannot be reached: there is no such file")


def _postgres(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        hide_parameters=True,
        connect_args={"timeout": _CONNECT_TIMEOUT_S},
    )
    _pings_the_idle(engine.sync_engine)
    return engine


def _pings_the_idle(engine: Engine) -> None:
    """See that a connection that was not used for a while is still there.

    `pool_pre_ping` does so at every use, in a transaction of its own: three round trips before each commit, of nine.
    """

    @event.listens_for(engine, "checkin")
    def _used(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ping(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None or time.monotonic() - used_at < _PINGED_AFTER_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            # The server was away: so are the others. The pool connects anew.
            raise InvalidatePoolError from error


def _sqlite_url(url: URL, *, create: bool) -> URL:
    mode = "rwc" if create else "rw"
    return url.set(
        drivername="sqlite+aiosqlite",
        database=f"file:{quote(url.database or '')}",
        query={"mode": mode, "uri": "true"},
    )


def _sqlite(url: URL, *, connections: int) -> AsyncEngine:
    return create_async_engine(
        url, hide_parameters=True, poolclass=AsyncAdaptedQueuePool, pool_size=connections, max_overflow=0
    )


def _begins(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    """Set up every connection of an engine on SQLite, and begin its transactions with `begin`."""

    @event.listens_for(engine, "connect")
    def _set(connection: DBAPIConnection, _record: object) -> None:
        # The driver must not begin transactions by itself: it would not do so IMMEDIATE, nor around DDL.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(_PLAIN):
            connection.exec_driver_sql(begin)


def _is_gone(error: DBAPIError) -> bool:
    return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
