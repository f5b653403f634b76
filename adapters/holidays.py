"""Public holidays, from the `holidays` library, kept per region and year."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

import holidays


class LibraryHolidays:
    """The port `Holidays` over the library; one year of a region is worked out once."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._days: dict[tuple[str, int], Container[date]] = {}

    def is_holiday(self, region: str, day: date) -> bool:
        """Say whether `day` is a public holiday in `region`; False for a region nobody knows."""
        key = (region, day.year)
        if key not in self._days:
            self._days[key] = _of_year(region, day.year)
        return day in self._days[key]


def countries() -> frozenset[str]:
    """Return the countries that the library knows, as ISO 3166-1 writes them."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def _of_year(region: str, year: int) -> Container[date]:
    """Work out one year. A region's part that the library does not know keeps the country's days."""
    country, _, part = region.partition("-")
    for subdivision in (part or None, None):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
        except NotImplementedError:
            continue
    return frozenset()
