"""What the rules say about a change before it is applied, and where in it; nothing changes by asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.change import SCENARIOS, Change, PlannedRound, Point, PointState
from bot.correction import check_correction
from bot.errors import NotFound, Refused
from bot.ids import PersonId, TenantId
from bot.outbox import Kind
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import audience, k_for
from bot.questions import ASKS_ABOUT_OPEN, LISTENING, RoundKind
from bot.round import Round, RoundState
from bot.schedule import Asked, TooMuch, reminder_on, too_much
from bot.service.context import Context, rounds_of
from bot.service.planning import planned, scenario_pages
from bot.service.telling import heard_check
from bot.wording.words import Words

CO_DESIGNERS = 2
"""A together point has at least so many from the floor."""

UNDER_WAY = frozenset({RoundState.OPEN, RoundState.RELEASING})


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that says no: the sentence `refused.<reason>`, what fills its gaps, and where in the change it is.

    `at` is a path as a change file has it, keys and numbers (from 0) with dots between: `planning.1.opens_on`.
    """

    reason: str
    at: str
    facts: Mapping[str, object] = field(default_factory=dict)


def sentence(words: Words, problem: Problem) -> str:
    """Say what is wrong."""
    facts = {
        name: words.say(f"kind.{value}") if isinstance(value, RoundKind) else value
        for name, value in problem.facts.items()
    }
    return words.say(f"refused.{problem.reason}", **facts)


async def check(context: Context, tenant: TenantId, change: Change) -> tuple[str, ...]:
    """Say what is wrong with a change, as sentences in its first language; empty when it may be applied."""
    words = context.words_of(change)
    return tuple(sentence(words, problem) for problem in await problems(context, tenant, change))


async def problems(context: Context, tenant: TenantId, change: Change) -> tuple[Problem, ...]:
    """Say what is wrong with a change, and where; empty when it may be applied."""
    async with context.parts.store.read(tenant) as tx:
        old = await stored(tx, change)
        people = await tx.people.all()
        rounds = await rounds_of(tx, change) if old else ()
        asked = await asked_now(tx, rounds)
    found = [
        *_corrected(old, change, asked),
        *_designers(change),
        *_own_questions(context, change),
        *_asking(change, people),
        *_planning(context, change),
        *_under_way(old, change, rounds),
        *_heard(old, change, rounds),
    ]
    return tuple(found)


async def stored(tx: Transaction, change: Change) -> Change | None:
    """Return the change as it is now, None for a new one."""
    try:
        return await tx.changes.get(change.id)
    except NotFound:
        return None


async def asked_now(tx: Transaction, rounds: Sequence[Round]) -> frozenset[PersonId]:
    """Who was invited to a round that is not over: they cannot become its readers (section 5)."""
    asked: set[PersonId] = set()
    for one in rounds:
        if one.state in UNDER_WAY:
            invited = await tx.outbox.of_round(one.id, Kind.INVITE)
            asked |= {item.person for item in invited if item.person is not None}
    return frozenset(asked)


def _corrected(old: Change | None, change: Change, asked: frozenset[PersonId]) -> Iterator[Problem]:
    """What a correction may not do."""
    if old is None:
        return
    at = {point.key: number for number, point in enumerate(change.points)}
    for reason in check_correction(old, change):
        number = at.get(_point(reason, old).key)
        yield Problem("open_to_fixed", "frame" if number is None else f"frame.{number}.state")
    yield from new_readers(old, change, asked)


def new_readers(old: Change, change: Change, asked: frozenset[PersonId]) -> Iterator[Problem]:
    """Who would read along while they are asked."""
    for person in sorted((change.readers - old.readers) & asked):
        yield Problem("new_reader", "core_team" if person in change.core_team else "organisers")


def _point(reason: str, old: Change) -> Point:
    """The point that a reason of `check_correction` is about."""
    return next(point for point in old.points if point.key == reason.partition(":")[2])


def _own_questions(context: Context, change: Change) -> Iterator[Problem]:
    """Questions of the organiser's own that are not one question, or would give away who answers."""
    for number, one in enumerate(change.planning):
        for place, page in enumerate(one.pages):
            for question in page.questions:
                if not context.parts.packs.may_ask(question.text):
                    key = "question" if question.step == 1 else "probe"
                    yield Problem("question", f"planning.{number}.ask.{place}.{key}")


def _designers(change: Change) -> Iterator[Problem]:
    """Who reads along does not count as someone from the floor."""
    for number, one in enumerate(change.points):
        if one.state is PointState.TOGETHER and len(set(one.co_designers) - change.readers) < CO_DESIGNERS:
            yield Problem("draft_designers", f"frame.{number}.co_designers")


def _asking(change: Change, people: Sequence[Person]) -> Iterator[Problem]:
    """What rules 1, 3 and 4 and the size of the audience say about the planned rounds."""
    about_open = [number for number, one in enumerate(change.planning) if one.kind in ASKS_ABOUT_OPEN]
    if about_open and not change.asks:
        yield Problem("nothing_open", f"planning.{about_open[0]}.round")
    closed = {one.key: one for one in change.points if one.state not in {PointState.OPEN, PointState.TOGETHER}}
    for number in about_open:
        key = change.planning[number].point
        if key is not None and (point := closed.get(key)):
            yield Problem("not_open", f"planning.{number}.point", {"point": point.text})
    for number, one in enumerate(change.planning):
        if one.kind is RoundKind.SCENARIOS:
            yield from _scenarios(change, one, number)
    if people and change.planning:
        try:
            k_for(takes_text=True, invited=len(audience(change, people)))
        except Refused as refused:
            yield Problem("audience_small", "audience", refused.facts)


def _scenarios(change: Change, planned_round: PlannedRound, number: int) -> Iterator[Problem]:
    listening = [one for one in change.planning if one.kind in LISTENING]
    if not any(one.closes_on < planned_round.opens_on for one in listening) or any(
        one.closes_on >= planned_round.opens_on for one in listening if one.opens_on <= planned_round.opens_on
    ):
        yield Problem("listening_first", f"planning.{number}.opens_on")
    count = len([one for one in change.scenarios if planned_round.point in {None, one.point}])
    if count and count not in SCENARIOS:
        yield Problem("scenario_count", "scenarios")


def _planning(context: Context, change: Change) -> Iterator[Problem]:
    """Where the planning asks more than people have."""
    for one in plan_too_much(context, change):
        yield Problem(f"plan_{one.what}", "planning", {"day": one.on, "amount": f"{one.amount:g}"})


def plan_too_much(context: Context, change: Change) -> tuple[TooMuch, ...]:
    """Say where the planning of a change asks more attention than people have (rule 6)."""
    asked = []
    if not any(map(change.is_tap, change.planning)):
        asked.append(Asked(change.frame_on, 0.0, message=True, what="frame"))
    for one in change.planning:
        asked.append(Asked(one.opens_on, minutes_of(context, change, one), message=True, what=one.kind))
        reminder = reminder_on(one.opens_on, one.closes_on, change.country, context.parts.holidays)
        if reminder and one.kind is not RoundKind.BELIEVE:
            asked.append(Asked(reminder, 0.0, message=True, what="reminder"))
    return too_much(asked)


def minutes_of(context: Context, change: Change, one: PlannedRound) -> float:
    """What a planned round costs someone who answers all of it; a split one costs less."""
    return sum(page.minutes for page in made(context, change, one, ()).pages)


def made(context: Context, change: Change, one: PlannedRound, existing: Sequence[Round]) -> Round:
    """Make the round that a planning means, with its pages."""
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


def _heard(old: Change | None, change: Change, rounds: Sequence[Round]) -> Iterator[Problem]:
    """One heard check asks about every outcome: the file plans one at a time, and none where it was put to people."""
    there = {one.planned_on: one.state for one in rounds if one.kind is RoundKind.HEARD}
    planned_on = {number: one.opens_on for number, one in enumerate(change.planning) if one.kind is RoundKind.HEARD}
    to_come = [number for number, on in planned_on.items() if there.get(on, RoundState.PLANNED) is RoundState.PLANNED]
    check = heard_check(old, rounds) if old is not None else None
    decided = {point.key for point in old.points if point.outcome is not None} if old is not None else set()
    more_to_come = any(point.asks and point.key not in decided for point in change.points)
    asked = check is not None and check.state is not RoundState.PLANNED and not more_to_come
    for number in to_come if asked else to_come[1:]:
        yield Problem("heard_once", f"planning.{number}.round")


def _under_way(old: Change | None, change: Change, rounds: Sequence[Round]) -> Iterator[Problem]:
    """Rounds that are open and that the file plans otherwise than before: they cannot be changed any more."""
    before = {(one.kind, one.opens_on): one for one in (old.planning if old else ())}
    plans = {(one.kind, one.opens_on): (number, one) for number, one in enumerate(change.planning)}
    for one in rounds:
        if one.state not in UNDER_WAY or one.planned_on is None:
            continue
        number, now = plans.get((one.kind, one.planned_on), (None, None))
        if now != before.get((one.kind, one.planned_on)):
            at = "planning" if number is None else f"planning.{number}.round"
            yield Problem("open_round_changed", at, {"kind": one.kind})
