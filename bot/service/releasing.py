"""The close of a round. Every step can be run again by the next tick; nothing is read before nothing more is taken."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom

from bot.change import Change
from bot.digest.digest import dump, load
from bot.door import Offer, Wish
from bot.errors import BoxBroken, KeyMissing, NotFound
from bot.ids import FieldKey, RoundId, TenantId
from bot.outbox import Delivery, Item, Kind
from bot.ports import DigestRequest, Transaction
from bot.questions import RoundKind
from bot.release import Extended, Released, decide, offers_only
from bot.round import ENDED, Round, RoundState, move
from bot.schedule import OFFER_WORKING_DAYS, local_day, working_days_after
from bot.service import items, keyring
from bot.service.closing import recognised
from bot.service.context import Context, names, rounds_of
from bot.service.rounds import end_invitations, extend
from bot.service.telling import tell_heard
from bot.slip import Slip
from bot.wording import digest as wording

_log = logging.getLogger(__name__)


async def close(context: Context, tenant: TenantId, round_id: RoundId, fence: int) -> None:
    """Take no more submissions: whoever holds the row to submit is waited for, so that nothing thanked is missed."""
    async with context.parts.store.write(tenant, fence=fence) as tx:
        round_ = await tx.rounds.get(round_id, lock=True)
        if round_.state is RoundState.OPEN:
            await tx.rounds.put(move(round_, RoundState.RELEASING))
    context.forget_sheet(tenant, round_id)
    await end_waves(context, tenant, round_id)


async def release(context: Context, tenant: TenantId, round_id: RoundId, fence: int) -> None:
    """Open the boxes and decide: released, extended, or destroyed unread. Running it again does nothing."""
    now = context.parts.clock.now()
    async with context.parts.store.read(tenant) as tx:
        round_ = await tx.rounds.get(round_id)
    if round_.state is not RoundState.RELEASING:
        return
    if round_.called_off:
        await _call_off(context, tenant, round_id, fence)
        return
    slips = await context.parts.spool.open(tenant, round_id)
    decision = decide(round_, slips, shuffle=SystemRandom().shuffle)
    async with context.parts.store.write(tenant, fence=fence) as tx:
        round_ = await tx.rounds.get(round_id, lock=True)
        if round_.state is not RoundState.RELEASING:
            return
        change = await tx.changes.get(round_.change)
        if isinstance(decision, Extended):
            await extend(context, tx, change, round_, now)
            return
        await _write(context, tx, change, round_, decision, now)


async def _call_off(context: Context, tenant: TenantId, round_id: RoundId, fence: int) -> None:
    """End a round that was called off: offers by name get their personal reply, whatever else came in goes unread."""
    try:
        slips = await context.parts.spool.open(tenant, round_id)
    except (BoxBroken, KeyMissing) as error:
        _log.error("What was offered by name in round %s cannot be read: %s.", round_id, error.code)
        slips = ()
    released = offers_only(slips, shuffle=SystemRandom().shuffle)
    now = context.parts.clock.now()
    async with context.parts.store.write(tenant, fence=fence) as tx:
        round_ = await tx.rounds.get(round_id, lock=True)
        if round_.state is RoundState.RELEASING:
            await _keep_offers(context, tx, await tx.changes.get(round_.change), round_, released, now)
            await tx.rounds.put(replace(move(round_, RoundState.CANCELLED), ended_at=now))


async def _keep_offers(
    context: Context, tx: Transaction, change: Change, round_: Round, released: Released, now: datetime
) -> None:
    """Write what was offered by name, and show it to the core team."""
    offers = _offers(context, change, round_, released.offers, now)
    await tx.door.add_offers(offers)
    for offer in offers:
        await tx.outbox.plan(items.to_core(Kind.CORE_OFFERS, change, now, round_id=round_.id, about=offer.id))


async def _write(
    context: Context, tx: Transaction, change: Change, round_: Round, released: Released, now: datetime
) -> None:
    """One transaction: the answers, the offers, and what everyone is told about the end of the round."""
    state = RoundState.RELEASED if any(not count.withheld for count in released.counts) else RoundState.DESTROYED
    reached = (await tx.outbox.counts(round_.id)).get(Delivery.SENT, 0)
    ended = replace(move(round_, state), counts=released.counts, voices=released.voices, reached=reached, ended_at=now)
    await tx.answers.add(round_.id, released.answers)
    await _keep_offers(context, tx, change, round_, released, now)
    await tx.rounds.put(ended)
    await end_invitations(tx, round_, now)
    if state is RoundState.DESTROYED:
        # Version as it was just written: the store counts on from the one that it read.
        await tell_heard(context, tx, change, await tx.rounds.get(round_.id), now, None)


def _offers(context: Context, change: Change, round_: Round, slips: Sequence[Slip], now: datetime) -> tuple[Offer, ...]:
    """What people offered by name; each gets a personal reply by a date."""
    reply_by = working_days_after(
        local_day(now, change.zone), OFFER_WORKING_DAYS, change.country, context.parts.holidays
    )
    offers = []
    for slip in slips:
        fields = dict(slip.fields)
        if slip.named is None:
            continue
        wishes = tuple(Wish(wish) for wish in fields.get(FieldKey("wishes"), "").split())
        note = fields.get(FieldKey("note"), "")
        id_ = secrets.token_hex(8)
        offers.append(Offer(change.tenant, id_, change.id, round_.id, slip.named, wishes, note, reply_by))
    return tuple(offers)


async def finish(context: Context, tenant: TenantId) -> None:
    """Delete the boxes and destroy the keys of every round that has ended: also what a crash left, or a reader."""
    prefix = keyring.seals(tenant)
    for name in await context.parts.keys.names():
        if not name.startswith(prefix):
            continue
        round_id = RoundId(name.removeprefix(prefix))
        async with context.parts.store.read(tenant) as tx:
            try:
                ended = (await tx.rounds.get(round_id)).state in ENDED
            except NotFound:
                continue
        if ended:
            # The seal goes last: it is what the next tick finds an unfinished round by.
            await end_waves(context, tenant, round_id)
            await context.parts.spool.clear(tenant, round_id)
    await context.parts.spool.sweep()


async def end_waves(context: Context, tenant: TenantId, round_id: RoundId, *, below: int | None = None) -> None:
    """Destroy the keys of a round's waves, all of them or those below a number."""
    prefix = keyring.waves(tenant, round_id)
    for name in await context.parts.keys.names():
        number = name.removeprefix(prefix)
        if name.startswith(prefix) and number.isdigit() and (below is None or int(number) < below):
            await context.parts.keys.destroy(name)


async def make_digest(context: Context, tenant: TenantId, round_id: RoundId, fence: int) -> None:
    """Let the arithmetic make the digest of a released round, keep it sealed, and plan its thread."""
    parts = context.parts
    async with parts.store.read(tenant) as tx:
        round_ = await tx.rounds.get(round_id)
        change = await tx.changes.get(round_.change)
        if await tx.answers.digest(round_id) is not None:
            return
        answers = await tx.answers.of_round(round_id)
        known = await names(tx)
        before = await _before(tx, change, round_)
    raw = await parts.arithmetic.digest(
        DigestRequest(
            round_, tuple(answers), parts.packs.codebook(round_.codebook), tuple(sorted(known.values())), before
        )
    )
    now = parts.clock.now()
    async with parts.store.write(tenant, fence=fence) as tx:
        round_ = await tx.rounds.get(round_id, lock=True)
        await tx.answers.put_digest(round_id, raw)
        await tx.outbox.plan(_thread(context, change, round_, raw, now))
        if _told_at_once(round_, raw) and round_.heard_told_at is None:
            await tell_heard(context, tx, change, round_, now, None)


def _told_at_once(round_: Round, raw: bytes) -> bool:
    """A heard check that fewer than half recognise waits for the core team's answer (rule 5)."""
    return round_.kind is RoundKind.BELIEVE or (round_.kind is RoundKind.HEARD and recognised(load(raw)))


async def _before(tx: Transaction, change: Change, round_: Round) -> bytes | None:
    """The digest of the round of this kind to the same teams before this one, to say what changed.

    Only of questions that were put in the same words: of a rumour or a theme nothing is laid beside another.
    """
    earlier = [
        one
        for one in await rounds_of(tx, change)
        if one.kind is round_.kind
        and one.teams == round_.teams
        and one.state is RoundState.RELEASED
        and one.opens_at < round_.opens_at
    ]
    try:
        raw = await tx.answers.digest(earlier[-1].id) if earlier else None
    except KeyMissing:
        return None
    if raw is None:
        return None
    asked = {page.key: page.questions for page in earlier[-1].pages}
    same = {page.key for page in round_.pages if asked.get(page.key) == page.questions}
    found = load(raw)
    return dump(replace(found, pages=tuple(page for page in found.pages if page.page in same)))


def _thread(context: Context, change: Change, round_: Round, raw: bytes, now: datetime) -> list[Item]:
    """The parent, then its replies in order. What was asked on comes under the digest that it asks on about."""
    pack = context.parts.packs.of(round_.kind)
    messages = wording.thread(context.words_of(change), round_, change, load(raw), pack.in_person)
    under = items.digest_id(round_.after) if round_.after is not None else items.digest_id(round_.id)
    parent = items.to_core(Kind.DIGEST, change, now, round_id=round_.id) if round_.after is None else []
    replies = [
        item
        for number in range(len(parent), len(messages))
        for item in items.to_core(
            Kind.DIGEST_THEME,
            change,
            now + timedelta(microseconds=number),
            round_id=round_.id,
            about=f"{number:03}",
            parent=under,
        )
    ]
    return parent + replies
