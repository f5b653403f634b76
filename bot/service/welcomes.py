"""The token of the open door, which stands in the welcome message: made, numbered by its day, and its key destroyed."""

from __future__ import annotations

from bot.ids import PersonId, RoundId, TenantId
from bot.ports import Transaction
from bot.schedule import welcome_wave
from bot.service import keyring
from bot.service.context import Context
from bot.service.releasing import end_waves
from bot.token import issue, nonce

DOOR = RoundId("door")
"""What a welcome message's token is bound to: not to one batch, because it outlives them."""


async def welcome_token(context: Context, tx: Transaction, tenant: TenantId, person: PersonId) -> str | None:
    """Make the token for the open door; its nonce follows from a key that lives until the next day.

    None for those who would read what comes in: they can only ask by name.
    """
    if any(person in change.readers for change in await tx.changes.all()):
        return None
    day = welcome_wave(context.parts.clock.now())
    key = await context.parts.keys.make(keyring.wave(tenant, DOOR, day))
    return issue(await context.bind_key(tenant), DOOR, person, nonce(key, DOOR, person))


async def end_welcomes(context: Context, tenant: TenantId) -> None:
    """Destroy the keys of earlier days of welcome messages."""
    await end_waves(context, tenant, DOOR, below=welcome_wave(context.parts.clock.now()))
