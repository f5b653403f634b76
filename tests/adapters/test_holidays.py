"""Public holidays of countries and their parts."""

from datetime import date

import pytest

from adapters.holidays import LibraryHolidays, countries


@pytest.mark.parametrize(
    ("region", "day", "free"),
    [
        ("NL", date(2026, 12, 25), True),
        ("NL", date(2026, 12, 24), False),
        ("NL", date(2027, 4, 27), True),
        ("DE", date(2027, 1, 6), False),
        ("DE-BY", date(2027, 1, 6), True),
        ("PT", date(2027, 4, 25), True),
        # A part that nobody knows keeps the days of its country; a country that nobody knows has none.
        ("NL-ZH", date(2026, 12, 25), True),
        ("XX", date(2026, 12, 25), False),
        ("", date(2026, 12, 25), False),
    ],
)
def test_a_region_keeps_its_own_holidays(region: str, day: date, *, free: bool) -> None:
    assert LibraryHolidays().is_holiday(region, day) is free


def test_countries_are_written_as_iso_3166_does() -> None:
    assert {"NL", "BE", "DE"} <= countries()
    assert "Netherlands" not in countries()
