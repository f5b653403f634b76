"""What one person sets and looks up for themselves: home, language, snooze, stop, the page of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.change import Change, Verdict
from bot.digest.digest import load
from bot.events import Pressed, Submitted
from bot.ids import ChangeId, FieldKey, Language, TenantId
from bot.messages import Block, Invalid, Paragraph, Reply
from bot.outbox import Kind
from bot.people import Person
from bot.ports import Transaction
from bot.round import RoundState
from bot.schedule import local_day
from bot.service.closing import heard_check_lines
from bot.service.context import Context, rounds_of
from bot.service.due import overdue_lines
from bot.service.roster import take_up
from bot.wording import heard, personal
from bot.wording.words import Words

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything that Ruimte ever sent."""


async def home(context: Context, event: Pressed, person: Person) -> Reply:
    """What is kept about this person, and what they can set."""
    async with context.parts.store.read(event.tenant) as tx:
        changes = [change for change in await tx.changes.all() if change.frame_told_at is not None]
        asked = await _asked(tx, person)
    if person.snoozed_until is not None and person.snoozed_until <= local_day(context.parts.clock.now(), person.zone):
        person = replace(person, snoozed_until=None)
    return personal.home(context.words_for(person), person, changes, context.parts.texts.languages, asked)


async def _asked(tx: Transaction, person: Person) -> Sequence[personal.Asked]:
    """The invitations to rounds that are open: the same whether or not someone answered."""
    found = []
    for item in await tx.outbox.of_person(person.id):
        if item.kind is not Kind.INVITE or item.round is None or item.ref is None or item.sent_at is None:
            continue
        round_ = await tx.rounds.get(item.round)
        if round_.state is RoundState.OPEN:
            subject = round_.subject or (await tx.changes.get(round_.change)).title
            found.append(personal.Asked(subject, item.sent_at, item.ref))
    return found


async def set_language(context: Context, event: Pressed, person: Person) -> Reply:
    """Speak another language from now on."""
    if event.value not in context.parts.texts.languages:
        return await home(context, event, person)
    changed = replace(person, language=Language(event.value))
    await _put(context, event.tenant, changed)
    return await home(context, event, changed)


async def stop(context: Context, event: Pressed, person: Person) -> Reply:
    """Send nothing any more; the page of a change stays open to them."""
    await _put(context, event.tenant, replace(person, stopped=True))
    return personal.said(context.words_for(person), "stopped")


async def resume(context: Context, event: Pressed, person: Person) -> Reply:
    """Take part again, or end a snooze: what was kept back and still means something is sent now."""
    now = context.parts.clock.now()
    async with context.parts.store.write(event.tenant) as tx:
        await tx.people.put((replace(person, stopped=False, snoozed_until=None),))
        await take_up(tx, person.id, now)
    return personal.said(context.words_for(person), "resumed")


async def snooze(context: Context, event: Submitted, person: Person) -> Reply:
    """Be quiet until a day."""
    words = context.words_for(person)
    key = FieldKey("until")
    try:
        until = date.fromisoformat(dict(event.fields).get(key, "").strip())
    except ValueError:
        return Invalid(((key, words.say("invalid.date")),))
    if until <= local_day(context.parts.clock.now(), person.zone):
        return Invalid(((key, words.say("refused.snooze_past")),))
    await _put(context, event.tenant, replace(person, snoozed_until=until))
    return personal.said(words, "snoozed", day=until)


async def _put(context: Context, tenant: TenantId, person: Person) -> None:
    async with context.parts.store.write(tenant) as tx:
        await tx.people.put((person,))


async def change_page(context: Context, event: Pressed, person: Person) -> Reply:
    """The page of a change: open to everyone, those who stopped included."""
    words = context.words_for(person)
    async with context.parts.store.read(event.tenant) as tx:
        change = await tx.changes.get(ChangeId(event.value))
        known_names = {one.id: one.name for one in await tx.people.some(change.named)}
        told = await _told(tx, change, words)
        account = await _account(tx, change)
        checks = await heard_check_lines(tx, change, words)
        overdue = await overdue_lines(tx, change, words, context.parts.clock.now())
    return personal.change_page(
        words, change, known_names, (*told, *(Paragraph(line) for line in checks)), overdue, account
    )


async def _told(tx: Transaction, change: Change, words: Words) -> Sequence[Block]:
    """What everyone was told of each round that was told."""
    blocks: list[Block] = []
    for round_ in await rounds_of(tx, change):
        if round_.heard_told_at is None or round_.state is not RoundState.RELEASED or round_.teams:
            continue
        raw = await tx.answers.digest(round_.id)
        if raw is not None:
            blocks.extend(heard.summary(words, round_, load(raw)))
    return blocks


async def _account(tx: Transaction, change: Change) -> personal.Account:
    """What the change took and gave."""
    minutes = await tx.outbox.minutes_since(change.id, FIRST)
    offers = await tx.door.offers(change.id)
    entries = [entry for entry in await tx.door.entries() if entry.change == change.id]
    outcomes = [point.outcome for point in change.points if point.outcome is not None]
    return personal.Account(
        hours=sum(minutes.values()) / 60,
        offers=sum(offer.replied_at is not None for offer in offers),
        replies=sum(entry.replied_at is not None for entry in entries),
        outcomes=len(outcomes),
        adapted=sum(outcome.verdict is Verdict.ADAPTED for outcome in outcomes),
    )
