"""The batches of the open door: one of each kind is open, weighed every week, and released or destroyed unread."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bot.change import Change, ChangeState
from bot.digest.scrub import Roster, scrub
from bot.door import Entry, EntryKind
from bot.ids import ChangeId, FieldKey, PageKey, RoundId, TenantId
from bot.localised import Localised
from bot.outbox import Kind
from bot.ports import Transaction
from bot.privacy import K_TEXT
from bot.questions import Page, Question, RoundKind
from bot.round import Round, RoundState, audience_hash, move
from bot.service import items, keyring
from bot.service.context import Context
from bot.slip import Slip

BATCH = timedelta(days=7)
BATCHES_WAITED = 4
"""After so many weeks below k a batch is destroyed unread."""
TEXT = FieldKey("text")
LONGEST = 1000
"""Characters of a rumour or a question."""
LONG_WORD = 6
"""Shorter words say too little to call two rumours the same."""


async def tick(context: Context, tenant: TenantId, fence: int) -> None:
    """Keep a batch open for each kind, and release, keep or destroy those whose week is over."""
    now = context.parts.clock.now()
    async with context.parts.store.read(tenant) as tx:
        batches = [one for one in await tx.rounds.unfinished() if one.kind is RoundKind.DOOR]
    for batch in batches:
        if batch.state is RoundState.RELEASING or (batch.state is RoundState.OPEN and batch.closes_at <= now):
            await _weigh(context, tenant, batch.id, fence)
    await _ensure(context, tenant, fence, now)


def takes(round_: Round, kind: EntryKind) -> bool:
    """Say whether a round is the batch that takes what comes in of this kind."""
    return _is_batch(round_, kind) and round_.state is RoundState.OPEN


def _is_batch(round_: Round, kind: EntryKind) -> bool:
    return round_.kind is RoundKind.DOOR and round_.pages[0].key == PageKey(kind)


async def _ensure(context: Context, tenant: TenantId, fence: int, now: datetime) -> None:
    """Open a batch for each kind that has none."""
    async with context.parts.store.read(tenant) as tx:
        there = await tx.rounds.unfinished()
    for kind in EntryKind:
        # One that is being weighed may open again.
        if not any(_is_batch(one, kind) for one in there):
            batch = _batch(tenant, kind, now)
            await context.parts.keys.make(keyring.seal(tenant, batch.id))
            async with context.parts.store.write(tenant, fence=fence) as tx:
                await tx.rounds.put(batch)


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
