"""The open door: rumours and questions, by name at once, or without when enough of them wait."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bot.change import Change, ChangeState
from bot.digest.scrub import Roster, scrub
from bot.door import Entry, EntryKind
from bot.errors import Refused, RoundClosed, TokenRejected
from bot.events import Pressed, Submitted
from bot.ids import ChangeId, FieldKey, PageKey, PersonId, RoundId, TenantId
from bot.localised import Localised
from bot.messages import Action, Invalid, Reply
from bot.outbox import Kind
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import K_TEXT
from bot.questions import Page, Question, RoundKind
from bot.receipt import receipt, receipt_hash
from bot.round import Round, RoundState, audience_hash, move
from bot.schedule import REPLY_WORKING_DAYS, WAVE, local_day, working_days_after
from bot.service import items, keyring
from bot.service.context import Context
from bot.slip import Slip
from bot.token import issue, nonce
from bot.wording import personal

DOOR = RoundId("door")
"""What a welcome message's token is bound to: not to one batch, because it outlives them."""
BATCH = timedelta(days=7)
BATCHES_WAITED = 4
"""After so many weeks below k a batch is destroyed unread."""
TEXT = FieldKey("text")
KIND = FieldKey("kind")
HOW = FieldKey("how")
LONGEST = 1000
"""Characters of a rumour or a question."""
LONG_WORD = 6
"""Shorter words say too little to call two rumours the same."""


async def welcome_token(context: Context, tx: Transaction, tenant: TenantId, person: PersonId) -> str | None:
    """Make the token for the open door; its nonce follows from a key that lives until the next day.

    None for those who would read what comes in: they can only ask by name.
    """
    if any(person in change.readers for change in await tx.changes.all()):
        return None
    day = welcome_wave(context.parts.clock.now())
    key = await context.parts.keys.make(keyring.wave(tenant, DOOR, day))
    return issue(await context.bind_key(tenant), DOOR, person, nonce(key, DOOR, person))


def welcome_wave(now: datetime) -> int:
    """Number the days on which welcome messages go out."""
    return int(now.timestamp() // WAVE.total_seconds())


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
        batch = next((one for one in await tx.rounds.unfinished() if _takes(one, kind)), None)
    if batch is None:
        raise RoundClosed
    seal_key = await context.parts.keys.get(keyring.seal(event.tenant, batch.id))
    words = receipt(seal_key, token.nonce, event.stamp)
    slip = Slip(
        PageKey(kind), ((TEXT, text),), person.language, quotable=True, stamp=event.stamp, receipt=receipt_hash(words)
    )
    await context.parts.spool.put(event.tenant, batch.id, token.nonce, slip)
    return personal.receipt_shown(context.words_for(person), words)


def _takes(round_: Round, kind: EntryKind) -> bool:
    return round_.kind is RoundKind.DOOR and round_.state is RoundState.OPEN and round_.pages[0].key == PageKey(kind)


async def find_receipt(context: Context, event: Submitted, person: Person) -> Reply:
    """Show the reply to an anonymous entry, or that it was not read; never the text."""
    words = context.words_for(person)
    typed = dict(event.fields).get(FieldKey("receipt"), "")
    if not typed.strip():
        return Invalid(((FieldKey("receipt"), words.say("invalid.empty")),))
    async with context.parts.store.read(event.tenant) as tx:
        return personal.receipt_found(words, await tx.door.by_receipt(receipt_hash(typed)))


async def tick(context: Context, tenant: TenantId, fence: int) -> None:
    """Keep a batch open for each kind, and release, keep or destroy those whose week is over."""
    now = context.parts.clock.now()
    async with context.parts.store.read(tenant) as tx:
        batches = [one for one in await tx.rounds.unfinished() if one.kind is RoundKind.DOOR]
    for batch in batches:
        if batch.state is RoundState.RELEASING or (batch.state is RoundState.OPEN and batch.closes_at <= now):
            await _weigh(context, tenant, batch.id, fence)
    await _ensure(context, tenant, fence, now)
    await _end_welcomes(context, tenant, now)


async def _ensure(context: Context, tenant: TenantId, fence: int, now: datetime) -> None:
    """Open a batch for each kind that has none."""
    async with context.parts.store.read(tenant) as tx:
        there = await tx.rounds.unfinished()
    for kind in EntryKind:
        if not any(_takes(one, kind) or _weighing(one, kind) for one in there):
            batch = _batch(tenant, kind, now)
            await context.parts.keys.make(keyring.seal(tenant, batch.id))
            async with context.parts.store.write(tenant, fence=fence) as tx:
                await tx.rounds.put(batch)


def _weighing(round_: Round, kind: EntryKind) -> bool:
    return (
        round_.kind is RoundKind.DOOR and round_.state is RoundState.RELEASING and round_.pages[0].key == PageKey(kind)
    )


def _batch(tenant: TenantId, kind: EntryKind, now: datetime) -> Round:
    """A batch of the open door: a round that nobody is invited to."""
    question = Question(TEXT, Localised(()), maximum=LONGEST)
    return Round(
        tenant=tenant,
        id=RoundId(f"door-{kind}-{secrets.token_hex(4)}"),
        change=ChangeId("door"),
        kind=RoundKind.DOOR,
        pages=(Page(PageKey(kind), (question,), 0.0),),
        opens_at=now,
        closes_at=now + BATCH,
        state=RoundState.OPEN,
        k=K_TEXT,
        audience=audience_hash(()),
        heard_told_at=None,
    )


async def _weigh(context: Context, tenant: TenantId, round_id: RoundId, fence: int) -> None:
    """Release a batch of at least k voices that a core team can read; else let it wait, at most four weeks."""
    now = context.parts.clock.now()
    async with context.parts.store.write(tenant, fence=fence) as tx:
        batch = await tx.rounds.get(round_id, lock=True)
        if batch.state is RoundState.OPEN:
            await tx.rounds.put(move(batch, RoundState.RELEASING))
    slips = [slip for slip in await context.parts.spool.open(tenant, round_id) if not slip.withdrawn]
    async with context.parts.store.write(tenant, fence=fence) as tx:
        batch = await tx.rounds.get(round_id, lock=True)
        if batch.state is not RoundState.RELEASING:
            return
        change = next((one for one in await tx.changes.all() if one.state is not ChangeState.CLOSED), None)
        if len(slips) >= batch.k and change is not None:
            await _release(tx, change, batch, slips, now)
        elif now - batch.opens_at >= BATCHES_WAITED * BATCH:
            await tx.rounds.put(replace(move(batch, RoundState.DESTROYED), ended_at=now, heard_told_at=now))
        else:
            await tx.rounds.put(replace(move(batch, RoundState.OPEN), closes_at=now + BATCH))


async def _release(tx: Transaction, change: Change, batch: Round, slips: list[Slip], now: datetime) -> None:
    """Hand the batch to the core team of the running change, scrubbed, in an order of the system's randomness."""
    secrets.SystemRandom().shuffle(slips)
    roster = Roster.of([person.name for person in await tx.people.all()])
    entries = [
        Entry(
            change.tenant,
            secrets.token_hex(8),
            EntryKind(slip.page),
            scrub(dict(slip.fields).get(TEXT, ""), names=roster, language=slip.language),
            slip.language,
            change=change.id,
            receipt=slip.receipt,
        )
        for slip in slips
    ]
    await tx.door.add_entries(entries)
    await tx.rounds.put(replace(move(batch, RoundState.RELEASED), voices=len(slips), ended_at=now, heard_told_at=now))
    for entry in entries:
        await tx.outbox.plan(items.to_core(Kind.CORE_DOOR, change, now, about=entry.id))
    if batch.pages[0].key == PageKey(EntryKind.RUMOUR) and (count := same_rumour(entries)) >= batch.k:
        await tx.outbox.plan(items.to_core(Kind.CORE_PROPOSE_PULSE, change, now, about=f"{count}@{batch.id}"))


def same_rumour(entries: list[Entry]) -> int:
    """Count the voices that share the word which most of them use: released ones only (section 5)."""
    words = Counter(
        word
        for entry in entries
        for word in {part.strip(".,;:!?()\"'").lower() for part in entry.text.split()}
        if len(word) >= LONG_WORD
    )
    return max(words.values(), default=0)


async def _end_welcomes(context: Context, tenant: TenantId, now: datetime) -> None:
    """Destroy the keys of earlier days of welcome messages."""
    prefix = keyring.waves(tenant, DOOR)
    for name in await context.parts.keys.names():
        number = name.removeprefix(prefix)
        if name.startswith(prefix) and number.isdigit() and int(number) < welcome_wave(now):
            await context.parts.keys.destroy(name)
