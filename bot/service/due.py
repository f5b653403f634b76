"""What is due, and what is overdue: for the core team, and for everyone to see (rule 5)."""

from __future__ import annotations

from datetime import datetime

from bot.change import Change
from bot.ports import Transaction
from bot.round import Round, RoundState
from bot.schedule import local_day
from bot.service.context import Context, rounds_of
from bot.wording.words import Words


async def due_lines(
    context: Context, tx: Transaction, change: Change, words: Words, *, late: bool = False
) -> tuple[str, ...]:
    """What the core team has to do, in lines: outcomes, what was heard, replies. With `late` only what is overdue."""
    now = context.parts.clock.now()
    today = local_day(now, change.zone)
    lines = list(await overdue_lines(tx, change, words, now, teams=True))
    if not late:
        lines += [
            words.say("tasks.heard", kind=words.say(f"kind.{one.kind}"), day=one.heard_by)
            for one in await rounds_of(tx, change)
            if one.state is RoundState.RELEASED and _untold_by(one) is not None and not _overdue(one, now)
        ]
    waiting = [
        one
        for one in await tx.door.entries()
        if one.change == change.id and one.replied_at is None and one.reply_by and (one.reply_by < today or not late)
    ]
    lines += [words.say("tasks.questions", count=len(waiting))] if waiting else []
    offers = [
        one for one in await tx.door.offers(change.id) if one.replied_at is None and (one.reply_by < today or not late)
    ]
    lines += [words.say("tasks.offers", count=len(offers))] if offers else []
    return tuple(lines)


async def overdue_lines(
    tx: Transaction, change: Change, words: Words, now: datetime, *, teams: bool = False
) -> tuple[str, ...]:
    """What people should have heard by now: outcomes, and what was heard; with `teams` also what one team was asked."""
    outcomes = [
        words.say("tasks.outcome", point=point.text, day=point.due_on)
        for point in change.overdue(local_day(now, change.zone))
    ]
    heard = [
        words.say("tasks.heard_late", kind=words.say(f"kind.{one.kind}"), day=one.heard_by)
        for one in await rounds_of(tx, change)
        if _overdue(one, now) and (teams or not one.teams)
    ]
    return (*outcomes, *heard)


def _overdue(round_: Round, now: datetime) -> bool:
    by = _untold_by(round_)
    return by is not None and by < now


def _untold_by(round_: Round) -> datetime | None:
    """By when everyone should have heard what was heard in a round that has ended, None where they have."""
    return round_.heard_by if round_.untold else None
