"""The organiser: put a change in place, and correct it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.change import Change, ChangeState, Scenario, move
from bot.correction import frame_differs
from bot.errors import IllegalMove, NotAllowed, Refused
from bot.ids import PersonId, TenantId
from bot.outbox import Delivery, Kind, Mailing
from bot.ports import Transaction
from bot.questions import LISTENING, RoundKind
from bot.round import ENDED, Round, RoundState
from bot.schedule import day_begins, frame_to_managers_on
from bot.service import items
from bot.service.checking import asked_now, check, made, new_readers, sentence, stored
from bot.service.context import Context, rounds_of
from bot.service.telling import everyone_of


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did: the change as it is now, whether it is new, and whether its frame goes to everyone again.

    `changed` is False where everything stood like that already.
    """

    change: Change
    new: bool
    frame_changed: bool
    changed: bool = True


async def apply(context: Context, tenant: TenantId, change: Change, by: PersonId | None) -> Applied:
    """Put a change in place, or a correction of it. Raises Refused with every sentence, NotAllowed."""
    problems = await check(context, tenant, change)
    if problems:
        raise Refused("change", problems="\n".join(problems))
    now = context.parts.clock.now()
    async with context.parts.store.write(tenant) as tx:
        old = await stored(tx, change)
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
        await _check_readers(context, tx, old, change)
        kept = _kept(old, change, listened=await _listened(tx, old))
        await tx.changes.put(kept)
        await _replan(context, tx, kept)
        told = old.frame_told_at is not None and frame_differs(old, kept)
        if told:
            await _tell_correction(context, tx, kept, now)
        elif old.frame_told_at is None:
            await _move_frame(tx, await plan_frame(context, tx, kept, now))
        return Applied(kept, new=False, frame_changed=told, changed=kept != old)


async def _check_readers(context: Context, tx: Transaction, old: Change, change: Change) -> None:
    """Look once more, now that no round can open, that nobody will read along who is asked. Raises Refused."""
    await tx.rounds.alone()
    asked = await asked_now(tx, await rounds_of(tx, old))
    words = context.words_of(change)
    problems = [sentence(words, one) for one in new_readers(old, change, asked)]
    if problems:
        raise Refused("change", problems="\n".join(problems))


async def _listened(tx: Transaction, change: Change) -> bool:
    """Say whether what was asked first has closed, and nothing of it is still open (rule 3)."""
    first = [one for one in await rounds_of(tx, change) if one.kind in LISTENING]
    return bool(first) and all(one.state in ENDED for one in first)


def _kept(old: Change, new: Change, *, listened: bool) -> Change:
    """A correction keeps what came of the change: where it is, outcomes, drafts, links, and who could read it."""
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
        former_readers=tuple(sorted(old.readers.union(old.former_readers) - new.readers)),
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
            if one.kind is RoundKind.HEARD:
                await _instead(tx, existing)
            round_ = replace(made(context, change, one, existing), planned_on=one.opens_on)
            await tx.rounds.put(round_)
            existing.append(round_)


async def _instead(tx: Transaction, rounds: Sequence[Round]) -> None:
    """Take off a heard check that came up by itself: the file plans it on a day of its own."""
    for one in rounds:
        if one.kind is RoundKind.HEARD and one.state is RoundState.PLANNED:
            await tx.rounds.put(replace(one, state=RoundState.CANCELLED))


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
        anew = replace(made(context, change, one, ()), id=round_.id, planned_on=one.opens_on)
        if round_.opens_at != anew.opens_at:
            # It moved by as long as the change stood still; the file does not know that.
            anew = replace(anew, opens_at=round_.opens_at, closes_at=round_.closes_at)
        await tx.rounds.put(replace(anew, version=round_.version))
    await _plan_rounds(context, tx, change)


async def plan_frame(context: Context, tx: Transaction, change: Change, now: datetime) -> Sequence[Mailing]:
    """Plan the frame: to managers a working day earlier, then to everyone. Returns what should be planned by now."""
    holidays = context.parts.holidays
    people = await everyone_of(tx, change)
    leaders = {manager.person for manager in change.managers}
    early = max(now, day_begins(frame_to_managers_on(change, holidays), change.zone))
    managers = [person for person in people if person.id in leaders]
    to_managers = items.news(Kind.FRAME_MANAGER, managers, early, holidays, change=change)
    begins = max(now, day_begins(change.frame_on, change.zone))
    if managers:
        begins = max(begins, early + timedelta(days=1))
    mailings = (*to_managers, *items.frames(change, people, begins, holidays))
    await tx.outbox.mail(mailings)
    return mailings


async def _move_frame(tx: Transaction, mailings: Sequence[Mailing]) -> None:
    """Move what was planned before to where it should be now; what went out already stays as it is."""
    planned_items = [item for mailing in mailings for item in mailing.items()]
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
    await tx.outbox.mail(
        items.news(Kind.FRAME_CHANGED, people, now, context.parts.holidays, change=change, about=about)
    )


def begin(change: Change, now: datetime) -> Change:
    """Everyone hears the frame from now on: what comes after it may come."""
    started = move(change, ChangeState.RUNNING) if change.state is ChangeState.PLANNED else change
    return replace(started, frame_told_at=now)
