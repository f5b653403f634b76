"""What a change asks before it is applied: of whom, how much attention and when, and how small the groups are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.change import Change, PlannedRound
from bot.errors import Refused
from bot.ids import Language, PersonId, TeamKey, TenantId
from bot.outbox import Kind
from bot.people import Person
from bot.privacy import SMALL_AUDIENCE, audience, k_for, showable_languages
from bot.questions import RoundKind
from bot.schedule import HEARD_WORKING_DAYS, WEEK, frame_to_managers_on, reminder_on, working_days_after
from bot.service.checking import minutes_of
from bot.service.context import Context

WEEKS = 104
"""A planning that spans more is a slip in a year; the rest of it is not reckoned."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Who would be asked: how many, from how many answers on (`k`, None where they are too few), and the small groups.

    `readers` belong to the audience but read the answers, and are therefore not asked. `teams` and `languages` are
    those of the invited with their sizes, smallest first; words in the languages of `unshown` are never shown.
    """

    invited: int
    readers: int
    k: int | None
    themes_only: bool
    teams: tuple[tuple[TeamKey, int], ...]
    languages: tuple[tuple[Language, int], ...]
    unshown: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """One message of a planning to some people on a day, and the minutes that it asks of each who answers all of it.

    `number` is the place in the planning of the round that it belongs to. `own` is False for the one tap that stands
    under the frame, which is no message of its own. `latest`: on this day at the latest.
    """

    on: date
    kind: Kind
    people: frozenset[PersonId]
    number: int | None = None
    minutes: float = 0.0
    own: bool = True
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A week from a Monday on: what is sent in it, and what that asks of the most burdened person and of everyone."""

    begins_on: date
    sendings: tuple[Sending, ...]
    minutes: float
    messages: int
    minutes_in_all: float
    messages_in_all: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change asks. `minutes`: of one person who answers everything; `minutes_in_all`: if everyone did."""

    groups: Groups
    weeks: tuple[Week, ...]
    minutes: float
    minutes_in_all: float


async def outlook(context: Context, tenant: TenantId, change: Change) -> Outlook:
    """Reckon what a change asks, whether or not it may be applied as it is."""
    async with context.parts.store.read(tenant) as tx:
        people = await tx.people.all()
    sendings = tuple(_sendings(context, change, people))
    cost = _minutes(sendings)
    return Outlook(groups(change, people), _weeks(sendings), max(cost.values(), default=0.0), sum(cost.values()))


def groups(change: Change, people: Sequence[Person]) -> Groups:
    """Say who would be asked."""
    chosen = audience(change, people)
    wanted = frozenset(change.audience)
    belong = [one for one in people if one.present and (not wanted or wanted.intersection(one.teams))]
    try:
        k = k_for(takes_text=True, invited=len(chosen))
    except Refused:
        k = None
    teams = Counter(team for one in chosen for team in one.teams if not wanted or team in wanted)
    languages = Counter(one.language for one in chosen)
    shown = showable_languages(chosen, k) if k is not None else ()
    return Groups(
        invited=len(chosen),
        readers=len(belong) - len(chosen),
        k=k,
        themes_only=len(chosen) < SMALL_AUDIENCE,
        teams=tuple(sorted(teams.items(), key=lambda one: (one[1], one[0]))),
        languages=tuple(sorted(languages.items(), key=lambda one: (one[1], one[0]))),
        unshown=tuple(sorted(language for language in languages if language not in shown)),
    )


def _sendings(context: Context, change: Change, people: Sequence[Person]) -> Iterator[Sending]:
    """Yield everything that the planning sends, with what follows from it."""
    asked = frozenset(person.id for person in audience(change, people))
    present = frozenset(person.id for person in people if person.present)
    leaders = frozenset(manager.person for manager in change.managers) & present
    everyone = asked | leaders | (change.readers & present)
    holidays = context.parts.holidays
    if change.frame_on != date.min:
        yield Sending(frame_to_managers_on(change, holidays), Kind.FRAME_MANAGER, leaders)
        yield Sending(change.frame_on, Kind.FRAME, everyone)
    for number, one in enumerate(change.planning):
        if one.closes_on < one.opens_on:
            continue
        minutes = minutes_of(context, change, one)
        yield Sending(one.opens_on, Kind.INVITE, asked, number, minutes, own=not change.is_tap(one))
        reminder = reminder_on(one.opens_on, one.closes_on, change.country, holidays)
        if reminder is not None and one.kind is not RoundKind.BELIEVE:
            yield Sending(reminder, Kind.REMINDER, asked, number)
        yield Sending(_heard_on(context, change, one), Kind.WHAT_WE_HEARD, everyone, number, latest=True)


def _heard_on(context: Context, change: Change, one: PlannedRound) -> date:
    """The last day on which everyone hears what was heard: before the next round opens, which else has to wait."""
    holidays = context.parts.holidays
    last = working_days_after(one.closes_on, HEARD_WORKING_DAYS, change.country, holidays)
    after = [other.opens_on for other in change.planning if one.closes_on < other.opens_on <= last]
    if not after:
        return last
    return max(working_days_after(min(after), -1, change.country, holidays), one.closes_on)


def _weeks(sendings: Sequence[Sending]) -> tuple[Week, ...]:
    """Divide what is sent over weeks, those in between in which nothing is sent included."""
    if not sendings:
        return ()
    mondays = {_monday(one.on) for one in sendings}
    count = (max(mondays) - min(mondays)) // WEEK + 1
    begins = (min(mondays) + number * WEEK for number in range(min(count, WEEKS)))
    return tuple(_week(day, [one for one in sendings if _monday(one.on) == day]) for day in begins)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(begins_on: date, sendings: Iterable[Sending]) -> Week:
    """Reckon one week."""
    ordered = tuple(sorted(sendings, key=lambda one: (one.on, tuple(Kind).index(one.kind))))
    minutes = _minutes(ordered)
    messages = Counter(person for one in ordered if one.own for person in one.people)
    return Week(
        begins_on,
        ordered,
        max(minutes.values(), default=0.0),
        max(messages.values(), default=0),
        sum(minutes.values()),
        sum(messages.values()),
    )


def _minutes(sendings: Iterable[Sending]) -> dict[PersonId, float]:
    """What these ask of each person."""
    cost: dict[PersonId, float] = {}
    for one in sendings:
        for person in one.people if one.minutes else ():
            cost[person] = cost.get(person, 0.0) + one.minutes
    return cost
