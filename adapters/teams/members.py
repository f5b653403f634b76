"""Who is in a team, a channel or a chat, as Teams describes them, page after page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from adapters.teams.calls import insist
from adapters.teams.pace import Pace
from adapters.teams.transport import Json, Line, Members, Transport
from bot.ids import PersonId, TenantId

OURS = "user"
EXTERNAL = "#EXT#"
"""What stands in the principal name of somebody who was invited from elsewhere."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """What people are called in Teams (`29:...`), from the last look at who is there. It is kept nowhere.

    It is the surest name to open a chat with; a person's Entra object id, which is what we know them by, is the other.
    """

    names: dict[tuple[TenantId, PersonId], str] = field(default_factory=dict)

    def note(self, tenant: TenantId, member: Json) -> None:
        """Remember what somebody is called."""
        person, name = person_of(member), member.get("id")
        if person is not None and isinstance(name, str) and name:
            self.names[tenant, person] = name

    def of(self, tenant: TenantId, person: PersonId) -> str:
        """Return what somebody is called, or their id where we have not seen them."""
        return self.names.get((tenant, person), person)


async def every_member(transport: Transport, pace: Pace, line: Line, conversation: str) -> AsyncIterator[Json]:
    """Yield everyone in a conversation. Raises as `calls.refusal` names, again tried where that may be over soon."""
    after = ""
    while True:
        page = await insist(lambda after=after: _page(transport, pace, line, conversation, after))  # type: ignore[misc]
        for member in page.members:
            yield member
        if not page.after or page.after == after:
            return
        after = page.after


async def _page(transport: Transport, pace: Pace, line: Line, conversation: str, after: str) -> Members:
    async with pace.request():
        return await transport.members(line, conversation, after)


def person_of(member: Json) -> PersonId | None:
    """Return a person's id (Entra object id); None for what is no person."""
    found = member.get("aadObjectId") or member.get("objectId")
    return PersonId(found.lower()) if isinstance(found, str) and found else None


def is_foreign(member: Json, tenant: TenantId) -> bool:
    """Say whether somebody is a guest, a stranger in a meeting, or of another organisation."""
    role, whose = str(member.get("userRole") or OURS), str(member.get("tenantId") or tenant)
    elsewhere = EXTERNAL in str(member.get("userPrincipalName") or "").upper()
    return role.lower() != OURS or whose.lower() != tenant or elsewhere
