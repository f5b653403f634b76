"""Time arithmetic: working moments, waves, two messages a week, and plannings that ask too much."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.holidays import LibraryHolidays
from bot.schedule import (
    MESSAGES_A_WEEK,
    WAVE,
    WEEK,
    Asked,
    Hours,
    day_begins,
    day_closes,
    is_working_day,
    moments,
    next_free,
    reminder_on,
    too_much,
    wave_ends_at,
    wave_of,
    working_days_after,
    working_moment,
)
from tests.examples import a_person
from tests.world import NoHolidays

FREE = NoHolidays()
REAL = LibraryHolidays()
ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")

zones = st.sampled_from(ZONES)
days = st.sets(st.integers(0, 6), min_size=1).map(lambda some: tuple(sorted(some)))
now_and_then = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware
begin = st.integers(5, 12)
length = st.integers(2, 10)


@given(zones, days, begin, length, now_and_then, st.sampled_from(["NL", "DE-BY", "FR", "nowhere"]))
def test_a_working_moment_is_always_inside_ones_hours_and_never_too_early(
    zone: str, workdays: tuple[int, ...], starts: int, hours: int, earliest: datetime, region: str
) -> None:
    mine = Hours(zone, time(starts), time(starts + hours), workdays, region)
    moment = working_moment(mine, earliest, REAL)
    assert moment is not None
    local = moment.astimezone(ZoneInfo(zone))
    assert moment >= earliest
    assert time(starts) <= local.time() < time(starts + hours)
    assert local.weekday() in workdays
    assert not REAL.is_holiday(region, local.date())
    assert moment.tzinfo is UTC


@given(zones, days, begin, length, now_and_then)
def test_it_is_the_first_one(zone: str, workdays: tuple[int, ...], starts: int, hours: int, earliest: datetime) -> None:
    mine = Hours(zone, time(starts), time(starts + hours), workdays, "NL")
    moment = working_moment(mine, earliest, FREE)
    assert moment is not None
    probe = earliest
    while probe < moment:
        local = probe.astimezone(ZoneInfo(zone))
        assert not (time(starts) <= local.time() < time(starts + hours) and local.weekday() in workdays)
        probe += timedelta(minutes=97)


NIGHTS = [
    ("Europe/Amsterdam", date(2027, 3, 28), time(2, 30)),
    ("America/New_York", date(2027, 3, 14), time(2, 30)),
    ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15)),
    ("Europe/Amsterdam", date(2027, 10, 31), time(2, 30)),
]


@pytest.mark.parametrize(("zone", "day", "starts"), NIGHTS)
def test_on_the_night_the_clock_moves_someone_is_written_to_once_within_their_night(
    zone: str, day: date, starts: time
) -> None:
    mine = Hours(zone, starts, time(6), (0, 1, 2, 3, 4, 5, 6), "NL")
    moment = working_moment(mine, day_begins(day, zone), FREE)
    assert moment is not None
    local = moment.astimezone(ZoneInfo(zone))
    assert local.date() == day
    assert local.time() < time(6)
    # A moment that exists: it comes back from UTC as it went.
    assert local.astimezone(UTC).astimezone(ZoneInfo(zone)) == local


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 1)])
def test_a_round_closes_at_five_in_the_afternoon_where_it_is_held(zone: str, day: date) -> None:
    local = day_closes(day, zone).astimezone(ZoneInfo(zone))
    assert (local.date(), local.time()) == (day, time(17))
    assert day_begins(day, zone) < day_closes(day, zone)


def test_who_never_works_has_no_working_moment() -> None:
    assert working_moment(Hours("UTC", time(9), time(17), (), "NL"), datetime(2027, 1, 1, tzinfo=UTC), FREE) is None


def test_a_snooze_lasts_until_its_day_begins_where_someone_lives() -> None:
    person = a_person(zone="Asia/Tokyo", starts=time(0), ends=time(23), workdays=(0, 1, 2, 3, 4, 5, 6))
    moment = moments(datetime(2026, 11, 24, tzinfo=UTC), FREE)(person)
    assert moment == day_begins(date(2026, 12, 1), "Asia/Tokyo")


def test_a_snooze_that_is_over_means_nothing() -> None:
    person = a_person(workdays=(0, 1, 2, 3, 4, 5, 6), starts=time(0), ends=time(23, 59), snoozed_until=date(2026, 1, 1))
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert moments(now, FREE)(person) == now


def test_working_days_step_over_weekends_and_holidays_both_ways() -> None:
    # King's Day is Tuesday 27 April 2027.
    assert working_days_after(date(2027, 4, 26), 1, "NL", REAL) == date(2027, 4, 28)
    assert working_days_after(date(2027, 4, 28), -1, "NL", REAL) == date(2027, 4, 26)
    assert working_days_after(date(2027, 1, 15), 1, "NL", REAL) == date(2027, 1, 18)
    assert working_days_after(date(2027, 1, 18), -1, "NL", REAL) == date(2027, 1, 15)


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(1, 15))
def test_so_many_working_days_later_is_a_working_day_with_so_many_between(day: date, count: int) -> None:
    later = working_days_after(day, count, "NL", REAL)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(is_working_day(one, "NL", REAL) for one in between) == count
    assert is_working_day(later, "NL", REAL)


@given(st.lists(st.integers(0, 60 * 24 * 30), min_size=1, max_size=40))
def test_whoever_waits_for_next_free_never_sends_a_third_message_in_seven_days(minutes: list[int]) -> None:
    start = datetime(2027, 1, 4, tzinfo=UTC)
    sent: list[datetime] = []
    for minute in sorted(minutes):
        now = max(start + timedelta(minutes=minute), sent[-1] if sent else start)
        free = next_free(sent, now)
        assert free >= now
        while free > now:
            now = free
            free = next_free(sent, now)
        sent.append(now + timedelta(seconds=1))
    for first in sent:
        assert sum(first <= one < first + WEEK for one in sent) <= MESSAGES_A_WEEK


def test_a_bundle_is_one_message() -> None:
    now = datetime(2027, 1, 12, 8, tzinfo=UTC)
    assert next_free([now, now, now], now + timedelta(hours=1)) == now + timedelta(hours=1)
    assert next_free([now, now, now + timedelta(days=1)], now + timedelta(days=2)) == now + WEEK


@given(st.datetimes(datetime(2027, 1, 1), datetime(2027, 2, 1)), st.integers(0, 60 * 24 * 20))  # noqa: DTZ001
def test_every_moment_of_a_round_lies_in_one_wave_of_a_day(opens: datetime, minutes: int) -> None:
    opens_at = opens.replace(tzinfo=UTC)
    moment = opens_at + timedelta(minutes=minutes)
    closes_at = opens_at + timedelta(days=30)
    wave = wave_of(opens_at, moment)
    assert opens_at + wave * WAVE <= moment < wave_ends_at(opens_at, wave, closes_at)
    assert wave_ends_at(opens_at, wave, closes_at) - (opens_at + wave * WAVE) == timedelta(days=1)


def test_a_wave_never_lives_past_the_close() -> None:
    opens_at = datetime(2027, 1, 4, tzinfo=UTC)
    closes_at = opens_at + timedelta(hours=30)
    assert wave_ends_at(opens_at, 1, closes_at) == closes_at


def asked(*given: tuple[int, float]) -> tuple[Asked, ...]:
    """Ask on so many days after the first of January, each a message of so many minutes."""
    return tuple(
        Asked(date(2027, 1, 1) + timedelta(days=day), minutes, message=True, what="x") for day, minutes in given
    )


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (((0, 15.0),), set()),
        (((0, 15.5),), {"budget"}),
        (((0, 8.0), (27, 8.0)), {"budget"}),
        (((0, 8.0), (28, 8.0)), set()),
        (((0, 1.0), (3, 1.0), (6, 1.0)), {"messages"}),
        (((0, 1.0), (3, 1.0), (7, 1.0)), set()),
        (((0, 9.0), (1, 9.0), (2, 1.0)), {"budget", "messages"}),
        ((), set()),
    ],
)
def test_a_planning_is_too_much_where_a_window_is(given: tuple[tuple[int, float], ...], what: set[str]) -> None:
    assert {one.what for one in too_much(asked(*given))} == what


def test_it_says_from_which_day_and_how_much() -> None:
    (found,) = too_much(asked((0, 1.0), (40, 9.0), (50, 9.0)))
    assert (found.what, found.on, found.amount) == ("budget", date(2027, 2, 10), 18.0)


def test_a_reminder_comes_a_working_day_before_the_close_and_not_in_a_short_round() -> None:
    assert reminder_on(date(2027, 1, 11), date(2027, 1, 18), "NL", FREE) == date(2027, 1, 15)
    assert reminder_on(date(2027, 1, 11), date(2027, 1, 13), "NL", FREE) is None
