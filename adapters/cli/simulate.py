"""`ruimte simulate`: a whole change with a made-up company, in seconds, on a database of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.cli.opening import run
from adapters.cli.sentences import say
from adapters.cli.voice import voice
from adapters.clock import VirtualClock
from adapters.company.actors import Saying, Truth
from adapters.company.answer_book import Line, load_lines
from adapters.company.play import Progress as Told
from adapters.company.simulation import CHANGE_FILE, TENANT, Outcome, Setting, Simulation, chats_of, make_setting
from adapters.holidays import LibraryHolidays
from adapters.settings import Settings, load_settings
from adapters.wiring import build
from bot.errors import FileInvalid, Finding, SettingsInvalid
from bot.ids import RoundId, TenantId
from bot.ports import Keys, Spool
from bot.slip import Slip
from prompts.loader import load_packs
from storage import migrations
from storage.keys import FileKeys
from storage.opening import empty_database

_SIDE_FILES = ("", "-wal", "-shm")


def play(  # noqa: PLR0913 -- every option of the command
    *,
    answers: Path,
    database: str,
    keys: Path,
    people: int,
    change: Path | None,
    days: int,
    seed: int,
    truth: Path | None,
    copies: Path | None,
    progress: bool,
) -> None:
    """Play a whole change and print its numbers; the options are those of the command (`adapters.cli.main`)."""
    settings = _settings(database, keys)
    lines = _lines(answers)
    setting = make_setting(change or CHANGE_FILE, people, seed=seed, packs=load_packs(), holidays=LibraryHolidays())
    with ExitStack() as stack:
        told = stack.enter_context(_truth_file(truth)) if truth is not None else None
        shown = stack.enter_context(_bar(setting.starts_at, days)) if progress else None
        course = _Play(settings, setting, lines, seed, days, _copier(settings, copies))
        outcome = run(course.run(told, shown))
    say(json.dumps(asdict(outcome)))


def _settings(database: str, keys: Path) -> Settings:
    """Read the options as the environment is read. Raises SettingsInvalid for a URL that is of no database of ours."""
    try:
        settings = load_settings({"RUIMTE_DATABASE_URL": database, "RUIMTE_KEYS": str(keys)})
    except SettingsInvalid as error:
        raise SettingsInvalid(str(error).replace("RUIMTE_DATABASE_URL", "--database")) from error
    if not database.strip() or settings.database_file == Path():
        raise SettingsInvalid("--database names no database: write sqlite:///a/path.db or postgresql://user@host/name")
    return replace(settings, tenant=TENANT)


def _lines(path: Path) -> tuple[Line, ...]:
    """Read the answers. Raises FileInvalid, also for what is no text."""
    try:
        return load_lines(path)
    except UnicodeDecodeError as error:
        raise FileInvalid((Finding(str(path), 0, "this is not text in UTF-8"),)) from error


@contextmanager
def _truth_file(path: Path) -> Iterator[Truth]:
    """Write down who said what; whoever reads along sees it line by line."""
    with path.open("w", encoding="utf-8", buffering=1) as file:

        def write(saying: Saying) -> None:
            file.write(json.dumps(asdict(saying), ensure_ascii=False) + "\n")

        yield write


@contextmanager
def _bar(starts_at: datetime, days: int) -> Iterator[Told]:
    """Show how many days have been played."""
    day = voice()("simulate.day", done="{task.completed:.0f}", days="{task.total:.0f}")
    columns = (TextColumn(day), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("days", total=days)

        def show(moment: datetime) -> None:
            bar.update(task, completed=(moment - starts_at) / timedelta(days=1))

        yield show
        bar.update(task, completed=days)


@dataclass(slots=True)
class Copier:
    """Copies the files of a SQLite database, into a directory of its own each time."""

    database: Path
    directory: Path
    count: int = 0

    async def copy(self, after: str) -> None:
        """Copy what is there now. Nothing may be writing."""
        self.count += 1
        await asyncio.to_thread(self._copy, self.directory / f"{self.count:06}-{after}")

    def _copy(self, place: Path) -> None:
        place.mkdir(parents=True)
        for suffix in _SIDE_FILES:
            source = self.database.with_name(self.database.name + suffix)
            if source.exists():
                shutil.copyfile(source, place / source.name)


def _copier(settings: Settings, directory: Path | None) -> Copier | None:
    """Raises SettingsInvalid where the database has no files, or there are copies already."""
    if directory is None:
        return None
    if settings.database_file is None:
        raise SettingsInvalid("--copies copies the files of a database, and only one of SQLite has files of its own")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SettingsInvalid(f"--copies wants a directory that is empty or not there yet, and not {directory}")
    return Copier(settings.database_file, directory)


@dataclass(frozen=True, slots=True)
class CopyingSpool:
    """A spool after whose every submission and release the database's files are copied."""

    spool: Spool
    copier: Copier

    async def put(self, tenant: TenantId, round_id: RoundId, nonce: bytes, slip: Slip) -> None:
        """See `bot.ports.Spool`."""
        await self.spool.put(tenant, round_id, nonce, slip)
        await self.copier.copy("submission")

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """See `bot.ports.Spool`."""
        return await self.spool.open(tenant, round_id)

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """See `bot.ports.Spool`."""
        await self.spool.clear(tenant, round_id)
        await self.copier.copy("release")

    async def sweep(self) -> None:
        """See `bot.ports.Spool`."""
        await self.spool.sweep()


@dataclass(frozen=True, slots=True)
class _Play:
    """Everything that one run of the command is."""

    settings: Settings
    setting: Setting
    lines: tuple[Line, ...]
    seed: int
    days: int
    copier: Copier | None

    async def run(self, truth: Truth | None, progress: Told | None) -> Outcome:
        """Play it, from an empty database on."""
        await _empty(self.settings)
        clock = VirtualClock(self.setting.starts_at)
        chats = chats_of(self.setting, clock)
        async with build(self.settings, messenger=chats, directory=chats, clock=clock, made_by="simulation") as parts:
            copying = replace(parts, spool=CopyingSpool(parts.spool, self.copier)) if self.copier else parts
            simulation = Simulation(
                self.setting, copying, chats, clock, answers=self.lines, seed=self.seed, truth=truth
            )
            return await simulation.run(self.days, progress=progress)


async def _empty(settings: Settings) -> None:
    """Make the database, or empty one that a simulation made before. Raises StoreForeign for any other."""
    await migrations.upgrade(settings.database_url, made_by="simulation")
    await empty_database(settings.database_url)
    await _destroy_keys(FileKeys(settings.keys))


async def _destroy_keys(keys: Keys) -> None:
    """Destroy what an earlier simulation left; keys of others stay."""
    for name in await keys.names():
        if name.split(".")[1:2] == [TENANT]:
            await keys.destroy(name)
