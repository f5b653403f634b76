"""`ruimte change`: apply a change from its file, show it, close it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from adapters.change_file import Against, dump_change, peek_id, read_change
from adapters.cli.opening import opened, run, tenant_of
from adapters.cli.sentences import say, say_error, tell, warn
from adapters.cli.voice import voice
from adapters.clock import SystemClock
from adapters.holidays import LibraryHolidays, countries
from adapters.settings import Settings, load_settings
from adapters.wiring import spoken_texts
from bot.change import Change
from bot.errors import StoreUnavailable, StoreVersion
from bot.ids import ChangeId, TenantId
from bot.ports import Holidays
from bot.schedule import frame_to_managers_on, local_day
from bot.service.organiser import Applied
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte
from bot.wording.words import Words
from prompts.loader import load_packs, load_texts


def apply_file(file: Path, tenant: str, *, dry_run: bool) -> None:
    """Apply a file, or only check it."""
    run(_apply(file, tenant, dry_run=dry_run))


def show(change: str, tenant: str) -> None:
    """Print a change as its file."""
    run(_show(ChangeId(change), tenant))


def close(change: str, tenant: str) -> None:
    """Close a change."""
    run(_close(ChangeId(change), tenant))


async def _apply(file: Path, named: str, *, dry_run: bool) -> None:
    settings = load_settings()
    tenant = tenant_of(named, settings)
    try:
        async with opened(settings) as parts:
            await _apply_with(file, tenant, settings, parts, dry_run=dry_run)
    except (StoreUnavailable, StoreVersion) as error:
        if not dry_run:
            raise
        say_error(error)
        warn("change.unchecked")
        read = read_change(file, tenant=tenant, against=_alone(settings))
        _remark(read.change)
        tell("change.clean", file=file)


async def _apply_with(file: Path, tenant: TenantId, settings: Settings, parts: Parts, *, dry_run: bool) -> None:
    """Check a file against the database, and apply it."""
    service = Ruimte(parts)
    against = await _against(file, tenant, settings, parts)
    read = read_change(file, tenant=tenant, against=against)
    if against.people is None:
        warn("change.nobody_known", tenant=tenant)
    if reasons := await service.check(tenant, read.change):
        raise read.refuse(reasons)
    _remark(read.change)
    if dry_run:
        tell("change.clean", file=file)
        _tell(read.change, parts.holidays)
        return
    applied = await service.apply(tenant, read.change)
    _report(applied)
    _tell(applied.change, parts.holidays)


def _alone(settings: Settings) -> Against:
    """Return what a file is judged against by itself."""
    return Against(
        today=local_day(SystemClock().now(), settings.zone),
        packs=load_packs(),
        holidays=LibraryHolidays(),
        languages=spoken_texts(settings).languages,
        countries=countries(),
        zone=settings.zone,
        country=settings.country,
    )


async def _against(file: Path, tenant: TenantId, settings: Settings, parts: Parts) -> Against:
    """Add who is there, and the change as it is now."""
    id_ = peek_id(file)
    async with parts.store.read(tenant) as tx:
        people = [person for person in await tx.people.all() if person.left_at is None]
        before = next((change for change in await tx.changes.all() if change.id == id_), None)
    return replace(_alone(settings), before=before).knowing(people)


def _remark(change: Change) -> None:
    """Say what may come later and should not be forgotten."""
    if not change.readers:
        warn("change.no_readers")
    elif change.channel is None:
        warn("change.no_channel")


def _report(applied: Applied) -> None:
    """Say what was done."""
    change = applied.change
    if applied.new:
        tell("change.new", change=change.id)
    elif not applied.changed:
        tell("change.same", change=change.id)
    elif applied.frame_changed:
        tell("change.told_again", change=change.id)
    else:
        tell("change.corrected", change=change.id)


def _tell(change: Change, holidays: Holidays) -> None:
    """Say what will happen and when."""
    words = Words(load_texts(), voice().language, change.zone)
    if change.frame_told_at is None:
        told = {"day": _day(change.frame_on, words)}
        if change.managers:
            early = _day(frame_to_managers_on(change, holidays), words)
            say(f"  {voice()('change.frame_managers', **told, early=early)}")
        else:
            say(f"  {voice()('change.frame', **told)}")
    for planned in change.planning:
        days = {"opens": _day(planned.opens_on, words), "closes": _day(planned.closes_on, words)}
        say(f"  {voice()('change.round', kind=words.say(f'kind.{planned.kind}'), **days)}")


def _day(day: date, words: Words) -> str:
    return f"{words.day(day)} {day.year}"


async def _show(id_: ChangeId, named: str) -> None:
    settings = load_settings()
    async with opened(settings, made_by=None) as parts, parts.store.read(tenant_of(named, settings)) as tx:
        say(dump_change(await tx.changes.get(id_)).rstrip())


async def _close(id_: ChangeId, named: str) -> None:
    settings = load_settings()
    async with opened(settings) as parts:
        await Ruimte(parts).close(tenant_of(named, settings), id_)
    tell("change.closed", change=id_)
