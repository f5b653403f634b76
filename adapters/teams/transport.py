"""What carries messages to Teams, as a role. No type of an SDK is in it: another SDK is another file behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.ids import ChannelId, TenantId

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """Where a request goes: the service of a tenant, and what we are called there (`28:` and the app's id)."""

    tenant: TenantId
    service_url: str
    bot: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that was posted: the conversation in which it stands, and its own id."""

    conversation: str
    activity: str


@dataclass(frozen=True, slots=True)
class Members:
    """A page of the members of a team, a channel or a chat, as Teams describes them; `after` asks for the next page."""

    members: Sequence[Json]
    after: str = ""


class Transport(Protocol):
    """Requests to Teams, each made once: no retry, no redirect, an answer within seconds.

    Every method raises what `adapters.teams.calls.refusal` names, `Unheard` where nothing was asked, `Lost` where what
    was asked may have been done.
    """

    async def post(self, line: Line, conversation: str, activity: Json) -> Posted:
        """Post a message in a conversation."""
        ...

    async def update(self, line: Line, posted: Posted, activity: Json) -> None:
        """Put a message in the place of one that was posted."""
        ...

    async def delete(self, line: Line, posted: Posted) -> None:
        """Take away a message that was posted."""
        ...

    async def open_chat(self, line: Line, account: str) -> str:
        """Return the personal conversation with somebody (`29:...`, or an Entra object id); nothing is posted."""
        ...

    async def open_thread(self, line: Line, channel: ChannelId, activity: Json) -> Posted:
        """Post a message in a channel; replies are posted in the conversation that it gives."""
        ...

    async def members(self, line: Line, conversation: str, after: str) -> Members:
        """Return a page of who is in a conversation; `after` "" is the first."""
        ...
