"""The database's versions: bring one to the newest, and say whether one is at it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, select, text

from bot.errors import StoreForeign, StoreVersion
from storage import tables
from storage.connecting import connect, make_file
from storage.engine import Database

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

HEAD = "0002"
"""The version that this program works with."""

_OURS = frozenset(tables.metadata.tables)


_VERSION_TABLE = "alembic_version"


async def upgrade(url: str, *, made_by: str = "service") -> None:
    """Make a database, or bring one to the newest version; nothing is lost.

    Args:
        url: The database; a SQLite file is made when it is not there.
        made_by: Who makes it: `service`, `sandbox` or `simulation`.

    Raises:
        StoreForeign: Someone else made it, or (sandbox, simulation) it holds tables of others.
        StoreVersion: It was made by a newer program.
        StoreUnavailable: It cannot be reached.
    """
    await asyncio.to_thread(make_file, url)
    script = await asyncio.to_thread(_script)

    def run(connection: Connection) -> None:
        _check_origin(connection, made_by)
        _check_known(connection, script)
        _migrate(connection, script, lambda version, _: script._upgrade_revs("head", version))  # noqa: SLF001 - as Alembic's documentation does
        _mark(connection, made_by)

    await _on(url, run)


async def downgrade(url: str, to: str) -> None:
    """Bring a database back to a version, or to `base`: without any tables."""
    script = await asyncio.to_thread(_script)

    def run(connection: Connection) -> None:
        _migrate(connection, script, lambda version, _: script._downgrade_revs(to, version))  # noqa: SLF001 - as Alembic's documentation does

    await _on(url, run)


async def check(database: Database, *, made_by: str | None) -> None:
    """See that this program may work with a database as it is.

    Raises:
        StoreVersion: It is of another version.
        StoreForeign: Someone other than `made_by` made it.
    """
    async with database.reading() as connection:
        await connection.run_sync(_check_version)
        if made_by is not None:
            await connection.run_sync(_check_origin, made_by)


def _script() -> "ScriptDirectory":
    """Load every version; this reads files. Alembic takes half a second to load, and only this needs it."""
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    list(script.walk_revisions())
    return script


async def _on(url: str, run: Callable[[Connection], None]) -> None:
    database = connect(url)
    try:
        async with database.writing() as connection:
            await connection.run_sync(run)
    finally:
        await database.close()


def _migrate(connection: Connection, script: "ScriptDirectory", steps: Callable[[Any, Any], Any]) -> None:
    from alembic.config import Config  # noqa: PLC0415 - as in `_script`
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=tables.metadata)
        with environment.begin_transaction():
            environment.run_migrations()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608 - a constant
    return version


def _check_version(connection: Connection) -> None:
    version = _version(connection)
    if version != HEAD:
        raise StoreVersion(f"the database is at version {version}, this program at {HEAD}")


def _check_known(connection: Connection, script: "ScriptDirectory") -> None:
    version = _version(connection)
    if version is not None and version not in {one.revision for one in script.walk_revisions()}:
        raise StoreVersion(f"the database is at version {version}, this program at {HEAD}")


def _check_origin(connection: Connection, made_by: str) -> None:
    there = set(inspect(connection).get_table_names())
    if tables.installation.name in there:
        maker = connection.scalar(select(tables.installation.c.made_by))
        if maker not in {None, made_by}:
            raise StoreForeign(f"the database was made by {maker}, not by {made_by}")
    elif there & _OURS or (there and made_by != "service"):
        raise StoreForeign(f"the database was not made by {made_by}")


def _mark(connection: Connection, made_by: str) -> None:
    if connection.scalar(select(tables.installation.c.made_by)) is None:
        connection.execute(tables.installation.insert(), {"made_by": made_by})
