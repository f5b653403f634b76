"""Whom a change concerns, and telling them what was heard; the check whether they recognise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.change import Change
from bot.errors import Refused
from bot.ids import RoundId
from bot.localised import Localised
from bot.outbox import Kind
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import audience
from bot.questions import RoundKind
from bot.round import HELD, Round, RoundState
from bot.schedule import (
    HEARD_WORKING_DAYS,
    local_day,
    working_days_after,
)
from bot.service import items
from bot.service.context import Context, rounds_of
from bot.service.planning import planned


async def invited_people(tx: Transaction, round_id: RoundId) -> tuple[Person, ...]:
    """Everyone in the frozen audience of a round who is still there."""
    invited = {item.person for item in await tx.outbox.of_round(round_id, Kind.INVITE)}
    return tuple(person for person in await tx.people.all() if person.id in invited and person.present)


async def everyone_of(tx: Transaction, change: Change) -> tuple[Person, ...]:
    """Everyone whom a change concerns: its audience, whoever was asked before, and those who read or lead it."""
    people = await tx.people.all()
    chosen = {person.id for person in audience(change, people)}
    chosen |= change.readers | {manager.person for manager in change.managers}
    if change.audience:
        for round_ in await rounds_of(tx, change):
            chosen |= {item.person for item in await tx.outbox.of_round(round_.id, Kind.INVITE) if item.person}
    return tuple(person for person in people if person.id in chosen and person.present)


async def tell_heard(
    context: Context, tx: Transaction, change: Change, round_: Round, now: datetime, reaction: Localised | None
) -> Round:
    """Tell everyone what was heard in a round, once. Raises Refused when it was told, or nothing can be yet."""
    if round_.heard_told_at is not None:
        raise Refused("heard_told")
    if round_.state not in HELD:
        raise Refused("not_released")
    told = replace(round_, heard_told_at=now, reaction=reaction)
    await tx.rounds.put(told)
    people = list(await everyone_of(tx, change))
    if round_.teams:
        invited = {person.id for person in await invited_people(tx, round_.id)}
        people = [one for one in people if one.id in invited | change.readers or one.id == round_.reader]
    kind = Kind.WHAT_WE_HEARD if round_.state is RoundState.RELEASED else Kind.TOO_FEW
    await tx.outbox.mail(items.news(kind, people, now, context.parts.holidays, change=change, round_=round_))
    return told


def heard_check(change: Change, rounds: Sequence[Round]) -> Round | None:
    """Return the heard check that asks about every outcome: planned, or put to people after the last of them."""
    decided = [point.outcome.decided_at for point in change.points if point.outcome is not None]
    for one in rounds:
        there = one.kind is RoundKind.HEARD and one.state is not RoundState.CANCELLED and not one.called_off
        if there and (one.state is RoundState.PLANNED or all(at <= one.opens_at for at in decided)):
            return one
    return None


async def plan_heard_check(context: Context, tx: Transaction, change: Change, now: datetime) -> None:
    """When the last point is decided, everyone is asked whether they recognise what was done (rule 5).

    Once for all outcomes: only one that came after the check was put to people asks for another.
    """
    existing = await rounds_of(tx, change)
    if change.undecided or heard_check(change, existing) is not None:
        return
    holidays = context.parts.holidays
    running = [one.closes_at for one in existing if one.kind is RoundKind.HEARD and one.state is RoundState.OPEN]
    opens = working_days_after(local_day(max([now, *running]), change.zone), 2, change.country, holidays)
    closes = working_days_after(opens, HEARD_WORKING_DAYS, change.country, holidays)
    await tx.rounds.put(planned(context, change, RoundKind.HEARD, opens, closes, existing))
