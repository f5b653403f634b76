"""The life of a round: opened, extended, called off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.change import SCENARIOS, Change, ChangeState
from bot.errors import Refused
from bot.ids import PersonId, TeamKey
from bot.outbox import Kind, Mailing
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import audience, freeze, segment_of
from bot.questions import ASKS_ABOUT_OPEN, LISTENING, RoundKind
from bot.round import ENDED, HELD, Round, RoundState, move
from bot.schedule import (
    EXTENSION_WORKING_DAYS,
    HEARD_WORKING_DAYS,
    MINUTES_A_CHANGE,
    MINUTES_WINDOW,
    day_begins,
    day_closes,
    local_day,
    reminder_on,
    working_days_after,
)
from bot.service import items, keyring
from bot.service.context import Context, rounds_of
from bot.service.telling import invited_people, plan_heard_check
from bot.subtraction import COMPARED, MOST_GROUPS, Earlier, Groups, check_difference

MORNING = timedelta(hours=9)
"""When the core team hears that a round has opened."""


async def may_open(tx: Transaction, change: Change, round_: Round) -> None:
    """Raise Refused where a rule says that this round may not open now."""
    others = [one for one in await rounds_of(tx, change) if one.id != round_.id]
    if change.state is ChangeState.STOPPED and not round_.still:
        raise Refused("stopped")
    if round_.kind in ASKS_ABOUT_OPEN and not change.asks:
        raise Refused("nothing_open")
    if round_.kind in ASKS_ABOUT_OPEN and round_.point is not None and not change.point(round_.point).asks:
        raise Refused("not_open", point=change.point(round_.point).text)
    if round_.kind is not RoundKind.PULSE and change.frame_told_at is None:
        raise Refused("frame_first")
    if round_.kind is not RoundKind.PULSE and any(_untold(one) for one in others):
        raise Refused("loop_open")
    if round_.kind is RoundKind.HEARD and change.undecided:
        raise Refused("close_undecided")
    if round_.kind is RoundKind.SCENARIOS:
        _check_scenarios(change, round_, others)


def _untold(round_: Round) -> bool:
    """A round that ended, and of which not everyone has heard yet what was heard (rule 5). A pulse stands alone."""
    return round_.untold and round_.kind is not RoundKind.PULSE


def _check_scenarios(change: Change, round_: Round, others: Sequence[Round]) -> None:
    """Two or three scenarios, and only after listening has closed (rules 3 and 4)."""
    listening = [one for one in others if one.kind in LISTENING]
    if not any(one.state in HELD for one in listening) or any(
        one.state not in ENDED for one in listening if one.opens_at <= round_.opens_at
    ):
        raise Refused("listening_first")
    if len([one for one in change.scenarios if round_.point in {None, one.point}]) not in SCENARIOS:
        raise Refused("scenario_count")


async def open_round(context: Context, tx: Transaction, change: Change, round_: Round, now: datetime) -> Round:
    """Freeze the audience, make the keys, plan invitations, reminder and a word to the core team.

    Where segments, any of them together, differ by too few from what was read before, the round opens without them.
    Raises Refused (`audience_small`, `audience_differs`); nothing is planned then.
    """
    # Two that open at once would not be compared; and who can read it is as it is now.
    await tx.rounds.alone()
    change = await tx.changes.get(change.id)
    everyone = await tx.people.all()
    chosen = await _audience(tx, change, round_, everyone)
    frozen = freeze(_late(change, round_, now, context), chosen)
    await _check_budget(tx, frozen, chosen, now)
    readers = change.readers | ({frozen.reader} if frozen.reader else frozenset())
    earlier = await _earlier(tx, frozen, now)
    check = partial(check_difference, everyone=everyone, earlier=earlier, readers=readers, k=frozen.k, now=now)
    check([frozenset(person.id for person in chosen)])
    opened = move(frozen if _may_part(frozen, chosen, check) else replace(frozen, segments=()), RoundState.OPEN)
    opened = replace(opened, heard_by=_heard_by(change, opened.closes_at, context))
    await context.parts.keys.make(keyring.seal(change.tenant, opened.id))
    await tx.rounds.put(opened)
    after_frame = opened.kind is not RoundKind.PULSE
    invited = items.invitations(opened, change, chosen, now, context.parts.holidays, after_frame=after_frame)
    await tx.outbox.mail(invited)
    await tx.outbox.mail(_reminders(context, change, opened, chosen))
    morning = max(now, day_begins(local_day(now, change.zone), change.zone) + MORNING)
    await tx.outbox.plan(items.to_core(Kind.CORE_OPENED, change, morning, round_id=opened.id))
    return opened


def _may_part(round_: Round, chosen: Sequence[Person], check: Callable[[Groups], None]) -> bool:
    """Say whether no segments make an audience that could be subtracted from one that was read before."""
    groups: defaultdict[TeamKey | None, set[PersonId]] = defaultdict(set)
    for person in chosen if round_.segments else ():
        groups[segment_of(round_.segments, person)].add(person.id)
    if len(groups) > MOST_GROUPS:
        return False
    try:
        check([frozenset(group) for group in groups.values()])
    except Refused:
        return False
    return True


async def _check_budget(tx: Transaction, round_: Round, chosen: Sequence[Person], now: datetime) -> None:
    """A change asks nobody for more than 15 minutes in four weeks (rule 6). Raises Refused(`budget`)."""
    spent = await tx.outbox.minutes_since(round_.change, now - MINUTES_WINDOW)
    if any(spent.get(person.id, 0.0) + round_.minutes > MINUTES_A_CHANGE for person in chosen):
        raise Refused("budget")


async def _audience(tx: Transaction, change: Change, round_: Round, everyone: Sequence[Person]) -> tuple[Person, ...]:
    """Who belongs to the round: for asking on, those who were invited to the first."""
    if round_.after is None:
        return audience(change, everyone, round_.teams, round_.reader)
    first = {item.person for item in await tx.outbox.of_round(round_.after, Kind.INVITE)}
    return tuple(
        person for person in everyone if person.id in first and person.present and person.id not in change.readers
    )


def _late(change: Change, round_: Round, now: datetime, context: Context) -> Round:
    """A round that opens later than planned closes as much later, so that people keep their time."""
    late = local_day(now, change.zone) - local_day(round_.opens_at, change.zone)
    if late <= timedelta(0):
        return replace(round_, opens_at=now)
    last = local_day(round_.closes_at, change.zone) + late
    last = working_days_after(last - timedelta(days=1), 1, change.country, context.parts.holidays)
    return replace(round_, opens_at=now, closes_at=day_closes(last, change.zone))


def _heard_by(change: Change, closes_at: datetime, context: Context) -> datetime:
    """Five working days after the close everyone has heard what was heard (rule 5)."""
    last = working_days_after(
        local_day(closes_at, change.zone), HEARD_WORKING_DAYS, change.country, context.parts.holidays
    )
    return day_begins(last, change.zone) + timedelta(hours=9)


async def _earlier(tx: Transaction, round_: Round, now: datetime) -> list[Earlier]:
    """The audiences of the last 90 days, by segment; which readers they share `check_difference` compares."""
    found = []
    for other_change in await tx.changes.all():
        for other in await rounds_of(tx, other_change):
            if not other.audience or other.id == round_.id or other.opens_at < now - COMPARED:
                continue
            readers = other_change.readers | ({other.reader} if other.reader else frozenset())
            invited = await tx.outbox.of_round(other.id, Kind.INVITE)
            groups: defaultdict[str, set[PersonId]] = defaultdict(set)
            for item in invited:
                if item.person is not None:
                    groups[item.about if other.segments else ""].add(item.person)
            people = [frozenset(group) for group in groups.values()]
            # Words and choices are not taken from each other; fewer voices for words than were promised could be.
            k = other.k if round_.takes_text else 0
            found.append(Earlier(people, readers, other.opens_at, k, frozenset(other_change.former_readers)))
    return found


def _reminders(context: Context, change: Change, round_: Round, people: Sequence[Person]) -> list[Mailing]:
    """The one reminder, to everyone, in the same words; none for the one tap of the frame."""
    if round_.kind is RoundKind.BELIEVE:
        return []
    opens, closes = local_day(round_.opens_at, change.zone), local_day(round_.closes_at, change.zone)
    day = reminder_on(opens, closes, change.country, context.parts.holidays)
    if not day:
        return []
    ids = [person.id for person in people]
    return items.follow_up(Kind.REMINDER, round_, ids, day_begins(day, change.zone))


async def extend(context: Context, tx: Transaction, change: Change, round_: Round, now: datetime) -> Round:
    """Keep a round open three working days longer, once. Raises Refused when it was extended before."""
    if round_.extended:
        raise Refused("extended_once")
    last = working_days_after(
        max(local_day(round_.closes_at, change.zone), local_day(now, change.zone)),
        EXTENSION_WORKING_DAYS,
        change.country,
        context.parts.holidays,
    )
    closes_at = day_closes(last, change.zone)
    state = round_ if round_.state is RoundState.OPEN else move(round_, RoundState.OPEN)
    longer = replace(state, closes_at=closes_at, extended=True, heard_by=_heard_by(change, closes_at, context))
    await tx.rounds.put(longer)
    people = await invited_people(tx, round_.id)
    about = items.MORE_TIME if round_.state is RoundState.OPEN else ""
    holidays = context.parts.holidays
    await tx.outbox.mail(items.news(Kind.EXTENDED, people, now, holidays, change=change, round_=round_, about=about))
    return longer


async def cancel(context: Context, tx: Transaction, change: Change, round_: Round, now: datetime) -> Round:
    """Take a round off, and tell everyone invited.

    One that is open takes nothing more and ends at the next tick: what was said in it is destroyed unread, what was
    offered by name still gets its personal reply (rule 8).
    """
    was_open = round_.state is RoundState.OPEN
    if was_open:
        cancelled = replace(move(round_, RoundState.RELEASING), called_off=True)
    else:
        cancelled = replace(move(round_, RoundState.CANCELLED), ended_at=now)
    await tx.rounds.put(cancelled)
    if was_open:
        await end_invitations(tx, round_, now)
        people = await invited_people(tx, round_.id)
        await tx.outbox.mail(
            items.news(Kind.CANCELLED, people, now, context.parts.holidays, change=change, round_=round_)
        )
    if round_.kind is RoundKind.HEARD:
        # Without a heard check the change could never close: another one takes its place.
        await plan_heard_check(context, tx, change, now)
    return cancelled


async def end_invitations(tx: Transaction, round_: Round, now: datetime) -> None:
    """Drop what still waits of a round, and put a message without a token in the place of every invitation."""
    await tx.outbox.drop(round_id=round_.id, kinds=frozenset({Kind.INVITE, Kind.REMINDER}))
    invited = await tx.outbox.of_round(round_.id, Kind.INVITE)
    sent = [item.person for item in invited if item.ref is not None and item.person is not None]
    await tx.outbox.mail(items.follow_up(Kind.ROUND_OVER, round_, sent, now))
