"""The workspaces that we are installed in: a client, a pace and our own name in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import insist
from adapters.slack.pace import Paces
from adapters.trying import UNCONNECTED_S
from bot.errors import PlatformAway
from bot.ids import TenantId


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a payload comes from, as Slack names it: a workspace, and the organisation that it may belong to.

    `whole` says that the organisation installed us as a whole, so that it is one tenant with all of its workspaces.
    """

    team: str
    enterprise: str = ""
    whole: bool = False

    @property
    def id(self) -> str:
        """The id that names a tenant of ours."""
        return self.enterprise if self.whole and self.enterprise else self.team


@dataclass(frozen=True, slots=True)
class Workspace:
    """One tenant in Slack. `teams` are the workspaces of an organisation as a whole, else none is named."""

    tenant: TenantId
    client: AsyncWebClient
    bot_user: str
    paces: Paces
    teams: tuple[str, ...] = ()


class Workspaces(Protocol):
    """Who has us installed."""

    async def of(self, tenant: TenantId) -> Workspace:
        """Return a tenant's workspace. Raises PlatformAway where we are not installed, DeliveryFailed."""
        ...

    async def tenant(self, origin: Origin) -> TenantId | None:
        """Say which tenant a payload belongs to; None for one that is not ours."""
        ...

    async def all(self) -> Sequence[TenantId]:
        """Return every tenant that has us installed now."""
        ...

    async def gone(self, origin: Origin) -> None:
        """Forget a tenant that took us out or revoked our token."""
        ...


@dataclass(slots=True)
class OneWorkspace:
    """One workspace, by its bot token: whatever it is called, it is the tenant that is set."""

    name: TenantId
    client: AsyncWebClient
    paces: Paces
    _known: Workspace | None = field(default=None, init=False)
    _id: str = field(default="", init=False)
    _gone: bool = field(default=False, init=False)

    async def of(self, tenant: TenantId) -> Workspace:
        """See `Workspaces`."""
        if tenant != self.name or self._gone:
            raise PlatformAway("Slack is not connected for this tenant", retry_after_s=UNCONNECTED_S)
        if self._known is None:
            said = await insist(self.client.auth_test)
            self._id = _origin(said).id
            self._known = Workspace(
                tenant, self.client, str(said.get("user_id", "")), self.paces, await teams(self.client, said)
            )
        return self._known

    async def tenant(self, origin: Origin) -> TenantId | None:
        """See `Workspaces`."""
        await self.of(self.name)
        return self.name if self._id in {origin.team, origin.enterprise} else None

    async def all(self) -> Sequence[TenantId]:
        """See `Workspaces`."""
        return () if self._gone else (self.name,)

    async def gone(self, origin: Origin) -> None:
        """See `Workspaces`. The token itself is in the environment: it is not used any more until the next start."""
        if self._id in {origin.team, origin.enterprise}:
            self._gone, self._known = True, None


def _origin(said: dict[str, object]) -> Origin:
    whole = said.get("is_enterprise_install") is True
    return Origin(str(said.get("team_id") or ""), str(said.get("enterprise_id") or ""), whole)


async def teams(client: AsyncWebClient, said: dict[str, object]) -> tuple[str, ...]:
    """Return the workspaces of an organisation that installed us as a whole. Raises DeliveryFailed."""
    if not _origin(said).whole:
        return ()
    found = await insist(client.auth_teams_list)
    return tuple(str(team["id"]) for team in found.get("teams") or ())
