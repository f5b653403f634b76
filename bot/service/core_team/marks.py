"""Marks on the messages of a digest: everyone in the core team's channel sees what was done about a theme, and when."""

from __future__ import annotations

from datetime import datetime

from bot.change import Change, Point, ThemeRef
from bot.digest.digest import load
from bot.errors import NotFound
from bot.ids import RoundId
from bot.messages import Message
from bot.ports import Transaction
from bot.round import Round
from bot.service import items
from bot.service.context import Context
from bot.wording import digest as wording
from bot.wording.marks import DECIDED, TOLD


async def mark(context: Context, tx: Transaction, change: Change, ref: ThemeRef, done: str, now: datetime) -> None:
    """Let the message about a theme show that something was done about it; a second time nothing happens."""
    round_ = await tx.rounds.get(RoundId(ref.round))
    thread = await _thread(context, tx, round_, change)
    place = wording.place_of(thread, str(ref))
    if place is not None:
        await tx.outbox.plan(items.mark(change, round_.id, place, done, now))


async def mark_decided(context: Context, tx: Transaction, change: Change, point: Point, now: datetime) -> None:
    """Mark every theme that led to a decision."""
    for ref in point.linked:
        try:
            await mark(context, tx, change, ref, f"{DECIDED}:{point.key}", now)
        except NotFound:
            continue


async def mark_told(context: Context, tx: Transaction, round_: Round, change: Change, now: datetime) -> None:
    """Mark the last message of a digest: everyone is told what was heard."""
    thread = await _thread(context, tx, round_, change)
    if thread:
        await tx.outbox.plan(items.mark(change, round_.id, len(thread) - 1, TOLD, now))


async def _thread(context: Context, tx: Transaction, round_: Round, change: Change) -> tuple[Message, ...]:
    """The digest of a round as it stands in the channel; nothing where there is none."""
    raw = await tx.answers.digest(round_.id)
    if raw is None:
        return ()
    in_person = context.parts.packs.of(round_.kind).in_person
    return wording.thread(context.words_of(change), round_, change, load(raw), in_person)
