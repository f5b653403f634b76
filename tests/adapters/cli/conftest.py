"""The command line as someone types it, over a real database of either kind."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner, Result

from adapters.cli.main import app
from adapters.settings import load_settings
from bot.ids import Language, PersonId, TeamKey, TenantId
from bot.people import Person
from storage.keys import FileKeys
from storage.opening import Storage, open_storage
from tests.adapters.change_files import TODAY

T = TypeVar("T")

TENANT = TenantId("main")
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class CommandLine:
    """Types commands, in an environment of its own."""

    environment: dict[str, str]
    folder: Path

    def __call__(self, *words: str, typed: str = "") -> Result:
        """Type a command. Whatever it does, it ends without a stack trace."""
        result = CliRunner(env={"LC_ALL": "C", **self.environment, "COLUMNS": "120"}).invoke(app, words, input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def file(self, text: str, name: str = "change.yaml") -> str:
        """Write a file whose days are moved by whole weeks, so that none has passed; return its path."""
        path = self.folder / name
        path.write_text(moved(text), encoding="utf-8")
        return str(path)

    @property
    def keys(self) -> Path:
        """Where the keys are."""
        return Path(self.environment["RUIMTE_KEYS"])

    def stored(self, work: Callable[[Storage], Awaitable[T]]) -> T:
        """Do something in the database, as the service would."""
        settings = load_settings(self.environment)

        async def do() -> T:
            async with await open_storage(settings.database_url, FileKeys(settings.keys), made_by=None) as storage:
                return await work(storage)

        return asyncio.run(do())


def moved(text: str) -> str:
    """Move every day by as many whole weeks as the examples are old."""
    late = max(timedelta(0), datetime.now(UTC).date() - TODAY)
    by = -(-late // _WEEK) * _WEEK
    return re.sub(r"\d{4}-\d\d-\d\d", lambda found: str(date.fromisoformat(found.group()) + by), text)


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> CommandLine:
    """Give a command line whose database was not made yet."""
    return CommandLine({"RUIMTE_DATABASE_URL": database_url, "RUIMTE_KEYS": str(tmp_path / "keys")}, tmp_path)


@pytest.fixture
def ruimte(empty: CommandLine) -> CommandLine:
    """Give a command line with a database in which nothing is."""
    assert empty("db", "upgrade").exit_code == 0
    return empty


@pytest.fixture
def empty_on_file(sqlite_url: str, tmp_path: Path) -> CommandLine:
    """Give a command line whose SQLite database was not made yet, for what has nothing to do with its kind."""
    return CommandLine({"RUIMTE_DATABASE_URL": sqlite_url, "RUIMTE_KEYS": str(tmp_path / "keys")}, tmp_path)


@pytest.fixture
def ruimte_on_file(empty_on_file: CommandLine) -> CommandLine:
    """Give a command line with a SQLite database in which nothing is, for what has nothing to do with its kind."""
    assert empty_on_file("db", "upgrade").exit_code == 0
    return empty_on_file


def meet(line: CommandLine, *, strangers: int = 30) -> None:
    """Let Ruimte know the people of the example, and others in their teams."""
    names = ("anna", "bert", "carla", "dirk", "elsa", *(f"p{number}" for number in range(strangers)))
    people = [
        Person(TENANT, PersonId(name), name.title(), Language("nl"), "Europe/Amsterdam", (TeamKey(team),))
        for number, name in enumerate(names)
        for team in (("north", "south")[number % 2],)
    ]

    async def put(storage: Storage) -> None:
        async with storage.store.write(TENANT) as tx:
            await tx.people.put(people)

    line.stored(put)
