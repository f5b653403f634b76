"""Connections: the engines of a database, and how each connection is set up."""

import os
import time
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, QueuePool

from bot.errors import StoreUnavailable
from storage.engine import PLAIN, Database

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -8192",
)
_READERS = 4
_CONNECT_TIMEOUT_S = 10
_PINGED_AFTER_S = 1.0
"""Seconds without use after which a connection to PostgreSQL is looked at before it is used."""
_USED_AT = "ruimte_used_at"


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

    `pool_pre_ping` does so at every use, in a transaction of its own: three round trips, where new boxes are one.
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
        if not connection.get_execution_options().get(PLAIN):
            connection.exec_driver_sql(begin)
