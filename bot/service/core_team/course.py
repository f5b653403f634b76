"""What the core team does about the course of a change: more time, a round off, standing still, going on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.change import Change, ChangeState, move
from bot.errors import Refused
from bot.events import Submitted
from bot.messages import Action, Reply
from bot.outbox import Kind
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.round import ENDED, Round, RoundState
from bot.schedule import HEARD_WORKING_DAYS, day_begins, day_closes, local_day, working_days_after
from bot.service import items
from bot.service.context import Context, rounds_of
from bot.service.core_team.lookup import change_of, round_of
from bot.service.planning import planned
from bot.service.rounds import cancel, extend
from bot.service.telling import everyone_of
from bot.wording import personal
from bot.wording.words import Words


async def round_action(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    round_, change = await round_of(tx, event.state, event.person)
    context.forget_sheet(event.tenant, round_.id)
    locked = await tx.rounds.get(round_.id, lock=True)
    if locked.state in ENDED or locked.state is RoundState.RELEASING:
        raise Refused("round_closed")
    if event.action is Action.CANCEL_ROUND:
        await cancel(context, tx, change, locked, now)
        return personal.said(words, "round_cancelled")
    longer = await extend(context, tx, change, locked, now)
    return personal.said(words, "round_extended", day=longer.closes_at)


async def stand_still(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Everything planned waits, everyone is told, and one open question goes out (rule 9)."""
    change = await change_of(tx, event.state, event.person)
    stopped = replace(move(change, ChangeState.STOPPED), stopped_at=now)
    await tx.changes.put(stopped)
    people = await everyone_of(tx, change)
    about = f"{now:%Y%m%d%H%M}"
    await tx.outbox.mail(items.news(Kind.STOOD_STILL, people, now, context.parts.holidays, change=change, about=about))
    holidays = context.parts.holidays
    opens = working_days_after(local_day(now, change.zone), 1, change.country, holidays)
    closes = working_days_after(opens, HEARD_WORKING_DAYS, change.country, holidays)
    pack = context.parts.packs.of(RoundKind.LISTEN)
    page = pack.pages[-1]
    existing = await rounds_of(tx, change)
    question = planned(context, change, RoundKind.LISTEN, opens, closes, existing, pages=(page,), name="still")
    await tx.rounds.put(replace(question, still=True))
    return personal.said(words, "stood_still")


async def go_on(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Go on, after everyone heard what was heard; what was planned moves by as long as the change stood still."""
    change = await change_of(tx, event.state, event.person)
    rounds = await rounds_of(tx, change)
    if any(_still_open(one) for one in rounds):
        raise Refused("heard_first")
    running = replace(move(change, ChangeState.RUNNING), stopped_at=None)
    await tx.changes.put(running)
    stood = now - change.stopped_at if change.stopped_at else timedelta(0)
    for one in rounds:
        if one.state is RoundState.PLANNED:
            await tx.rounds.put(_moved(context, change, one, stood))
    people = await everyone_of(tx, change)
    about = f"{now:%Y%m%d%H%M}"
    await tx.outbox.mail(items.news(Kind.WENT_ON, people, now, context.parts.holidays, change=change, about=about))
    return personal.said(words, "went_on")


def _still_open(round_: Round) -> bool:
    """The question of standing still goes on until everyone was told what was heard."""
    return round_.still and round_.state is not RoundState.CANCELLED and round_.heard_told_at is None


def _moved(context: Context, change: Change, round_: Round, by: timedelta) -> Round:
    """A planned round, as many days later, on working days."""

    def later(moment: datetime) -> date:
        day = local_day(moment, change.zone) + timedelta(days=by.days + 1)
        return working_days_after(day - timedelta(days=1), 1, change.country, context.parts.holidays)

    return replace(
        round_,
        opens_at=day_begins(later(round_.opens_at), change.zone),
        closes_at=day_closes(later(round_.closes_at), change.zone),
    )
