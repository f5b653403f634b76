"""Outcomes, and the end of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.change import Change, ChangeState, Outcome, Point, Verdict, decide, move
from bot.digest.digest import load
from bot.events import Submitted
from bot.ids import FieldKey, ScenarioKey
from bot.messages import Invalid, Notice, Paragraph, Reply
from bot.outbox import Kind
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.service import items
from bot.service.closing import check_close
from bot.service.context import Context, rounds_of
from bot.service.core_team.drafts import check_draft
from bot.service.core_team.lookup import change_of, fields_of, missing, point_of
from bot.service.core_team.marks import mark_decided
from bot.service.telling import everyone_of, heard_check, plan_heard_check
from bot.wording import personal
from bot.wording.core_forms import read_localised
from bot.wording.words import Words


async def decide_point(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Record an outcome, tell everyone, and plan the heard check when it was the last."""
    change, point = await point_of(tx, event.state, event.person)
    await check_draft(context, tx, change, point)
    given = fields_of(event)
    if given.get("verdict") not in set(Verdict):
        return Invalid(((FieldKey("verdict"), words.say("invalid.choose")),))
    decision = read_localised(change, given, "decision")
    if decision is None and not any(one.point == point.key for one in change.scenarios):
        return missing(words, change, "decision", words.say("refused.no_decision"))
    reason = read_localised(change, given, "reason")
    if reason is None:
        return missing(words, change, "reason")
    another = read_localised(change, given, "another")
    if another is None and await _another_named(tx, change, point):
        return missing(words, change, "another")
    outcome = Outcome(
        Verdict(given["verdict"]),
        reason,
        now,
        themes=point.linked,
        chosen=ScenarioKey(given["chosen"]) if given.get("chosen") else None,
        decision=decision,
        changed=read_localised(change, given, "changed"),
        others=read_localised(change, given, "others"),
        another=another,
    )
    decided = decide(change, point.key, outcome)
    await tx.changes.put(decided)
    people = await everyone_of(tx, change)
    await tx.outbox.mail(items.news(Kind.OUTCOME, people, now, context.parts.holidays, change=change, about=point.key))
    await plan_heard_check(context, tx, decided, now)
    await mark_decided(context, tx, decided, point, now)
    return personal.said(words, "decided", point=point.text)


async def _another_named(tx: Transaction, change: Change, point: Point) -> bool:
    """Say whether anyone named another scenario: it is placed beside the others, or answered (rule 4)."""
    for round_ in await rounds_of(tx, change):
        if round_.kind is RoundKind.SCENARIOS and round_.point in {None, point.key}:
            raw = await tx.answers.digest(round_.id)
            parts = [part for page in load(raw).pages for part in page.parts] if raw is not None else []
            if any(part.field == "another" and part.themes is not None and part.themes.voices for part in parts):
                return any(one.point == point.key for one in change.scenarios)
    return False


async def close(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    change = await change_of(tx, event.state, event.person)
    check = heard_check(change, await rounds_of(tx, change))
    if change.state is ChangeState.RUNNING and check is None:
        # Where nothing was open no outcome planned it.
        await plan_heard_check(context, tx, change, now)
        missing = words.say("refused.close_undecided" if change.undecided else "refused.close_heard_check")
        return Notice(words.say("notice.sorry_title"), (Paragraph(missing),))
    await close_change(context, tx, change, now)
    return personal.said(words, "closed")


async def close_change(context: Context, tx: Transaction, change: Change, now: datetime) -> Change:
    """Close a change. Raises Refused while a point is undecided, a round is open, or the heard check was not held."""
    await check_close(tx, change)
    closed = replace(move(change, ChangeState.CLOSED), closed_at=now)
    await tx.changes.put(closed)
    people = await everyone_of(tx, change)
    await tx.outbox.mail(items.news(Kind.CHANGE_CLOSED, people, now, context.parts.holidays, change=change))
    return closed
