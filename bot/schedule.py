"""What is due and when: all time arithmetic, and the attention that people are asked for. Pure; `now` is passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.change import Change
from bot.people import Person
from bot.ports import Holidays

MINUTES_A_CHANGE = 15.0
"""Minutes of questions that a change may ask of one person in `MINUTES_WINDOW` (rule 6)."""
MINUTES_WINDOW = timedelta(days=28)
MESSAGES_A_WEEK = 2
WEEK = timedelta(days=7)
WAVE = timedelta(hours=24)
"""How long the key of a wave lives."""
EXTENSION_WORKING_DAYS = 3
HEARD_WORKING_DAYS = 5
REPLY_WORKING_DAYS = 2
DRAFT_WORKING_DAYS = 2
"""A draft lies with people so many working days before there is an outcome."""
OFFER_WORKING_DAYS = 5
PULSE_WORKING_DAYS = 10
"""A team is not pulsed twice within this many working days."""
CLOSING_TIME = time(17)
"""Local time at which a round closes on its last day."""
WORKING_WEEK = range(5)
"""Monday to Friday."""
HORIZON_DAYS = 400
"""How far ahead a working moment is looked for; beyond it someone has none."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works: what `Person` says of it, as a key, so that people with the same hours are reckoned once."""

    zone: str
    starts: time
    ends: time
    workdays: tuple[int, ...]
    region: str


def hours_of(person: Person) -> Hours:
    """Return someone's hours."""
    return Hours(person.zone, person.starts, person.ends, person.workdays, person.region)


def working_moment(hours: Hours, earliest: datetime, holidays: Holidays) -> datetime | None:
    """Return the first moment from `earliest` on within these hours, on a working day, no holiday; None: never."""
    zone = _zone(hours.zone)
    local = earliest.astimezone(zone)
    for ahead in range(HORIZON_DAYS):
        day = local.date() + timedelta(days=ahead)
        if day.weekday() not in hours.workdays or holidays.is_holiday(hours.region, day):
            continue
        begins = datetime.combine(day, hours.starts, zone).astimezone(UTC)
        ends = datetime.combine(day, hours.ends, zone).astimezone(UTC)
        if earliest < ends:
            return max(begins, earliest.astimezone(UTC))
    return None


def moments(earliest: datetime, holidays: Holidays) -> Callable[[Person], datetime | None]:
    """Return a function that gives a person their first working moment from `earliest` on, snooze included.

    People with the same hours and the same snooze are reckoned once: planning is one look-up a person.
    """
    known: dict[tuple[object, ...], datetime | None] = {}

    def moment(person: Person) -> datetime | None:
        # A plain tuple: making and comparing `Hours` for everyone is half of the time of planning.
        key = (person.zone, person.starts, person.ends, person.workdays, person.region, person.snoozed_until)
        if key not in known:
            known[key] = working_moment(hours_of(person), _after_snooze(person, earliest), holidays)
        return known[key]

    return moment


def _after_snooze(person: Person, earliest: datetime) -> datetime:
    """A snooze lasts until the beginning of its day, where the person lives."""
    if person.snoozed_until is None:
        return earliest
    return max(earliest, datetime.combine(person.snoozed_until, time(0), _zone(person.zone)).astimezone(UTC))


def is_working_day(day: date, region: str, holidays: Holidays) -> bool:
    """Say whether an organisation in `region` works on `day`: Monday to Friday, no public holiday."""
    return day.weekday() in WORKING_WEEK and not holidays.is_holiday(region, day)


def working_days_after(day: date, count: int, region: str, holidays: Holidays) -> date:
    """Return the day that is `count` working days after `day`; negative counts go back."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, region, holidays):
            day += step
    return day


def day_begins(day: date, zone: str) -> datetime:
    """Return the moment at which `day` begins in `zone`, in UTC."""
    return datetime.combine(day, time(0), _zone(zone)).astimezone(UTC)


def day_closes(day: date, zone: str) -> datetime:
    """Return the moment at which a round closes on `day` in `zone`, in UTC."""
    return datetime.combine(day, CLOSING_TIME, _zone(zone)).astimezone(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """Return the day that `moment` falls on in `zone`."""
    return moment.astimezone(_zone(zone)).date()


def wave_of(opens_at: datetime, moment: datetime, *, extended: bool = False) -> int:
    """Number the wave that `moment` falls in, from 0 at the opening.

    With a round that is extended another wave begins, on whatever day: the key of the one before died at its close.
    """
    return max(0, (moment - opens_at) // WAVE) + extended


def wave_ends_at(opens_at: datetime, wave: int, closes_at: datetime) -> datetime:
    """Return when the key of a wave must be gone: a day after it began, never past the close."""
    return min(opens_at + (wave + 1) * WAVE, closes_at)


def welcome_wave(now: datetime) -> int:
    """Number the days on which welcome messages go out."""
    return int(now.timestamp() // WAVE.total_seconds())


def next_free(sent: Sequence[datetime], now: datetime) -> datetime:
    """Return from when on one more message fits the two a week, given when earlier ones were sent.

    What was sent at the same moment was one message: a bundle.
    """
    recent = sorted({moment for moment in sent if moment > now - WEEK})
    if len(recent) < MESSAGES_A_WEEK:
        return now
    return recent[-MESSAGES_A_WEEK] + WEEK


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a planning asks of someone: a day, a message or not, and minutes."""

    on: date
    minutes: float
    message: bool
    what: str


@dataclass(frozen=True, slots=True)
class TooMuch:
    """A planning that does not fit: `what` is "budget" (minutes in 28 days) or "messages" (in 7 days), from `on`."""

    what: str
    on: date
    amount: float


def too_much(asked: Sequence[Asked]) -> tuple[TooMuch, ...]:
    """Say where a planning asks more attention than people have (rule 6): each kind at most once, the first window."""
    found: list[TooMuch] = []
    days = sorted({one.on for one in asked})
    for day in days:
        minutes = sum(one.minutes for one in asked if day <= one.on < day + MINUTES_WINDOW)
        messages = sum(one.message for one in asked if day <= one.on < day + WEEK)
        if minutes > MINUTES_A_CHANGE and all(one.what != "budget" for one in found):
            found.append(TooMuch("budget", day, minutes))
        if messages > MESSAGES_A_WEEK and all(one.what != "messages" for one in found):
            found.append(TooMuch("messages", day, messages))
    return tuple(found)


def reminder_on(opens_on: date, closes_on: date, region: str, holidays: Holidays) -> date | None:
    """Return the day of the one reminder: a working day before the close; None for a round too short to need one."""
    day = working_days_after(closes_on, -1, region, holidays)
    return day if day > working_days_after(opens_on, 1, region, holidays) else None


def frame_to_managers_on(change: Change, holidays: Holidays) -> date:
    """Return the working day before everyone hears the frame."""
    return working_days_after(change.frame_on, -1, change.country, holidays)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    """Read a zone once."""
    return ZoneInfo(name)
