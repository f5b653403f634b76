"""Whom we may write to, found out before there is anything to say: chats are opened, and nothing is posted in them."""

from __future__ import annotations

import asyncio

from adapters.teams.directory import TeamsDirectory
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import References, Scope, Standing
from bot.errors import Unreachable
from bot.ids import PersonId, TenantId

AT_ONCE = 10
"""So many chats are opened side by side: at a fifth of a second each that is the limit of the tenant."""


async def open_chats(
    directory: TeamsDirectory, messenger: TeamsMessenger, references: References, tenant: TenantId
) -> bool:
    """Open a chat with everyone of our teams with whom we have none; say whether anybody's standing changed.

    Whom Teams refuses is not within reach until a later look, or until they install us. Whoever took us out is left
    alone. Raises DeliveryFailed, StoreUnavailable; what was opened until then stays.
    """
    before = {PersonId(one.id): one.standing for one in await references.of(tenant, Scope.PERSON)}
    closed = [
        person.id
        for person in await directory.people(tenant)
        if not person.guest and before.get(person.id) not in {Standing.OPEN, Standing.REMOVED}
    ]
    turns = asyncio.Semaphore(AT_ONCE)

    async def opened(person: PersonId) -> bool:
        async with turns:
            try:
                await messenger.open_chat(tenant, person)
            except Unreachable:
                return False
            return True

    try:
        async with asyncio.TaskGroup() as group:
            tasks = {person: group.create_task(opened(person)) for person in closed}
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    # Whom we never tried counts as within reach.
    return any(task.result() != (before.get(person) is None) for person, task in tasks.items())
