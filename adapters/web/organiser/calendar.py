"""The planning as a calendar: what is sent on which day, and what a week asks of people's attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.web.organiser.remarks import said_day
from adapters.web.texts import Words
from bot.change import Change
from bot.ports import Holidays
from bot.questions import RoundKind
from bot.schedule import MESSAGES_A_WEEK, MINUTES_A_CHANGE
from bot.service.outlook import Outlook, Sending, Week

DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day: its name and number, whether nobody works then, and what happens on it."""

    iso: str
    weekday_number: int
    weekday: str
    number: str
    free: bool
    holiday: bool
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A week of the calendar: what it asks of `one`, the most burdened, and of `all` together.

    `crowded`: more messages than the bot sends in one.
    """

    title: str
    days: tuple[Day, ...]
    one: str
    all: str
    messages: int
    crowded: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole planning, and what it asks."""

    rows: tuple[Row, ...]
    minutes: str
    hours_in_all: str
    minutes_maximum: str
    messages_maximum: int


def calendar(words: Words, change: Change, outlook: Outlook, holidays: Holidays) -> Calendar:
    """Lay out a planning."""
    rows = tuple(_row(words, change, week, holidays) for week in outlook.weeks)
    return Calendar(
        rows,
        amount(words, outlook.minutes),
        amount(words, outlook.minutes_in_all / 60),
        amount(words, MINUTES_A_CHANGE),
        MESSAGES_A_WEEK,
    )


def amount(words: Words, number: float) -> str:
    """Write a number as people do: no digits that say nothing, and a comma where the language has one."""
    text = f"{number:.1f}".removesuffix(".0")
    return text.replace(".", words("number.point"))


def _row(words: Words, change: Change, week: Week, holidays: Holidays) -> Row:
    monday = week.begins_on
    closing = {(one.closes_on, number) for number, one in enumerate(change.planning)}
    days = tuple(
        _day(words, change, monday + timedelta(days=number), week.sendings, closing, holidays) for number in range(DAYS)
    )
    return Row(
        words("calendar.week", day=monday.day, month=words(f"day.month_{monday.month}")),
        days,
        words("calendar.one", asked=_asked(words, week.messages, week.minutes)),
        words("calendar.all", asked=_asked(words, week.messages_in_all, week.minutes_in_all)),
        week.messages,
        week.messages > MESSAGES_A_WEEK,
        not week.sendings,
    )


def _asked(words: Words, messages: int, minutes: float) -> str:
    """Say so many messages, and so many minutes where there are any."""
    said = words("calendar.messages", count=messages)
    if not minutes:
        return said
    return words("calendar.and", messages=said, minutes=words("calendar.minutes", count=amount(words, minutes)))


def _day(
    words: Words,
    change: Change,
    day: date,
    sendings: Sequence[Sending],
    closing: set[tuple[date, int]],
    holidays: Holidays,
) -> Day:
    events = [event(words, change, one) for one in sendings if one.on == day and one.people]
    events += [
        words("calendar.closes", round=words(f"kind.{change.planning[number].kind}"))
        for on, number in sorted(closing)
        if on == day
    ]
    holiday = holidays.is_holiday(change.country, day)
    return Day(
        day.isoformat(),
        day.weekday(),
        words(f"day.short_{day.weekday()}"),
        f"{day.day}",
        day.weekday() >= 5 or holiday,  # noqa: PLR2004 -- Saturday
        holiday,
        tuple(events),
    )


def event(words: Words, change: Change, one: Sending) -> str:
    """Say what is sent, and to how many."""
    planned = change.planning[one.number] if one.number is not None else None
    tap = planned is not None and planned.kind is RoundKind.BELIEVE and not one.own
    key = "tap" if tap else one.kind
    known = {"round": words(f"kind.{planned.kind}")} if planned is not None else {}
    text = words(f"calendar.{key}", count=len(one.people), **known)
    return words("calendar.latest", event=text) if one.latest else text


def summary(words: Words, change: Change) -> Iterator[str]:
    """Say in lines what will happen and when."""
    if change.frame_told_at is None:
        yield words("calendar.line_frame", day=said_day(words, change.frame_on))
    for one in change.planning:
        yield words(
            "calendar.line_round",
            round=words(f"kind.{one.kind}"),
            opens=said_day(words, one.opens_on),
            closes=said_day(words, one.closes_on),
        )
