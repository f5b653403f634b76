"""The draft of a together point: it goes back to everyone, and lies with them before there is an outcome (rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.change import Change, Point, PointState, with_point
from bot.errors import Refused
from bot.events import Submitted
from bot.messages import Reply
from bot.outbox import Delivery, Item, Kind
from bot.people import Person
from bot.ports import Transaction
from bot.schedule import DRAFT_WORKING_DAYS, WEEK, local_day, working_days_after
from bot.service import items
from bot.service.context import Context
from bot.service.core_team.lookup import fields_of, missing, point_of
from bot.service.telling import everyone_of
from bot.service.verdict import STALE, Facts, Verdict, verdict
from bot.wording import personal
from bot.wording.core_forms import read_localised
from bot.wording.words import Words

_ON_ITS_WAY = frozenset({Delivery.WAITING, Delivery.SENDING})
_NEVER = frozenset({Delivery.DROPPED, Delivery.UNREACHABLE})


async def draft(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Send the draft of a together point back to everyone; a later draft goes out again, and is given its time anew."""
    change, point = await point_of(tx, event.state, event.person)
    text = read_localised(change, fields_of(event), "draft")
    if text is None:
        return missing(words, change, "draft")
    if point.state is not PointState.TOGETHER or point.outcome is not None:
        raise Refused("not_open", point=point.text)
    if text == point.draft:
        # The same form twice, or pressed again: everyone has it, or will.
        return personal.said(words, "draft_told", point=point.text)
    await tx.changes.put(with_point(change, replace(point, draft=text, draft_told_at=now)))
    people = await everyone_of(tx, change)
    about = _about(point, now)
    await tx.outbox.mail(items.news(Kind.DRAFT, people, now, context.parts.holidays, change=change, about=about))
    return personal.said(words, "draft_told", point=point.text)


def _about(point: Point, told_at: datetime) -> str:
    """Name a draft of a point: a later one is another."""
    return f"{point.key}@{told_at:%Y%m%d%H%M}"


async def check_draft(context: Context, tx: Transaction, change: Change, point: Point) -> None:
    """Raise Refused while a together point cannot have an outcome: `draft_not_told`, `draft_too_soon` with the day.

    Time is counted from when the last of those who wait for the draft gets it: the two messages a week may hold it up
    for days, and without this it could arrive in one message with its outcome.
    """
    if point.state is not PointState.TOGETHER or not point.asks:
        return
    if point.draft_told_at is None:
        raise Refused("draft_not_told", point=point.text)
    today = local_day(context.parts.clock.now(), change.zone)
    last = local_day(await _last_reads_at(context, tx, change, point, point.draft_told_at), change.zone)
    ready = working_days_after(last, DRAFT_WORKING_DAYS, change.country, context.parts.holidays)
    if today < ready:
        raise Refused("draft_too_soon", point=point.text, day=ready)


async def _last_reads_at(
    context: Context, tx: Transaction, change: Change, point: Point, told_at: datetime
) -> datetime:
    """When the last of everyone gets the draft, as far as can be known now. News is not kept longer than `STALE`."""
    now = context.parts.clock.now()
    drafts = [item for item in await tx.outbox.of_change(change.id, Kind.DRAFT) if item.about == _about(point, told_at)]
    there = [item.sent_at for item in drafts if item.sent_at is not None]
    waits = [item for item in drafts if item.state in _ON_ITS_WAY and now - told_at <= STALE]
    if waits:
        there += await _expected(context, tx, change, waits, now)
    return max(there, default=told_at)


async def _expected(
    context: Context, tx: Transaction, change: Change, waits: Sequence[Item], now: datetime
) -> list[datetime]:
    """When those get a draft who wait for it; nobody waits for who snoozed, cannot be reached, or got no frame."""
    people = {person.id: person for person in await tx.people.all()}
    frames = {item.id: item.state for item in await tx.outbox.of_change(change.id, Kind.FRAME)}
    sent = await tx.outbox.sent_since([item.person for item in waits if item.person is not None], now - WEEK)
    today = local_day(now, change.zone)
    found = []
    for item in waits:
        person = people.get(item.person) if item.person is not None else None
        if person is None or _out_of_reach(person, today) or frames.get(item.parent or "") in _NEVER:
            continue
        facts = Facts(person, None, change, sent.get(person.id, ()))
        decision = verdict(item, facts, max(now, item.due_at), context.parts.holidays)
        if decision.verdict is Verdict.SEND:
            found.append(max(now, item.due_at))
        elif decision.until is not None:
            found.append(decision.until)
    return found


def _out_of_reach(person: Person, today: date) -> bool:
    return not person.reachable or (person.snoozed_until is not None and person.snoozed_until > today)
