"""Who is there: joiners are welcomed and hear the frame, leavers are not written to any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.change import Change, ChangeState
from bot.ids import PersonId, TenantId
from bot.people import Person
from bot.ports import Transaction
from bot.service import items
from bot.service.context import Context
from bot.service.rounds import everyone_of


async def sync(context: Context, tenant: TenantId) -> None:
    """Take over who is there from the platform; what people set for themselves stays theirs."""
    now = context.parts.clock.now()
    there = {person.id: person for person in await context.parts.directory.people(tenant)}
    async with context.parts.store.write(tenant) as tx:
        known = {person.id: person for person in await tx.people.all()}
        await tx.people.put([_merged(known.get(id_), person, now) for id_, person in there.items()])
        gone = [person for id_, person in known.items() if id_ not in there and person.left_at is None]
        await tx.people.put([replace(person, left_at=now) for person in gone])
        joined = [person for id_, person in there.items() if _joins(known.get(id_), person)]
        holidays = context.parts.holidays
        await tx.outbox.plan([items.welcome(tenant, person, now, holidays) for person in joined])
        for change in await tx.changes.all():
            if change.frame_told_at is not None and change.state is not ChangeState.CLOSED:
                await _frame(context, tx, change, {person.id for person in joined}, now)


def _joins(known: Person | None, person: Person) -> bool:
    return not person.guest and (known is None or known.left_at is not None)


def _merged(known: Person | None, person: Person, now: datetime) -> Person:
    """What the platform says, and what the person set: language, snooze, stop."""
    if known is None or known.left_at is not None:
        return replace(person, joined_at=person.joined_at or now, left_at=None)
    return replace(
        person,
        language=known.language,
        joined_at=known.joined_at,
        left_at=None,
        snoozed_until=known.snoozed_until,
        stopped=known.stopped,
    )


async def _frame(context: Context, tx: Transaction, change: Change, joined: set[PersonId], now: datetime) -> None:
    """Late joiners hear the frame, and take part from the next round on."""
    people = [person for person in await everyone_of(tx, change) if person.id in joined]
    await tx.outbox.plan(items.frames(change, people, now, context.parts.holidays))


async def forget(context: Context, tenant: TenantId, person: PersonId) -> None:
    """Delete a person and what was sent to them. What they said cannot be found, and stays. Raises NotFound."""
    async with context.parts.store.write(tenant) as tx:
        await tx.people.get(person)
        await tx.people.forget(person)
