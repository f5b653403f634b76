"""People: who can be written to, in which language, and when they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.ids import Language, PersonId, TeamKey, TenantId


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in a tenant.

    `starts` and `ends` are their working hours in their own `zone` (IANA) on `workdays` (Monday is 0); `region` is the
    country whose public holidays they keep (ISO 3166-1, or "NL-ZH" with a part). `reachable` is False while the
    platform gives no way to write to them. `away` are the spans since `joined_at`, from leaving to coming back. Nothing
    here says whether they answered anything.
    """

    tenant: TenantId
    id: PersonId
    name: str
    language: Language
    zone: str
    teams: tuple[TeamKey, ...] = ()
    starts: time = time(9)
    ends: time = time(17)
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    region: str = "NL"
    joined_at: datetime | None = None
    left_at: datetime | None = None
    guest: bool = False
    reachable: bool = True
    snoozed_until: date | None = None
    stopped: bool = False
    away: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def present(self) -> bool:
        """Whether they are in the organisation and take part: guests and those who left do not."""
        return self.left_at is None and not self.guest

    def was_there(self, moment: datetime) -> bool:
        """Say whether they were in the organisation at a moment, as far as is known."""
        joined = self.joined_at is None or self.joined_at <= moment
        return joined and not any(left <= moment < back for left, back in self.away)
