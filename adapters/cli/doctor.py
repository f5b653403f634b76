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

from adapters.cli.opening import run
from adapters.cli.sentences import REFUSED, say
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
from storage.engine import connect
from storage.keys import FileKeys
from storage.opening import open_storage

_COPIED = ("backup", "dropbox", "google drive", "icloud", "nextcloud", "onedrive")
"""Parts of paths that somebody or something copies."""
_SEALED = (RoundState.OPEN, RoundState.RELEASING)


class Level(StrEnum):
    """How something is."""

    GOOD = "ok"
    REMARK = "note"
    WRONG = "DO"


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
        say(f"{check.level:<4}  {check.text}")
    if any(check.level is Level.WRONG for check in checks):
        raise typer.Exit(REFUSED)


async def examine(settings: Settings) -> tuple[Check, ...]:
    """Look at everything."""
    keys = FileKeys(settings.keys)
    found = [*_languages(settings), *_zones(settings), *_packs(), *_key_directory(settings)]
    found += [check async for check in _database(settings, keys)]
    found += _platforms(settings)
    found += [check async for check in _slack(settings, keys)]
    return tuple(found)


def _good(text: str) -> Check:
    return Check(Level.GOOD, text)


def _remark(text: str) -> Check:
    return Check(Level.REMARK, text)


def _wrong(text: str) -> Check:
    return Check(Level.WRONG, text)


def _languages(settings: Settings) -> Iterator[Check]:
    try:
        texts = spoken_texts(settings)
    except RuimteError as error:
        yield _wrong(str(error))
        return
    yield _good(f"Ruimte speaks {', '.join(texts.languages)}; {texts.languages[0]} where someone's own is missing.")


def _zones(settings: Settings) -> Iterator[Check]:
    if not available_timezones():
        yield _wrong("There are no time zones on this machine: install the package tzdata.")
    elif settings.zone not in available_timezones():
        yield _wrong(f"RUIMTE_ZONE is no time zone: {settings.zone}. Write it as Europe/Amsterdam.")
    else:
        yield _good(f"Time zones are there; {ZoneInfo(settings.zone).key} is the default.")


def _packs() -> Iterator[Check]:
    findings = check_all()
    if findings:
        yield _wrong(f"The question packs have {len(findings)} findings; `ruimte packs check` shows them.")
    else:
        yield _good("The question packs and texts have no findings.")


def _key_directory(settings: Settings) -> Iterator[Check]:
    keys = settings.keys.resolve()
    if not keys.exists():
        yield from _key_directory_to_be(keys)
    elif not keys.is_dir():
        yield _wrong(f"RUIMTE_KEYS is no directory: {keys}.")
        return
    else:
        yield from _permissions(keys)
    yield from _copied(settings, keys)


def _key_directory_to_be(keys: Path) -> Iterator[Check]:
    above = next(parent for parent in keys.parents if parent.exists())
    if os.access(above, os.W_OK | os.X_OK):
        yield _remark(f"There are no keys yet; {keys} is made with the first one.")
    else:
        yield _wrong(f"The keys cannot be made: {above} may not be written. Make {keys} for the account of Ruimte.")


def _permissions(keys: Path) -> Iterator[Check]:
    open_ = [path for path in (keys, *keys.iterdir()) if _others_may(path)]
    if not os.access(keys, os.R_OK | os.W_OK | os.X_OK):
        yield _wrong(f"The keys in {keys} cannot be read and written by this account.")
    elif open_:
        yield _wrong(
            f"Others on this machine may use {len(open_)} of what is in {keys}: run"
            f" `chmod 700 {keys}` and `chmod 600` on the files in it."
        )
    else:
        yield _good(f"The keys are in {keys}, for this account only.")


def _others_may(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def _copied(settings: Settings, keys: Path) -> Iterator[Check]:
    """Whoever copies the database may not copy the keys with it."""
    database = settings.database_file
    beside = database is not None and database.resolve().parent in {keys, *keys.parents}
    copied = next((word for part in keys.parts for word in _COPIED if word in part.lower()), None)
    if beside:
        yield _remark(
            f"The keys are in the directory of the database ({keys}): a copy of it would hold both. Put them elsewhere"
            " with RUIMTE_KEYS, and leave them out of every backup."
        )
    elif copied:
        yield _remark(f"{keys} looks like a place that is copied ({copied}). Keys are never backed up: move them.")
    else:
        yield _remark(f"Leave {keys} out of every backup: a key that was destroyed must be gone everywhere.")


async def _database(settings: Settings, keys: Keys) -> AsyncIterator[Check]:
    try:
        storage = await open_storage(settings.database_url, keys)
    except StoreUnavailable as error:
        yield _wrong(f"{_first(error)}. If there is none yet, `ruimte db upgrade` makes it.")
        return
    except StoreVersion as error:
        yield _wrong(f"{_first(error)}. `ruimte db upgrade` brings an older one to version {migrations.HEAD}.")
        return
    except StoreForeign as error:
        yield _wrong(f"{_first(error)}. Give Ruimte a database of its own with RUIMTE_DATABASE_URL.")
        return
    async with storage:
        yield _good(f"The database is there and at version {migrations.HEAD}.")
        async for check in _rounds(settings, storage.store, keys):
            yield check
    async for check in _commit_times(settings):
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
        yield _wrong(
            f"The keys of {', '.join(lost)} are not in {settings.keys}. Restoring a database without its keys loses"
            " what was not released. Put the directory with the keys back if it still is somewhere; else cancel these"
            " rounds and tell people so."
        )
    elif waiting:
        yield _good(f"The keys of {len(waiting)} open round(s) are there.")


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


async def _commit_times(settings: Settings) -> AsyncIterator[Check]:
    """PostgreSQL can keep the time of every commit, and with it when answers came in."""
    if settings.database_file is not None:
        return
    database = connect(settings.database_url)
    try:
        async with database.reading() as connection:
            kept = (await connection.exec_driver_sql("SHOW track_commit_timestamp")).scalar_one()
    finally:
        await database.close()
    if kept == "on":
        yield _wrong(
            "PostgreSQL keeps the time of every commit, so whoever has its files sees when answers came in. Set"
            " track_commit_timestamp = off and restart it."
        )
    else:
        yield _good("PostgreSQL does not keep the time of commits.")


def _platforms(settings: Settings) -> Iterator[Check]:
    if not settings.platforms:
        yield _wrong(
            "No platform is configured, so nobody gets a message. Slack needs RUIMTE_SLACK_BOT_TOKEN and"
            " RUIMTE_SLACK_APP_TOKEN, docs/slack.md says how to get them; Teams needs RUIMTE_TEAMS_APP_ID,"
            " RUIMTE_TEAMS_APP_SECRET and RUIMTE_TEAMS_TENANTS. `ruimte demo` needs none."
        )
    for name in settings.platforms:
        yield _good(f"{name} is configured.")
    if settings.teams is not None:
        yield _remark(
            "Microsoft ended its support of the Bot Framework SDK on 31 December 2025: nothing in it is repaired any"
            " more. New Azure bots are for one tenant, or use a managed identity."
        )


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
    levels = {"good": Level.GOOD, "know": Level.REMARK, "do": Level.WRONG}
    for how, text in found:
        yield Check(levels[how.value], text)


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
