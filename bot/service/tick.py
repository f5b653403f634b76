"""What the clock does: everything that is due, each step in a transaction of its own. A tick may die anywhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.change import Change, ChangeState
from bot.errors import LeaseLost, Refused, RuimteError, StaleWrite, StoreUnavailable
from bot.ids import TenantId
from bot.outbox import Item, Kind
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.round import HELD, Round, RoundState
from bot.schedule import WEEK, day_begins, local_day, wave_ends_at, wave_of
from bot.service import batches, items, releasing
from bot.service.context import Context, rounds_of
from bot.service.core_team.marks import mark_told
from bot.service.delivery import LEASE_S, deliver
from bot.service.due import due_lines
from bot.service.organiser import begin
from bot.service.planning import scenario_pages
from bot.service.rounds import may_open, open_round
from bot.service.telling import tell_heard
from bot.service.welcomes import end_welcomes

WAITS = frozenset({"loop_open", "frame_first", "stopped", "listening_first", "close_undecided", "budget"})
"""Refusals that time resolves: the round opens later. Any other takes it off."""

_log = logging.getLogger(__name__)


async def tick(context: Context, tenant: TenantId) -> None:
    """Do what is due now, and deliver; nothing when another replica has the tenant."""
    fence = await context.parts.store.lease(tenant, context.parts.holder, LEASE_S)
    if fence is None:
        return
    try:
        await _begin_frames(context, tenant, fence)
        await _rounds(context, tenant, fence)
        await batches.tick(context, tenant, fence)
        await end_welcomes(context, tenant)
        await releasing.finish(context, tenant)
        await _remind_core(context, tenant, fence)
        leaves_off = partial(_step_is_due, context, tenant, context.parts.clock.now())
        await deliver(context, tenant, fence, leaves_off=leaves_off)
        # Last, and only when nothing could link an answer any more: it takes seconds, and it may fail.
        if await _digests(context, tenant, fence):
            await deliver(context, tenant, fence, leaves_off=leaves_off)
    except LeaseLost:
        _log.info("Another replica works for tenant %s now.", tenant)
    except StaleWrite:
        _log.info("Somebody changed something of tenant %s at the same time: the next tick goes on.", tenant)


async def _begin_frames(context: Context, tenant: TenantId, fence: int) -> None:
    """Once the first frame is due to everyone, rounds of the change may open."""
    now = context.parts.clock.now()
    async with context.parts.store.write(tenant, fence=fence) as tx:
        for change in await tx.changes.all():
            if change.frame_told_at is None and day_begins(change.frame_on, change.zone) <= now:
                await tx.changes.put(begin(change, now))


async def _rounds(context: Context, tenant: TenantId, fence: int) -> None:
    """Bring every round that is under way one step further; one that cannot go on holds up no other."""
    async with context.parts.store.read(tenant) as tx:
        rounds = [one for one in await tx.rounds.unfinished() if one.kind is not RoundKind.DOOR]
    for round_ in rounds:
        try:
            await _step(context, tenant, round_, fence)
        except (LeaseLost, StaleWrite, StoreUnavailable):
            raise
        except RuimteError as error:
            _log.error("Round %s cannot go on: %s.", round_.id, error.code)


async def _step(context: Context, tenant: TenantId, round_: Round, fence: int) -> None:
    now = context.parts.clock.now()
    match round_.state:
        case RoundState.PLANNED if round_.opens_at <= now:
            await _open(context, tenant, round_, fence, now)
        case RoundState.OPEN:
            if round_.closes_at <= now:
                await releasing.close(context, tenant, round_.id, fence)
                await releasing.release(context, tenant, round_.id, fence)
            else:
                wave = wave_of(round_.opens_at, now, extended=round_.extended)
                await releasing.end_waves(context, tenant, round_.id, below=wave)
        case RoundState.RELEASING:
            await releasing.release(context, tenant, round_.id, fence)
        case RoundState.RELEASED | RoundState.DESTROYED:
            await _told(context, tenant, round_, fence, now)
        case _:
            return


async def _open(context: Context, tenant: TenantId, round_: Round, fence: int, now: datetime) -> None:
    """Open a planned round; where a rule says no for ever, take it off, else let it wait."""
    try:
        async with context.parts.store.write(tenant, fence=fence) as tx:
            change = await tx.changes.get(round_.change)
            ready = await tx.rounds.get(round_.id)
            if ready.state is not RoundState.PLANNED:
                return
            if ready.kind is RoundKind.SCENARIOS:
                template = context.parts.packs.of(RoundKind.SCENARIOS).pages[0]
                ready = replace(ready, pages=scenario_pages(change, template, ready.point))
            await may_open(tx, change, ready)
            await open_round(context, tx, change, ready, now)
    except Refused as refused:
        if refused.reason in WAITS:
            return
        _log.warning("Round %s was taken off: %s.", round_.id, refused.reason)
        async with context.parts.store.write(tenant, fence=fence) as tx:
            planned = await tx.rounds.get(round_.id)
            await tx.rounds.put(replace(planned, state=RoundState.CANCELLED, ended_at=now))
            change = await tx.changes.get(round_.change)
            why = refused.reason
            await tx.outbox.plan(items.to_core(Kind.CORE_NOT_OPENED, change, now, round_id=round_.id, about=why))


async def _digests(context: Context, tenant: TenantId, fence: int) -> bool:
    """Make the digests that are not there yet; say whether there were any. One that fails is tried again."""
    async with context.parts.store.read(tenant) as tx:
        released = [one for one in await tx.rounds.unfinished() if one.state is RoundState.RELEASED]
        missing = [one.id for one in released if await tx.answers.digest(one.id) is None]
    for round_id in missing:
        try:
            await releasing.make_digest(context, tenant, round_id, fence)
        except (LeaseLost, StaleWrite, StoreUnavailable):
            raise
        except RuimteError as error:
            _log.error("The digest of round %s could not be made: %s.", round_id, error.code)
    return bool(missing)


async def _told(context: Context, tenant: TenantId, round_: Round, fence: int, now: datetime) -> None:
    """After five working days everyone hears what was heard, whatever the core team did (rule 5)."""
    if round_.heard_by is None or round_.heard_by > now or round_.kind is RoundKind.HEARD:
        return
    async with context.parts.store.write(tenant, fence=fence) as tx:
        latest = await tx.rounds.get(round_.id)
        there = latest.state is RoundState.DESTROYED or await tx.answers.digest(round_.id) is not None
        if there and latest.heard_told_at is None:
            change = await tx.changes.get(round_.change)
            await tell_heard(context, tx, change, latest, now, None)
            await mark_told(context, tx, latest, change, now)


async def _remind_core(context: Context, tenant: TenantId, fence: int) -> None:
    """Once a week the core team hears what is late; once a round that response halved."""
    now = context.parts.clock.now()
    async with context.parts.store.read(tenant) as tx:
        planned: list[Item] = []
        for change in await tx.changes.all():
            if change.state in {ChangeState.RUNNING, ChangeState.STOPPED}:
                planned += await _tasks(context, tx, change, now)
                planned += await _halved(tx, change, now)
    if planned:
        async with context.parts.store.write(tenant, fence=fence) as tx:
            await tx.outbox.plan(planned)


async def _tasks(context: Context, tx: Transaction, change: Change, now: datetime) -> list[Item]:
    """What is overdue today, at most once in a week."""
    today = local_day(now, change.zone)
    if not await due_lines(context, tx, change, context.words_of(change), late=True):
        return []
    year, week, _ = today.isocalendar()
    return items.to_core(Kind.CORE_TASKS, change, now, about=f"{year}-{week}")


async def _halved(tx: Transaction, change: Change, now: datetime) -> list[Item]:
    """Propose to stand still when response halves from one round to the next of as many people (rule 9)."""
    ended = [one for one in await rounds_of(tx, change) if one.state in HELD and not one.teams and one.invited]
    if change.state is not ChangeState.RUNNING or not ended[:-1]:
        return []
    before, after = ended[-2:]
    if 2 * after.voices * before.invited > before.voices * after.invited or not before.voices:
        return []
    return items.to_core(Kind.CORE_PROPOSE_STILL, change, now, round_id=after.id)


async def next_due_at(context: Context, tenant: TenantId) -> datetime | None:
    """Return the next moment at which a tick has something to do; None when nothing is planned."""
    async with context.parts.store.read(tenant) as tx:
        message_at = await tx.outbox.next_due_at()
        step_at = await _next_step_at(tx, context.parts.clock.now())
    # What was due before now and is still there waits for something else than time.
    moments = (message_at if message_at is not None and message_at > context.parts.clock.now() else None, step_at)
    return min((moment for moment in moments if moment is not None), default=None)


async def _next_step_at(tx: Transaction, now: datetime) -> datetime | None:
    """Return the next moment after `now` at which a tick has something else to do than to deliver."""
    rounds, changes = await tx.rounds.unfinished(), await tx.changes.all()
    moments = [moment for one in rounds for moment in _moments(one, now)]
    moments += [day_begins(one.frame_on, one.zone) for one in changes if one.frame_told_at is None]
    moments += [_next_week(one, now) for one in changes if one.state in {ChangeState.RUNNING, ChangeState.STOPPED}]
    return min((moment for moment in moments if moment > now), default=None)


async def _step_is_due(context: Context, tenant: TenantId, since: datetime) -> bool:
    """Say whether a tick has something else to do than to deliver, which became due since then."""
    async with context.parts.store.read(tenant) as tx:
        step_at = await _next_step_at(tx, since)
    return step_at is not None and step_at <= context.parts.clock.now()


def _moments(round_: Round, now: datetime) -> tuple[datetime, ...]:
    """When something happens to a round next."""
    match round_.state:
        case RoundState.PLANNED:
            return (round_.opens_at,)
        case RoundState.OPEN:
            wave = wave_ends_at(round_.opens_at, wave_of(round_.opens_at, now), round_.closes_at)
            return (round_.closes_at,) if round_.kind is RoundKind.DOOR else (wave, round_.closes_at)
        case _:
            return (round_.heard_by,) if round_.heard_by is not None else ()


def _next_week(change: Change, now: datetime) -> datetime:
    """The beginning of the next week, when the core team hears what is late."""
    today = local_day(now, change.zone)
    return day_begins(today - timedelta(days=today.weekday()) + WEEK, change.zone)
