"""What `ruimte doctor` asks Microsoft itself, where Teams is configured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from adapters.finding import Found, do
from adapters.settings import Settings
from adapters.wiring import kept, teams
from bot.change import ChangeState
from bot.errors import RuimteError, StoreForeign, StoreUnavailable, StoreVersion

if TYPE_CHECKING:
    from adapters.teams.checks import TeamsCheck
    from bot.ids import TenantId
    from storage.opening import Storage


async def look(settings: Settings) -> AsyncIterator[Found]:
    """Yield how everything in Teams is.

    Nothing where Teams is not configured, or the database is not as it should be, which is said already.
    """
    if settings.teams is None:
        return
    try:
        async with kept(settings) as storage, teams(settings, storage) as platform:
            if platform is None:
                return
            from adapters.teams.checks import TeamsCheck  # noqa: PLC0415 -- with Microsoft's SDK, half a second to load

            async for found in _all(TeamsCheck(platform), storage, settings.teams.tenants):
                yield found
    except (StoreUnavailable, StoreVersion, StoreForeign):
        return
    except RuimteError as error:
        yield do("teams.failed", error=str(error).splitlines()[0].rstrip("."))


async def _all(check: TeamsCheck, storage: Storage, tenants: tuple[TenantId, ...]) -> AsyncIterator[Found]:
    for looking in (check.way_in(), check.credential(), check.keys()):
        async for found in looking:
            yield found
    for tenant in tenants:
        async with storage.store.read(tenant) as tx:
            people = await tx.people.all()
            changes = [change for change in await tx.changes.all() if change.state is not ChangeState.CLOSED]
        async for found in check.reach(tenant, people):
            yield found
        for change in changes:
            async for found in check.channel(change):
                yield found
