"""How the made-up people behave: how many answer, how soon, and how much they say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.people import Person


@dataclass(frozen=True, slots=True)
class Habits:
    """Chances from 0 to 1, each drawn by itself.

    `answers`: answers an invitation; `probe`: fills a field that may stay empty; `says_more`: goes on to a further
    question, each time; `quotable`: lets their words be read; `changes`, `withdraws`: comes back to it, a day or so
    later; `twice`: sends the same form twice; `offers`: offers something by name; `rumours`: comes by the open door,
    `named` of those with their name.
    """

    answers: float = 0.72
    probe: float = 0.45
    says_more: float = 0.35
    quotable: float = 0.6
    changes: float = 0.06
    withdraws: float = 0.03
    twice: float = 0.05
    offers: float = 0.06
    rumours: float = 0.3
    named: float = 0.1


def chance_of(seed: int, *about: object) -> random.Random:
    """Give the draws of one decision: the same for the same seed and the same decision, whatever came before."""
    return random.Random(":".join(map(str, (seed, *about))))  # noqa: S311 made-up behaviour, no secret


def answering_moment(person: Person, now: datetime, chance: random.Random) -> datetime:
    """Draw when someone comes to it: mostly the same day or the next, within their own working hours, to the second."""
    days = chance.choices((0, 1, 2, 3), weights=(45, 30, 17, 8))[0]
    return working_moment(person, now, days, chance)


def working_moment(person: Person, now: datetime, days: int, chance: random.Random) -> datetime:
    """Draw a moment `days` working days on (0: today, where anything is left of it), within working hours."""
    zone = ZoneInfo(person.zone)
    local = now.astimezone(zone)
    day = local.date()
    ends = datetime.combine(day, person.ends, zone)
    if day.weekday() not in person.workdays or local >= ends - timedelta(minutes=5):
        days += 1
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() not in person.workdays:
            day += timedelta(days=1)
    starts = max(datetime.combine(day, person.starts, zone), local + timedelta(minutes=1))
    ends = datetime.combine(day, person.ends, zone)
    room = max((ends - starts).total_seconds(), 60.0)
    moment = starts + timedelta(seconds=int(chance.random() * room))
    return moment.astimezone(now.tzinfo)


def pick_weighted(chance: random.Random, options: Sequence[str]) -> str:
    """Draw one option, the first ones more often than the last."""
    weights = range(len(options) + 1, 1, -1)
    return chance.choices(options, weights=weights)[0]
