"""Whom we may write to, found out before there is anything to say: chats are opened, and nothing is posted in them."""

from __future__ import annotations

from adapters.teams.directory import TeamsDirectory
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import References, Scope, Standing
from bot.errors import Unreachable
from bot.ids import PersonId, TenantId


async def open_chats(
    directory: TeamsDirectory, messenger: TeamsMessenger, references: References, tenant: TenantId
) -> bool:
    """Open a chat with everyone of our teams with whom we have none; say whether anybody's standing changed.

    Whom Teams refuses is not within reach until a later look, or until they install us. Whoever took us out is left
    alone. Raises DeliveryFailed, StoreUnavailable.
    """
    before = {PersonId(one.id): one.standing for one in await references.of(tenant, Scope.PERSON)}
    changed = False
    for person in await directory.people(tenant):
        standing = before.get(person.id)
        if person.guest or standing in {Standing.OPEN, Standing.REMOVED}:
            continue
        try:
            await messenger.open_chat(tenant, person.id)
        except Unreachable:
            changed = changed or standing is None
        else:
            changed = changed or standing is Standing.REFUSED
    return changed
