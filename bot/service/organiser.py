"""The organiser: put a change in place, correct it, check it before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.change import (
    SCENARIOS,
    Change,
    ChangeState,
    PlannedRound,
    PointState,
    Scenario,
    check_correction,
    frame_differs,
    move,
)
from bot.errors import IllegalMove, NotAllowed, NotFound, Refused
from bot.ids import PersonId, TenantId
from bot.localised import Localised
from bot.outbox import Delivery, Item, Kind
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import audience, k_for
from bot.questions import RoundKind
from bot.round import ENDED, Round, RoundState
from bot.schedule import (
    Asked,
    TooMuch,
    day_begins,
    frame_to_managers_on,
    reminder_on,
    too_much,
)
from bot.service import items
from bot.service.context import Context, rounds_of
from bot.service.rounds import ASKS_ABOUT_OPEN, everyone_of, planned, scenario_pages

CO_DESIGNERS = 2
"""A together point has at least so many from the floor."""

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did: the change as it is now, whether it is new, and whether its frame goes to everyone again.

    `changed` is False where everything stood like that already.
    """

    change: Change
    new: bool
    frame_changed: bool
    changed: bool = True


async def check(context: Context, tenant: TenantId, change: Change) -> tuple[str, ...]:
    """Say what is wrong with a change, as sentences in its first language; empty when it may be applied."""
    words = context.words_of(change)
    async with context.parts.store.read(tenant) as tx:
        old = await _old(tx, change)
        people = await tx.people.all()
        rounds = await rounds_of(tx, change) if old else ()
        asked = await _asked_now(tx, rounds)
    found = [words.say("refused.open_to_fixed") for _ in check_correction(old, change)] if old else []
    found += [words.say("refused.new_reader") for _ in (change.readers - old.readers) & asked] if old else []
    found += _designers(change, words.say("refused.draft_designers"))
    found += [words.say("refused.question") for _ in _own_questions(context, change)]
    found += _asking(change, people, words.say)
    found += [
        words.say(f"refused.plan_{one.what}", day=one.on, amount=f"{one.amount:g}")
        for one in plan_too_much(context, change)
    ]
    found += [
        words.say("refused.open_round_changed", kind=words.say(f"kind.{one.kind}"))
        for one in _under_way(old, change, rounds)
    ]
    return tuple(found)


async def _asked_now(tx: Transaction, rounds: Sequence[Round]) -> frozenset[PersonId]:
    """Who was invited to a round that is not over: they cannot become its readers (section 5)."""
    asked: set[PersonId] = set()
    for one in rounds:
        if one.state in {RoundState.OPEN, RoundState.RELEASING}:
            invited = await tx.outbox.of_round(one.id, Kind.INVITE)
            asked |= {item.person for item in invited if item.person is not None}
    return frozenset(asked)


def _own_questions(context: Context, change: Change) -> list[Localised]:
    """Questions of the organiser's own that are not one question, or would give away who answers."""
    asked = [one.text for planned_round in change.planning for page in planned_round.pages for one in page.questions]
    return [text for text in asked if not context.parts.packs.may_ask(text)]


def _designers(change: Change, sentence: str) -> list[str]:
    """Who reads along does not count as someone from the floor."""
    together = [one for one in change.points if one.state is PointState.TOGETHER]
    return [sentence for one in together if len(set(one.co_designers) - change.readers) < CO_DESIGNERS]


def _asking(change: Change, people: Sequence[Person], say: Say) -> list[str]:
    """What rules 1, 3 and 4 and the size of the audience say about the planned rounds."""
    found: list[str] = []
    if any(one.kind in ASKS_ABOUT_OPEN for one in change.planning) and not change.asks:
        found.append(say("refused.nothing_open"))
    asked_about = {one.point for one in change.planning if one.kind in ASKS_ABOUT_OPEN}
    found += [
        say("refused.not_open", point=one.text)
        for one in change.points
        if one.key in asked_about and one.state not in {PointState.OPEN, PointState.TOGETHER}
    ]
    for one in change.planning:
        if one.kind is RoundKind.SCENARIOS:
            found += _scenario_problems(change, one, say)
    if people and change.planning:
        try:
            k_for(takes_text=True, invited=len(audience(change, people)))
        except Refused as refused:
            found.append(say("refused.audience_small", **refused.facts))
    return found


def _scenario_problems(change: Change, planned_round: PlannedRound, say: Say) -> list[str]:
    found = []
    listening = [one for one in change.planning if one.kind in {RoundKind.LISTEN, RoundKind.SOURCE}]
    if not any(one.closes_on < planned_round.opens_on for one in listening) or any(
        one.closes_on >= planned_round.opens_on for one in listening if one.opens_on <= planned_round.opens_on
    ):
        found.append(say("refused.listening_first"))
    count = len([one for one in change.scenarios if planned_round.point in {None, one.point}])
    if count and count not in SCENARIOS:
        found.append(say("refused.scenario_count"))
    return found


def plan_too_much(context: Context, change: Change) -> tuple[TooMuch, ...]:
    """Say where the planning of a change asks more attention than people have (rule 6)."""
    asked = []
    believes = [one for one in change.planning if one.kind is RoundKind.BELIEVE and one.opens_on == change.frame_on]
    if not believes:
        asked.append(Asked(change.frame_on, 0.0, message=True, what="frame"))
    for one in change.planning:
        asked.append(Asked(one.opens_on, minutes_of(context, change, one), message=True, what=one.kind))
        reminder = reminder_on(one.opens_on, one.closes_on, change.country, context.parts.holidays)
        if reminder and one.kind is not RoundKind.BELIEVE:
            asked.append(Asked(reminder, 0.0, message=True, what="reminder"))
    return too_much(asked)


def minutes_of(context: Context, change: Change, one: PlannedRound) -> float:
    """What a planned round costs someone who answers all of it; a split one costs less."""
    round_ = _planned(context, change, one, ())
    return sum(page.minutes for page in round_.pages)


def _planned(context: Context, change: Change, one: PlannedRound, existing: Sequence[Round]) -> Round:
    pages = one.pages
    if one.kind is RoundKind.SCENARIOS:
        template = context.parts.packs.of(RoundKind.SCENARIOS).pages[0]
        pages = scenario_pages(change, template, one.point)
    return planned(
        context,
        change,
        one.kind,
        one.opens_on,
        one.closes_on,
        existing,
        pages=pages,
        questions=one.questions,
        point=one.point,
        segments=one.segments,
    )


def _under_way(old: Change | None, change: Change, rounds: Sequence[Round]) -> list[Round]:
    """Rounds that are open and that the file plans otherwise than before: they cannot be changed any more."""
    before = {(one.kind, one.opens_on): one for one in (old.planning if old else ())}
    plans = {(one.kind, one.opens_on): one for one in change.planning}
    return [
        one
        for one in rounds
        if one.state in {RoundState.OPEN, RoundState.RELEASING}
        and one.planned_on is not None
        and plans.get((one.kind, one.planned_on)) != before.get((one.kind, one.planned_on))
    ]


async def _old(tx: Transaction, change: Change) -> Change | None:
    try:
        return await tx.changes.get(change.id)
    except NotFound:
        return None


async def apply(context: Context, tenant: TenantId, change: Change, by: PersonId | None) -> Applied:
    """Put a change in place, or a correction of it. Raises Refused with every sentence, NotAllowed."""
    problems = await check(context, tenant, change)
    if problems:
        raise Refused("change", problems="\n".join(problems))
    now = context.parts.clock.now()
    async with context.parts.store.write(tenant) as tx:
        old = await _old(tx, change)
        if old is None:
            new = replace(change, tenant=tenant, version=0, scenarios=_scenarios((), change.scenarios, early=True))
            await tx.changes.put(new)
            await _plan_rounds(context, tx, new)
            await plan_frame(context, tx, new, now)
            return Applied(new, new=True, frame_changed=False)
        if by is not None and by not in old.organisers:
            raise NotAllowed("this person does not organise the change")
        if old.state is ChangeState.CLOSED:
            raise IllegalMove(f"change {old.id} is closed")
        kept = _kept(old, change, listened=await _listened(tx, old))
        await tx.changes.put(kept)
        await _replan(context, tx, kept)
        told = old.frame_told_at is not None and frame_differs(old, kept)
        if told:
            await _tell_correction(context, tx, kept, now)
        elif old.frame_told_at is None:
            await _move_frame(tx, await plan_frame(context, tx, kept, now))
        return Applied(kept, new=False, frame_changed=told, changed=kept != old)


async def _listened(tx: Transaction, change: Change) -> bool:
    """Say whether what was asked first has closed, and nothing of it is still open (rule 3)."""
    first = [one for one in await rounds_of(tx, change) if one.kind in {RoundKind.SOURCE, RoundKind.LISTEN}]
    return bool(first) and all(one.state in ENDED for one in first)


def _kept(old: Change, new: Change, *, listened: bool) -> Change:
    """A correction keeps what came of the change: where it is, outcomes, drafts and links."""
    before = {point.key: point for point in old.points}
    points = tuple(
        replace(
            point,
            outcome=before[point.key].outcome,
            draft=before[point.key].draft,
            draft_told_at=before[point.key].draft_told_at,
            linked=before[point.key].linked,
        )
        if point.key in before
        else point
        for point in new.points
    )
    return replace(
        new,
        tenant=old.tenant,
        points=points,
        scenarios=_scenarios(old.scenarios, new.scenarios, early=not listened),
        state=old.state,
        frame_told_at=old.frame_told_at,
        stopped_at=old.stopped_at,
        closed_at=old.closed_at,
        version=old.version,
    )


def _scenarios(old: Sequence[Scenario], new: Sequence[Scenario], *, early: bool) -> tuple[Scenario, ...]:
    """Mark the scenarios that are new as written before listening had closed, or not; the others stay as they were."""
    before = {scenario.key: scenario.early for scenario in old}
    return tuple(replace(one, early=before.get(one.key, early)) for one in new)


async def _plan_rounds(context: Context, tx: Transaction, change: Change) -> None:
    """Write a planned round for everything in the planning that has none yet."""
    existing = list(await rounds_of(tx, change))
    there = {(one.kind, one.planned_on) for one in existing}
    for one in change.planning:
        if (one.kind, one.opens_on) not in there:
            round_ = replace(_planned(context, change, one, existing), planned_on=one.opens_on)
            await tx.rounds.put(round_)
            existing.append(round_)


async def _replan(context: Context, tx: Transaction, change: Change) -> None:
    """Bring planned rounds in step with a correction: those that it no longer plans are off, the others anew."""
    plans = {(one.kind, one.opens_on): one for one in change.planning}
    for round_ in await rounds_of(tx, change):
        if round_.state is not RoundState.PLANNED or round_.planned_on is None:
            continue
        one = plans.get((round_.kind, round_.planned_on))
        if one is None:
            await tx.rounds.put(replace(round_, state=RoundState.CANCELLED))
            continue
        anew = replace(_planned(context, change, one, ()), id=round_.id, planned_on=one.opens_on)
        if round_.opens_at != anew.opens_at:
            # It moved by as long as the change stood still; the file does not know that.
            anew = replace(anew, opens_at=round_.opens_at, closes_at=round_.closes_at)
        await tx.rounds.put(replace(anew, version=round_.version))
    await _plan_rounds(context, tx, change)


async def plan_frame(context: Context, tx: Transaction, change: Change, now: datetime) -> Sequence[Item]:
    """Plan the frame: to managers a working day earlier, then to everyone. Returns what should be planned by now."""
    holidays = context.parts.holidays
    people = await everyone_of(tx, change)
    leaders = {manager.person for manager in change.managers}
    early = max(now, day_begins(frame_to_managers_on(change, holidays), change.zone))
    managers = [person for person in people if person.id in leaders]
    early_items = items.news(Kind.FRAME_MANAGER, managers, early, holidays, change=change)
    begins = max(now, day_begins(change.frame_on, change.zone))
    if managers:
        begins = max(begins, early + timedelta(days=1))
    planned_items = (*early_items, *items.frames(change, people, begins, holidays))
    await tx.outbox.plan(planned_items)
    return planned_items


async def _move_frame(tx: Transaction, planned_items: Sequence[Item]) -> None:
    """Move what was planned before to where it should be now; what went out already stays as it is."""
    there = [await tx.outbox.get(item.id) for item in planned_items]
    moved = [
        replace(one, due_at=item.due_at)
        for one, item in zip(there, planned_items, strict=True)
        if one.state is Delivery.WAITING and one.due_at != item.due_at
    ]
    await tx.outbox.mark(moved)


async def _tell_correction(context: Context, tx: Transaction, change: Change, now: datetime) -> None:
    """Every change of the frame reaches everyone (rule 1)."""
    people = await everyone_of(tx, change)
    about = f"{now:%Y%m%d%H%M%S}"
    await tx.outbox.plan(
        items.news(Kind.FRAME_CHANGED, people, now, context.parts.holidays, change=change, about=about)
    )


def begin(change: Change, now: datetime) -> Change:
    """Everyone hears the frame from now on: what comes after it may come."""
    started = move(change, ChangeState.RUNNING) if change.state is ChangeState.PLANNED else change
    return replace(started, frame_told_at=now)
