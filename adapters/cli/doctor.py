"""`ruimte doctor`: what is wrong with the configuration, in plain words, and what to do about it."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import typer

from adapters.cli import doctor_teams
from adapters.cli.opening import run
from adapters.cli.sentences import REFUSED, say
from adapters.cli.voice import voice
from adapters.finding import Finding, Found
from adapters.settings import Settings, load_settings
from adapters.wiring import slack, spoken_texts
from bot.change import Change, ChangeState
from bot.errors import KeyMissing, RuimteError, StoreForeign, StoreUnavailable, StoreVersion
from bot.ids import RoundId
from bot.ports import Keys, Store, Transaction
from bot.round import Round, RoundState
from bot.service import keyring
from prompts.check import check_all
from storage import migrations
from storage.connecting import connect
from storage.keys import FileKeys
from storage.opening import open_storage, settings_that_log

_COPIED = ("backup", "dropbox", "google drive", "icloud", "nextcloud", "onedrive")
"""Parts of paths that somebody or something copies."""
_SEALED = (RoundState.OPEN, RoundState.RELEASING)


class Level(StrEnum):
    """How something is."""

    GOOD = "ok"
    REMARK = "note"
    WRONG = "DO"


_LEVELS = {Finding.GOOD: Level.GOOD, Finding.KNOW: Level.REMARK, Finding.DO: Level.WRONG}
"""How a platform says that something is."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, and what to do where something must be done."""

    level: Level
    text: str


def see() -> None:
    """Print how everything is. Exits with 1 when something must be done."""
    settings = load_settings()
    checks = run(examine(settings))
    for check in checks:
        say(f"{voice()(f'doctor.{check.level.name.lower()}'):<4}  {check.text}")
    if any(check.level is Level.WRONG for check in checks):
        raise typer.Exit(REFUSED)


async def examine(settings: Settings) -> tuple[Check, ...]:
    """Look at everything."""
    keys = FileKeys(settings.keys)
    found = [*_languages(settings), *_zones(settings), *_packs(), *_key_directory(settings)]
    found += [check async for check in _database(settings, keys)]
    found += _platforms(settings)
    found += [check async for check in _slack(settings, keys)]
    found += [_said(one) async for one in doctor_teams.look(settings)]
    return tuple(found)


def _said(found: Found) -> Check:
    """Say what a platform's own check found."""
    return Check(_LEVELS[found.finding], voice()(f"doctor.{found.key}", **found.facts))


def _good(key: str, **facts: object) -> Check:
    return Check(Level.GOOD, voice()(f"doctor.{key}", **facts))


def _remark(key: str, **facts: object) -> Check:
    return Check(Level.REMARK, voice()(f"doctor.{key}", **facts))


def _wrong(key: str, **facts: object) -> Check:
    return Check(Level.WRONG, voice()(f"doctor.{key}", **facts))


def _languages(settings: Settings) -> Iterator[Check]:
    try:
        texts = spoken_texts(settings)
    except RuimteError as error:
        yield Check(Level.WRONG, f"{_first(error)}.")
        return
    yield _good("speaks", languages=", ".join(texts.languages), first=texts.languages[0])


def _zones(settings: Settings) -> Iterator[Check]:
    if not available_timezones():
        yield _wrong("no_zones")
    elif settings.zone not in available_timezones():
        yield _wrong("zone_unknown", zone=settings.zone)
    else:
        yield _good("zones", zone=ZoneInfo(settings.zone).key)


def _packs() -> Iterator[Check]:
    findings = check_all()
    if findings:
        yield _wrong("packs_found", count=len(findings))
    else:
        yield _good("packs")


def _key_directory(settings: Settings) -> Iterator[Check]:
    keys = settings.keys.resolve()
    if not keys.exists():
        yield from _key_directory_to_be(keys)
    elif not keys.is_dir():
        yield _wrong("keys_no_directory", keys=keys)
        return
    else:
        yield from _permissions(keys)
    yield from _copied(settings, keys)


def _key_directory_to_be(keys: Path) -> Iterator[Check]:
    above = next(parent for parent in keys.parents if parent.exists())
    if os.access(above, os.W_OK | os.X_OK):
        yield _remark("keys_to_be", keys=keys)
    else:
        yield _wrong("keys_cannot", above=above, keys=keys)


def _permissions(keys: Path) -> Iterator[Check]:
    open_ = [path for path in (keys, *keys.iterdir()) if _others_may(path)]
    if not os.access(keys, os.R_OK | os.W_OK | os.X_OK):
        yield _wrong("keys_closed", keys=keys)
    elif open_:
        yield _wrong("keys_open", count=len(open_), keys=keys)
    else:
        yield _good("keys", keys=keys)


def _others_may(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def _copied(settings: Settings, keys: Path) -> Iterator[Check]:
    """Whoever copies the database may not copy the keys with it."""
    database = settings.database_file
    beside = database is not None and database.resolve().parent in {keys, *keys.parents}
    copied = next((word for part in keys.parts for word in _COPIED if word in part.lower()), None)
    if beside:
        yield _remark("keys_beside", keys=keys)
    elif copied:
        yield _remark("keys_copied", keys=keys, word=copied)
    else:
        yield _remark("keys_backup", keys=keys)


async def _database(settings: Settings, keys: Keys) -> AsyncIterator[Check]:
    try:
        storage = await open_storage(settings.database_url, keys)
    except StoreUnavailable as error:
        yield _wrong("database_missing", error=_first(error))
        return
    except StoreVersion as error:
        yield _wrong("database_version", error=_first(error), version=migrations.HEAD)
        return
    except StoreForeign as error:
        yield _wrong("database_foreign", error=_first(error))
        return
    async with storage:
        yield _good("database", version=migrations.HEAD)
        async for check in _rounds(settings, storage.store, keys):
            yield check
    async for check in _times(settings):
        yield check


async def _rounds(settings: Settings, store: Store, keys: Keys) -> AsyncIterator[Check]:
    """See whether what is sealed can be opened."""
    names = frozenset(await keys.names())
    async with store.read(settings.tenant) as tx:
        rounds = [round_ for change in await tx.changes.all() for round_ in await tx.rounds.of_change(change.id)]
        # The open door's batches are among these, and belong to no change.
        waiting = [round_ for round_ in await tx.rounds.unfinished() if round_.state in _SEALED]
        lost = [round_.id for round_ in waiting if keyring.seal(round_.tenant, round_.id) not in names]
        lost += await _lost_batches(tx, rounds)
    if lost:
        yield _wrong("keys_lost", rounds=", ".join(lost), keys=settings.keys)
    elif waiting:
        yield _good("keys_of_rounds", count=len(waiting))


async def _lost_batches(tx: Transaction, rounds: list[Round]) -> list[RoundId]:
    """Return the released rounds that cannot be read any more."""
    lost = []
    for round_ in rounds:
        if round_.state is RoundState.RELEASED:
            try:
                await tx.answers.digest(round_.id)
            except KeyMissing:
                lost.append(round_.id)
    return lost


async def _times(settings: Settings) -> AsyncIterator[Check]:
    """PostgreSQL can keep the time of every commit, and log every statement, and with it when answers came in."""
    if settings.database_file is not None:
        return
    database = connect(settings.database_url)
    try:
        async with database.reading() as connection:
            kept = (await connection.exec_driver_sql("SHOW track_commit_timestamp")).scalar_one()
        logging = await settings_that_log(database)
    finally:
        await database.close()
    if kept == "on":
        yield _wrong("commit_times")
    else:
        yield _good("no_commit_times")
    if logging:
        yield _wrong("statements_logged", settings=", ".join(logging))
    else:
        yield _good("no_statements_logged")


def _platforms(settings: Settings) -> Iterator[Check]:
    if not settings.platforms:
        yield _wrong("no_platform")
    for name in settings.platforms:
        yield _good("platform", platform=name)
    if settings.teams is not None:
        yield _remark("teams_ended")


async def _slack(settings: Settings, keys: Keys) -> AsyncIterator[Check]:
    """Ask Slack itself, where one workspace is set by its token."""
    if settings.slack is None or settings.slack.client_id:
        return
    async with slack(settings) as platform:
        if platform is None:
            return
        from adapters.slack.checks import SlackCheck  # noqa: PLC0415 -- Slack's SDK takes most of a second to load

        check = SlackCheck(platform.settings, platform.client, platform.messenger)
        found = [*[one async for one in check.token()], *[one async for one in check.way_in()]]
        for change in await _changes(settings, keys):
            found += [one async for one in check.channel(change)]
    for one in found:
        yield _said(one)


async def _changes(settings: Settings, keys: Keys) -> Sequence[Change]:
    """Return the changes that are under way; none where the database is not as it should be, which is said already."""
    try:
        storage = await open_storage(settings.database_url, keys)
    except RuimteError:
        return ()
    async with storage, storage.store.read(settings.tenant) as tx:
        return [change for change in await tx.changes.all() if change.state is not ChangeState.CLOSED]


def _first(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
