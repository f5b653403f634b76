"""Opening a store, and what happens when the database is not there, locked or talkative."""

import logging
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import StoreUnavailable
from bot.ports import Keys
from storage import connecting, opening
from storage.connecting import connect
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.examples import TENANT, a_person
from tests.storage.conftest import Opened


@pytest.mark.may_block(reason="the test looks at the file itself")
async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "ruimte.db"
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await open_storage(f"sqlite+aiosqlite:///{path}", keys)
    assert not path.exists()


async def test_a_server_that_is_not_there_is_unavailable_and_its_password_is_not_said(
    tmp_path: Path, keys: Keys
) -> None:
    url = f"postgresql+asyncpg://ruimte:Wachtwoord@/ruimte?host={tmp_path}"
    with pytest.raises(StoreUnavailable) as caught:
        await open_storage(url, keys)
    assert "Wachtwoord" not in str(caught.value)


async def test_a_server_without_this_database_is_unavailable(postgres_url: str, keys: Keys) -> None:
    with pytest.raises(StoreUnavailable):
        await open_storage(postgres_url.replace("/test_", "/nothing_"), keys)


@pytest.mark.may_block(reason="the test locks the file from outside")
async def test_a_file_that_stays_locked_is_unavailable(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await upgrade(sqlite_url)
    monkeypatch.setattr(connecting, "_PRAGMAS", (*connecting._PRAGMAS, "PRAGMA busy_timeout = 20"))
    database = connect(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        async with database.writing():
            pass
    other.execute("ROLLBACK")
    other.close()
    async with database.writing() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await database.close()


@pytest.mark.may_block(reason="the test damages the file from outside")
async def test_a_file_that_is_no_database_is_unavailable(sqlite_url: str, keys: Keys) -> None:
    Path(sqlite_url.removeprefix("sqlite+aiosqlite:///")).write_bytes(b"no database at all" * 1000)  # noqa: ASYNC240
    with pytest.raises(StoreUnavailable):
        await open_storage(sqlite_url, keys)


async def test_what_is_opened_to_read_can_write_nothing(opened: Opened) -> None:
    async with opened.store.write(TENANT) as transaction:
        await transaction.people.put([a_person()])

    async def write() -> None:
        async with opened.store.read(TENANT) as transaction:
            await transaction.people.put([a_person(stopped=True)])

    with pytest.raises((StoreUnavailable, DBAPIError)):
        await write()
    async with opened.store.read(TENANT) as transaction:
        assert await transaction.people.all() == [a_person()]


async def test_a_reader_sees_one_moment(opened: Opened) -> None:
    async with opened.store.read(TENANT) as reading:
        assert not await reading.people.all()
        async with opened.store.write(TENANT) as writing:
            await writing.people.put([a_person()])
        assert not await reading.people.all()
    async with opened.store.read(TENANT) as reading:
        assert await reading.people.all() == [a_person()]


async def test_an_error_of_the_database_shows_no_value(opened: Opened) -> None:
    async def fail() -> None:
        async with opened.database.writing() as connection:
            await connection.execute(
                text("INSERT INTO people VALUES (:secret, 'id', NULL)"), {"secret": "Nergensgezegd"}
            )

    with pytest.raises(IntegrityError, match="people") as caught:
        await fail()
    assert "Nergensgezegd" not in f"{caught.value}"


async def test_a_database_that_keeps_commit_times_is_warned_of_once(
    opened: Opened, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_ASK_COMMIT_TIMES", "SELECT 'on'")
    with caplog.at_level(logging.WARNING):
        async with await open_storage(opened.url, opened.keys):
            pass
    said = [record for record in caplog.records if "track_commit_timestamp" in record.message]
    assert len(said) == (0 if opened.database.is_sqlite else 1)


async def test_a_database_that_keeps_no_commit_times_is_not_warned_of(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    async with await open_storage(opened.url, opened.keys):
        pass
    assert "track_commit_timestamp" not in caplog.text


@pytest.mark.parametrize(
    ("setting", "value", "warned"),
    [
        ("log_statement", "mod", True),
        ("log_statement", "ddl", False),
        ("log_min_duration_statement", "0", True),
        ("log_min_duration_sample", "100", True),
        ("log_transaction_sample_rate", "0.1", True),
    ],
)
@pytest.mark.postgres
async def test_a_database_that_logs_statements_is_warned_of(
    postgres_url: str, keys: Keys, caplog: pytest.LogCaptureFixture, setting: str, value: str, *, warned: bool
) -> None:
    await upgrade(postgres_url)
    database = connect(postgres_url)
    async with database.writing() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar_one()
        await connection.execute(text(f"ALTER DATABASE {name} SET {setting} = {value}"))
    await database.close()
    async with await open_storage(postgres_url, keys):
        pass
    assert (f"logs statements ({setting})" in caplog.text) is warned
