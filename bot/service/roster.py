"""Who is there: joiners are welcomed and hear the frame, leavers are not written to any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.change import Change, ChangeState
from bot.ids import PersonId, TenantId
from bot.outbox import NEWS, Delivery, Item, Kind
from bot.people import Person
from bot.ports import Transaction
from bot.round import RoundState
from bot.schedule import day_begins
from bot.service import items
from bot.service.context import Context
from bot.service.telling import everyone_of
from bot.subtraction import COMPARED


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
        await tx.outbox.mail(items.welcomes(tenant, joined, now, holidays))
        moved = [person for id_, person in there.items() if id_ in known and known[id_].teams != person.teams]
        for change in await tx.changes.all():
            if change.state is not ChangeState.CLOSED:
                await _frame(context, tx, change, {person.id for person in (*joined, *moved)}, now)
        for person in joined:
            if person.id in known:
                await take_up(tx, person.id, now)


def _joins(known: Person | None, person: Person) -> bool:
    return person.present and (known is None or not known.present)


def _merged(known: Person | None, person: Person, now: datetime) -> Person:
    """What the platform says, and what the person set: language, snooze, stop; when they were here, and when not."""
    if known is None:
        return replace(person, joined_at=person.joined_at or now, left_at=None)
    spans = known.away if known.left_at is None else (*known.away, (known.left_at, now))
    return replace(
        person,
        language=known.language,
        joined_at=known.joined_at,
        left_at=None,
        away=tuple((left, back) for left, back in spans if back >= now - COMPARED),
        snoozed_until=known.snoozed_until,
        stopped=known.stopped,
    )


async def _frame(context: Context, tx: Transaction, change: Change, joined: set[PersonId], now: datetime) -> None:
    """Late joiners hear the frame, with everyone or at once, and take part from the next round on."""
    people = [person for person in await everyone_of(tx, change) if person.id in joined]
    begins = max(now, day_begins(change.frame_on, change.zone))
    await tx.outbox.mail(items.frames(change, people, begins, context.parts.holidays))


async def take_up(tx: Transaction, person: PersonId, now: datetime) -> None:
    """Write to someone again: what was kept from them and still means something goes out in their hours from now on."""
    waits = [item for item in await tx.outbox.of_person(person) if await _still_means_something(tx, item)]
    await tx.outbox.mark([replace(item, state=Delivery.WAITING, due_at=now) for item in waits])


async def _still_means_something(tx: Transaction, item: Item) -> bool:
    """What was dropped for their silence, or put off until a snooze was over; never what was sent or may have been."""
    if item.state not in {Delivery.DROPPED, Delivery.WAITING}:
        return False
    match item.kind:
        case Kind.WELCOME:
            return True
        case Kind.FRAME:
            change = await tx.changes.get(item.change) if item.change is not None else None
            return change is not None and change.frame_told_at is not None and change.state is not ChangeState.CLOSED
        case Kind.INVITE:
            return item.round is not None and (await tx.rounds.get(item.round)).state is RoundState.OPEN
        case _:
            return item.kind in NEWS and item.state is Delivery.WAITING


async def forget(context: Context, tenant: TenantId, person: PersonId) -> None:
    """Delete a person, what was sent to them, and what came from them by name. Raises NotFound.

    What they said in a round cannot be found, and stays.
    """
    async with context.parts.store.write(tenant) as tx:
        await tx.people.get(person)
        await tx.people.forget(person)
        await tx.door.forget(person)
