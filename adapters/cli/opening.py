"""What commands open before they work: the settings, the parts, the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TypeVar

from adapters.platforms import Unconnected
from adapters.settings import Settings, load_settings
from adapters.wiring import build
from bot.ids import TenantId
from bot.service.parts import Parts

T = TypeVar("T")


def run(work: Coroutine[None, None, T]) -> T:
    """Do asynchronous work to its end."""
    return asyncio.run(work)


def tenant_of(named: str, settings: Settings) -> TenantId:
    """Return the tenant that was named, or the one that is set."""
    return TenantId(named) if named else settings.tenant


@asynccontextmanager
async def opened(settings: Settings | None = None, *, made_by: str | None = "service") -> AsyncIterator[Parts]:
    """Give the parts as they are for a command: with the database, and without a platform.

    `made_by`: who must have made the database; None for a command that only reads.
    """
    async with build(
        settings or load_settings(), messenger=Unconnected(), directory=Unconnected(), made_by=made_by
    ) as parts:
        yield parts
