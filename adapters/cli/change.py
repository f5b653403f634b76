"""`ruimte change`: apply a change from its file, show it, close it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from adapters.change_file import Against, dump_change, peek_id, read_change
from adapters.cli.opening import opened, run, tenant_of
from adapters.cli.sentences import complain, say
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
from prompts.loader import load_packs


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
        complain(f"{error}, so who is there and the attention it asks are not checked.")
        read = read_change(file, tenant=tenant, against=_alone(settings))
        _remark(read.change)
        say(f"{file} has no findings; nothing was changed.")


async def _apply_with(file: Path, tenant: TenantId, settings: Settings, parts: Parts, *, dry_run: bool) -> None:
    """Check a file against the database, and apply it."""
    service = Ruimte(parts)
    against = await _against(file, tenant, settings, parts)
    read = read_change(file, tenant=tenant, against=against)
    if against.people is None:
        complain(f"Nobody is known in {tenant!r} yet, so people and teams in the file are not checked.")
    if reasons := await service.check(tenant, read.change):
        raise read.refuse(reasons)
    _remark(read.change)
    if dry_run:
        say(f"{file} has no findings; nothing was changed.")
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
    return replace(
        _alone(settings),
        people=frozenset(person.id for person in people) or None,
        teams=frozenset(team for person in people for team in person.teams) or None,
        before=before,
    )


def _remark(change: Change) -> None:
    """Say what may come later and should not be forgotten."""
    if not change.readers:
        complain("Nobody is named to read the answers yet: add `organisers` or `core_team` before the round closes.")
    elif change.channel is None:
        complain("No `channel` is named for the core team to read in yet: add it before the round closes.")


def _report(applied: Applied) -> None:
    """Say what was done."""
    change = applied.change
    if applied.new:
        say(f"Change {change.id} is in place.")
    elif not applied.changed:
        say(f"Change {change.id} is in place as it was; nothing was changed.")
    elif applied.frame_changed:
        say(f"Change {change.id} was corrected; what people were told has changed, so everyone hears it again.")
    else:
        say(f"Change {change.id} was corrected.")


def _tell(change: Change, holidays: Holidays) -> None:
    """Say what will happen and when."""
    if change.frame_told_at is None:
        managers = f"; managers on {_day(frame_to_managers_on(change, holidays))}" if change.managers else ""
        say(f"  {_day(change.frame_on)}  everyone hears the frame{managers}")
    for planned in change.planning:
        say(f"  {_day(planned.opens_on)}  {planned.kind} opens, until {_day(planned.closes_on)}")


def _day(day: date) -> str:
    return f"{day:%a %d %b %Y}"


async def _show(id_: ChangeId, named: str) -> None:
    settings = load_settings()
    async with opened(settings, made_by=None) as parts, parts.store.read(tenant_of(named, settings)) as tx:
        say(dump_change(await tx.changes.get(id_)).rstrip())


async def _close(id_: ChangeId, named: str) -> None:
    settings = load_settings()
    async with opened(settings) as parts:
        await Ruimte(parts).close(tenant_of(named, settings), id_)
    say(f"Change {id_} is closed; everyone is told what came of it.")
