"""Conversation references: where Teams lets us write to whom. Written when we are installed, never when someone acts.

What a thief of them learns is who has the app and who took it out, and nothing of rounds: a row that changed when
somebody answered would say who did, by its place in the write-ahead log alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from adapters.teams.transport import Line
from bot.ids import TenantId


class Scope(StrEnum):
    """Whom a conversation is with: one person, or a team or a private channel."""

    PERSON = "person"
    GROUP = "group"


class Standing(StrEnum):
    """Whether we may write there."""

    OPEN = "open"
    REFUSED = "refused"  # Teams does not let us; asked again at every look
    REMOVED = "removed"  # they took us out, and are left alone until they install us again


@dataclass(frozen=True, slots=True)
class Reference:
    """A conversation. `id` is the person's (Entra object id) or the group's (Teams thread id).

    `name` is that of the group or the person when we were installed, `bot` what we are called there.
    """

    tenant: TenantId
    scope: Scope
    id: str
    service_url: str
    conversation: str
    bot: str
    name: str = ""
    standing: Standing = Standing.OPEN

    @property
    def line(self) -> Line:
        """Where requests about it go."""
        return Line(self.tenant, self.service_url, self.bot)


class References(Protocol):
    """Where they are kept. Every method raises StoreUnavailable."""

    async def get(self, tenant: TenantId, scope: Scope, id_: str) -> Reference | None:
        """Return one, None where there is none."""
        ...

    async def of(self, tenant: TenantId, scope: Scope) -> Sequence[Reference]:
        """Return all of a scope, by id."""
        ...

    async def put(self, references: Sequence[Reference]) -> None:
        """Write these, whether they were there or not."""
        ...

    async def delete(self, tenant: TenantId, scope: Scope, id_: str) -> None:
        """Delete one, if it is there."""
        ...


async def line_of(references: References, tenant: TenantId) -> Line | None:
    """Return how a tenant is reached, as its first group says; None where we are in none."""
    groups = await references.of(tenant, Scope.GROUP)
    return groups[0].line if groups else None
