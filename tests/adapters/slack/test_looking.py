"""When it is looked who is there: at once for whoever is new, and every night; one that fails holds up no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.clock import VirtualClock
from adapters.slack.looking import Looks, last_night
from adapters.slack.workspaces import Workspaces
from bot.errors import DeliveryFailed
from bot.ids import TenantId

ONE, TWO = TenantId("T1"), TenantId("T2")
NOON = datetime(2027, 1, 19, 11, tzinfo=UTC)
ZONE = "Europe/Amsterdam"


@dataclass
class Installed:
    """Who has us installed."""

    tenants: tuple[TenantId, ...] = (ONE, TWO)
    failing: bool = False

    async def all(self) -> tuple[TenantId, ...]:
        if self.failing:
            raise DeliveryFailed("no")
        return self.tenants


@dataclass
class Night:
    """Looks on a clock that is moved."""

    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOON))
    installed: Installed = field(default_factory=Installed)
    looked: list[TenantId] = field(default_factory=list)
    failing: set[TenantId] = field(default_factory=set)

    def __post_init__(self) -> None:
        workspaces: Any = self.installed
        there: Workspaces = workspaces
        self.looks = Looks(there, self.look, self.clock, ZONE)

    async def look(self, tenant: TenantId) -> None:
        if tenant in self.failing:
            raise DeliveryFailed("not now")
        self.looked.append(tenant)

    async def passes(self, **time: float) -> list[TenantId]:
        """Let time pass, look every minute as the loop does, and say where it was looked."""
        self.looked.clear()
        until = self.clock.now() + timedelta(**time)
        while self.clock.now() < until:
            await self.looks.due()
            self.clock.move_to(self.clock.now() + timedelta(minutes=1))
        return list(self.looked)


async def test_everyone_is_looked_at_when_we_start_and_then_once_every_night() -> None:
    night = Night()
    assert await night.passes(hours=15) == [ONE, TWO]
    assert await night.passes(hours=1, minutes=10) == [ONE, TWO]
    assert await night.passes(days=3) == [ONE, TWO] * 3


async def test_the_look_of_the_night_is_at_three_where_we_are() -> None:
    night = Night()
    await night.passes(minutes=5)
    assert await night.passes(hours=14, minutes=54) == []
    assert night.clock.now() == datetime(2027, 1, 20, 1, 59, tzinfo=UTC)
    assert await night.passes(minutes=2) == [ONE, TWO]


async def test_who_installs_us_is_looked_at_at_once() -> None:
    night = Night(installed=Installed((ONE,)))
    await night.passes(minutes=5)
    night.installed.tenants = (ONE, TWO)
    assert await night.passes(minutes=2) == [TWO]
    night.installed.tenants = (ONE,)
    await night.passes(minutes=2)
    night.installed.tenants = (ONE, TWO)
    assert await night.passes(minutes=2) == [TWO], "who installs it again is new"


async def test_one_that_cannot_be_looked_at_is_tried_again_and_holds_up_no_other() -> None:
    night = Night(failing={ONE})
    assert await night.passes(minutes=3) == [TWO]
    night.failing.clear()
    assert await night.passes(minutes=3) == [ONE]


async def test_where_nobody_can_be_asked_who_installed_us_it_is_tried_again() -> None:
    night = Night(installed=Installed(failing=True))
    assert await night.passes(minutes=3) == []
    night.installed.failing = False
    assert await night.passes(minutes=3) == [ONE, TWO]


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2027-01-19T02:59", "2027-01-18T03:00"),
        ("2027-01-19T03:00", "2027-01-19T03:00"),
        ("2027-03-28T03:30", "2027-03-28T03:00"),
        ("2027-10-31T02:30", "2027-10-30T03:00"),
    ],
)
def test_the_night_begins_at_three_also_when_the_clock_is_moved(now: str, night: str) -> None:
    zone = last_night(datetime.fromisoformat(f"{now}+02:00"), ZONE).tzinfo
    local = datetime.fromisoformat(now).replace(tzinfo=zone)
    assert last_night(local, ZONE).replace(tzinfo=None) == datetime.fromisoformat(night)
