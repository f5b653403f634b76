"""When it is looked who is there, whatever events said: at once for whoever is new, and every night."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.background import failed
from adapters.slack.workspaces import Workspaces
from bot.ids import TenantId
from bot.ports import Clock

NIGHT = time(3)
"""Local time from which on everyone is looked at once more."""

NEW_S = 60.0
"""Seconds between two looks at who installed us."""


@dataclass(slots=True)
class Looks:
    """The looks at every workspace; `zone` says when it is night."""

    workspaces: Workspaces
    look: Callable[[TenantId], Awaitable[None]]
    clock: Clock
    zone: str
    _looked_at: dict[TenantId, datetime] = field(default_factory=dict, init=False)

    async def go_on(self) -> None:
        """Do what is due, again and again."""
        while True:
            await self.due()
            await asyncio.sleep(NEW_S)

    async def due(self) -> None:
        """Look at whoever is new, and at everyone who was not looked at since the night began.

        One that fails holds up no other, and is tried again.
        """
        now = self.clock.now()
        night_at = last_night(now, self.zone)
        try:
            tenants = await self.workspaces.all()
        except Exception as error:  # noqa: BLE001 -- it is tried again
            failed("Slack", error)
            return
        for tenant in tenants:
            looked_at = self._looked_at.get(tenant)
            if looked_at is None or looked_at < night_at:
                await self._one(tenant, now)
        self._looked_at = {tenant: at for tenant, at in self._looked_at.items() if tenant in tenants}

    async def _one(self, tenant: TenantId, now: datetime) -> None:
        try:
            await self.look(tenant)
        except Exception as error:  # noqa: BLE001 -- it is tried again
            failed("Slack", error)
        else:
            self._looked_at[tenant] = now


def last_night(now: datetime, zone: str) -> datetime:
    """Return the newest moment, not after `now`, at which the night's look began in `zone`."""
    local = now.astimezone(ZoneInfo(zone))
    tonight = datetime.combine(local.date(), NIGHT, local.tzinfo)
    if tonight <= local:
        return tonight
    return datetime.combine(local.date() - timedelta(days=1), NIGHT, local.tzinfo)
