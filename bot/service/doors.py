"""The open door: rumours and questions, by name at once, or without when enough of them wait."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.change import Change, ChangeState
from bot.door import Entry, EntryKind
from bot.errors import Refused, RoundClosed, TokenRejected
from bot.events import Pressed, Submitted
from bot.ids import ChangeId, FieldKey, PageKey
from bot.messages import Action, Invalid, Reply
from bot.outbox import Kind
from bot.people import Person
from bot.ports import Transaction
from bot.receipt import receipt, receipt_hash
from bot.schedule import REPLY_WORKING_DAYS, local_day, working_days_after
from bot.service import items, keyring
from bot.service.batches import LONGEST, TEXT, takes
from bot.service.context import Context
from bot.service.welcomes import DOOR
from bot.slip import Slip
from bot.wording import personal

KIND = FieldKey("kind")
HOW = FieldKey("how")


async def open_door(context: Context, event: Pressed, person: Person) -> Reply:
    """Show what is already known about rumours, and then the form."""
    async with context.parts.store.read(event.tenant) as tx:
        known = await tx.door.known()
        changes = await tx.changes.all()
        alone = person.language not in await context.spoken(tx, event.tenant)
    running = [one for one in changes if one.state is not ChangeState.CLOSED]
    # So few use this language that it would give them away (section 5).
    return personal.door_form(
        context.words_for(person), "" if alone else event.value, known, running[0] if running else None
    )


async def open_question(context: Context, event: Pressed, person: Person) -> Reply:
    """A question about the frame of a change."""
    async with context.parts.store.read(event.tenant) as tx:
        change = await tx.changes.get(ChangeId(event.value))
    return personal.question_form(context.words_for(person), change)


async def submit(context: Context, event: Submitted, person: Person) -> Reply:
    """Take a rumour or a question, by name or without."""
    words = context.words_for(person)
    given = dict(event.fields)
    text = given.get(TEXT, "").strip()
    if not text:
        return Invalid(((TEXT, words.say("invalid.empty")),))
    if len(text) > LONGEST:
        return Invalid(((TEXT, words.say("invalid.too_long", maximum=LONGEST)),))
    if event.action is Action.QUESTION:
        return await _named(context, event, person, EntryKind.QUESTION, ChangeId(event.state), text)
    wrong = [key for key, options in _options(event.state).items() if given.get(key) not in options]
    if wrong:
        return Invalid(tuple((key, words.say("invalid.choose")) for key in wrong))
    kind = EntryKind(given[KIND])
    if event.state and given[HOW] == "anonymous":
        return await _anonymous(context, event, person, kind, event.state, text)
    return await _named(context, event, person, kind, None, text)


def _options(token: str) -> dict[FieldKey, frozenset[str]]:
    """What has to be chosen at the door: what it is, and where a token makes it possible, by name or without."""
    kinds = frozenset(EntryKind)
    return {KIND: kinds, HOW: frozenset({"named", "anonymous"})} if token else {KIND: kinds}


async def _named(
    context: Context, event: Submitted, person: Person, kind: EntryKind, change_id: ChangeId | None, text: str
) -> Reply:
    """By name: the core team has it at once, and answers within two working days. The same form twice is one."""
    now = context.parts.clock.now()
    reply_by = working_days_after(
        local_day(now, person.zone), REPLY_WORKING_DAYS, person.region, context.parts.holidays
    )
    id_ = form_id(event)
    entry = Entry(
        event.tenant,
        id_,
        kind,
        text,
        person.language,
        change=change_id,
        person=person.id,
        asked_at=now,
        reply_by=reply_by,
    )
    async with context.parts.store.write(event.tenant) as tx:
        change = await tx.changes.get(change_id) if change_id else await _concerns(tx, person)
        await tx.door.add_entries((replace(entry, change=change.id if change else None),))
        if change is not None:
            await tx.outbox.plan(items.to_core(Kind.CORE_QUESTION, change, now, about=id_))
    return personal.said(context.words_for(person), "asked", day=reply_by)


def form_id(event: Submitted) -> str:
    """Name what a form by name makes: the same form twice makes it once."""
    return hashlib.sha256(f"{event.tenant}/{event.person}/{event.action}/{event.stamp}".encode()).hexdigest()[:16]


async def _concerns(tx: Transaction, person: Person) -> Change | None:
    """The change whose core team a rumour goes to: a running one that this person belongs to, else any."""
    running = [one for one in await tx.changes.all() if one.state is not ChangeState.CLOSED]
    own = [one for one in running if not one.audience or set(one.audience) & set(person.teams)]
    return next(iter(own or running), None)


async def _anonymous(
    context: Context, event: Submitted, person: Person, kind: EntryKind, token_text: str, text: str
) -> Reply:
    """Without a name: sealed until k voices wait. One of a kind waits per person; a further one takes its place."""
    token = await context.token(event.tenant, token_text, person.id)
    if token.round != DOOR:
        # With the tokens of several rounds one person would be several voices.
        raise TokenRejected
    async with context.parts.store.read(event.tenant) as tx:
        if any(person.id in change.readers for change in await tx.changes.all()):
            raise Refused("door_reader")
        if person.language not in await context.spoken(tx, event.tenant):
            raise Refused("door_language")
        batch = next((one for one in await tx.rounds.unfinished() if takes(one, kind)), None)
    if batch is None:
        raise RoundClosed
    seal_key = await context.parts.keys.get(keyring.seal(event.tenant, batch.id))
    words = receipt(seal_key, token.nonce, event.stamp)
    slip = Slip(
        PageKey(kind), ((TEXT, text),), person.language, quotable=True, stamp=event.stamp, receipt=receipt_hash(words)
    )
    await context.parts.spool.put(event.tenant, batch.id, token.nonce, slip)
    return personal.receipt_shown(context.words_for(person), words)


async def find_receipt(context: Context, event: Submitted, person: Person) -> Reply:
    """Show the reply to an anonymous entry, or that it was not read; never the text."""
    words = context.words_for(person)
    typed = dict(event.fields).get(FieldKey("receipt"), "")
    if not typed.strip():
        return Invalid(((FieldKey("receipt"), words.say("invalid.empty")),))
    async with context.parts.store.read(event.tenant) as tx:
        return personal.receipt_found(words, await tx.door.by_receipt(receipt_hash(typed)))
