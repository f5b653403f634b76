"""A database that is missing, locked, foreign or of another version, and settings that do not work: a sentence each."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import migrations
from storage.connecting import connect
from tests.adapters.change_files import SMALLEST
from tests.adapters.cli.conftest import CommandLine


def database_file(line: CommandLine) -> Path:
    return Path(line.environment["RUIMTE_DATABASE_URL"].partition(":///")[2])


NEEDS_DATABASE = [
    ("change", "show", "x"),
    ("change", "close", "x"),
    ("digest", "x"),
    ("export", "x"),
    ("forget", "x", "--yes"),
    ("serve",),
]


@pytest.mark.parametrize("command", NEEDS_DATABASE, ids=" ".join)
def test_a_database_that_was_not_made_is_said_in_a_sentence(empty: CommandLine, command: tuple[str, ...]) -> None:
    result = empty(*command)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "`ruimte db upgrade`" in result.stderr


def test_a_database_that_is_gone_is_said_in_a_sentence(ruimte_on_file: CommandLine) -> None:
    file = ruimte_on_file.file(SMALLEST)
    database_file(ruimte_on_file).unlink()
    result = ruimte_on_file("change", "apply", file)
    assert result.exit_code == 3
    assert "cannot be reached" in result.stderr
    assert not database_file(ruimte_on_file).exists()


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://ruimte:s3cret@/none?host={tmp_path}"
    line = CommandLine({"RUIMTE_DATABASE_URL": url, "RUIMTE_KEYS": str(tmp_path / "keys")}, tmp_path)
    for command in (("db", "upgrade"), ("change", "show", "x")):
        result = line(*command)
        assert result.exit_code == 3
        assert "cannot be reached" in result.stderr
        assert "s3cret" not in result.output


@pytest.fixture
def locked(ruimte_on_file: CommandLine) -> Iterator[CommandLine]:
    """Give a command line whose database another program is writing to, and does not let go."""
    with closing(sqlite3.connect(database_file(ruimte_on_file), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield ruimte_on_file
        other.execute("ROLLBACK")


def test_a_database_that_is_locked_is_said_in_a_sentence_and_nothing_changes(locked: CommandLine) -> None:
    result = locked("change", "apply", locked.file(SMALLEST))
    assert result.exit_code == 3
    assert "is locked or gone" in result.stderr
    assert "try again in a moment" in result.stderr
    assert locked("change", "show", "zelf-roosteren").exit_code == 1


def test_a_database_of_another_version_is_said_in_a_sentence(ruimte: CommandLine) -> None:
    set_version(ruimte, "9999")
    for command in (("change", "show", "x"), ("db", "upgrade"), ("serve",)):
        result = ruimte(*command)
        assert result.exit_code == 3
        assert "9999" in result.stderr
        assert "needs the newer Ruimte" in result.stderr


def set_version(line: CommandLine, version: str) -> None:
    """Mark the database as one that a newer program made."""

    async def mark() -> None:
        database = connect(line.environment["RUIMTE_DATABASE_URL"])
        async with database.writing() as connection:
            await connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
        await database.close()

    asyncio.run(mark())


def test_a_database_of_the_sandbox_is_not_used_by_the_service(empty: CommandLine) -> None:
    asyncio.run(migrations.upgrade(empty.environment["RUIMTE_DATABASE_URL"], made_by="sandbox"))
    result = empty("change", "close", "x")
    assert result.exit_code == 3
    assert "a database of their own" in result.stderr


def test_upgrading_twice_changes_nothing(ruimte: CommandLine) -> None:
    ruimte("change", "apply", ruimte.file(SMALLEST))
    assert ruimte("db", "upgrade").exit_code == 0
    assert ruimte("change", "show", "zelf-roosteren").exit_code == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RUIMTE_PORT", "http", "RUIMTE_PORT is no port: 'http'."),
        ("RUIMTE_SLACK_BOT_TOKEN", "xoxb-1", "RUIMTE_SLACK_SIGNING_SECRET is missing, and Slack is configured."),
        ("RUIMTE_LANGUAGES", "xx", "RUIMTE_LANGUAGES has 'xx'; there are texts in nl, en."),
    ],
)
def test_settings_that_do_not_work_are_named(ruimte_on_file: CommandLine, name: str, value: str, says: str) -> None:
    line = CommandLine({**ruimte_on_file.environment, name: value}, ruimte_on_file.folder)
    result = line("change", "show", "x")
    assert (result.exit_code, result.stderr) == (3, f"{says}\n")


def test_a_directory_that_may_not_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    line = CommandLine({"RUIMTE_DATA": str(tmp_path / "file")}, tmp_path)
    result = line("db", "upgrade")
    assert result.exit_code == 3
    assert "Not a directory" in result.stderr
