"""Migrations: the head is the tables, up and down, with data, and nobody touches what is another's."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.errors import StoreForeign, StoreUnavailable, StoreVersion
from bot.ports import Keys
from storage import migrations, tables
from storage.connecting import connect
from storage.engine import Database
from storage.keys import MemoryKeys
from storage.migrations import HEAD, downgrade, upgrade
from storage.opening import open_storage
from tests.examples import CHANGE, TENANT, a_change


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Give connections to a database that may not be there yet."""
    opened = connect(database_url, create=True)
    yield opened
    await opened.close()


async def _ask(database: Database, question: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever is asked
    async with database.writing() as connection:
        return await connection.run_sync(question)


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> int:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return len(compare_metadata(context, tables.metadata))


def test_the_program_works_with_the_newest_version() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_current_head() == HEAD


async def test_the_newest_version_is_what_the_tables_say(database_url: str, database: Database) -> None:
    await upgrade(database_url)
    assert await _ask(database, _differences) == 0


async def test_a_table_that_no_version_makes_is_noticed(database_url: str, database: Database) -> None:
    await upgrade(database_url)
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE offers"))
    assert await _ask(database, _differences) == 1


async def test_down_leaves_nothing_and_up_makes_it_again(database_url: str, database: Database) -> None:
    for _ in range(2):
        await upgrade(database_url)
        assert await _ask(database, _tables) == set(tables.metadata.tables)
        await downgrade(database_url, "base")
        assert await _ask(database, _tables) == set()


async def test_upgrading_what_is_newest_keeps_everything(database_url: str, database: Database) -> None:
    keys = MemoryKeys()
    await upgrade(database_url)
    async with await open_storage(database_url, keys) as storage, storage.store.write(TENANT) as transaction:
        await transaction.changes.put(a_change())
    await upgrade(database_url)
    async with await open_storage(database_url, keys) as storage, storage.store.read(TENANT) as transaction:
        assert await transaction.changes.get(CHANGE) == a_change(version=1)


async def test_a_migration_that_fails_leaves_nothing_behind(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(migrations, "_mark", fail)
    with pytest.raises(ZeroDivisionError):
        await upgrade(database_url)
    assert await _ask(database, _tables) == set()


@pytest.mark.parametrize("version", [None, "9999"])
async def test_a_database_of_another_version_is_not_opened(
    database_url: str, database: Database, keys: Keys, version: str | None
) -> None:
    await upgrade(database_url)
    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
        if version is not None:
            await connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    with pytest.raises(StoreVersion):
        await open_storage(database_url, keys)


async def test_a_database_of_a_newer_program_is_not_migrated(database_url: str, database: Database) -> None:
    await upgrade(database_url)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreVersion, match="9999"):
        await upgrade(database_url)


async def test_an_empty_database_is_not_opened(database_url: str, database: Database, keys: Keys) -> None:
    async with database.writing() as connection:
        await connection.execute(text("SELECT 1"))
    with pytest.raises(StoreVersion):
        await open_storage(database_url, keys)


@pytest.mark.parametrize("made_by", ["sandbox", "simulation"])
async def test_sandbox_and_simulation_use_only_what_they_made(database_url: str, keys: Keys, made_by: str) -> None:
    await upgrade(database_url)
    with pytest.raises(StoreForeign):
        await upgrade(database_url, made_by=made_by)
    with pytest.raises(StoreForeign):
        await open_storage(database_url, keys, made_by=made_by)
    async with await open_storage(database_url, keys):
        pass


async def test_the_service_does_not_use_what_the_sandbox_made(database_url: str, keys: Keys) -> None:
    await upgrade(database_url, made_by="sandbox")
    with pytest.raises(StoreForeign):
        await open_storage(database_url, keys)
    async with await open_storage(database_url, keys, made_by="sandbox"):
        pass
    async with await open_storage(database_url, keys, made_by=None):
        pass


async def test_beside_tables_of_others_only_the_service_makes_its_own(database_url: str, database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE slack_installations (id TEXT)"))
    with pytest.raises(StoreForeign):
        await upgrade(database_url, made_by="sandbox")
    assert await _ask(database, _tables) == {"slack_installations"}
    await upgrade(database_url)
    assert await _ask(database, _tables) == {"slack_installations", *tables.metadata.tables}


async def test_tables_that_only_look_like_ours_are_left_alone(database_url: str, database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE messages (id TEXT)"))
    with pytest.raises(StoreForeign):
        await upgrade(database_url)


@pytest.mark.may_block(reason="the test looks at the file itself")
async def test_a_new_file_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ruimte.db"
    await upgrade(f"sqlite+aiosqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o600


async def test_where_nothing_can_be_made_the_store_is_unavailable(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://postgres@/nothing?host={tmp_path}"
    with pytest.raises(StoreUnavailable):
        await upgrade(url)
