"""Many workspaces: slack_sdk's installation store on our database, with every token sealed before it is written."""

from __future__ import annotations

import asyncio
import base64
import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Text, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.settings import ANYONE
from adapters.slack.calls import insist
from adapters.slack.pace import Paces
from adapters.slack.workspaces import Origin, Workspace, teams
from adapters.trying import UNCONNECTED_S
from bot.errors import PlatformAway
from bot.ids import TenantId

KNOWN_S = 60.0
"""Seconds that it is believed where we are installed: another replica may have heard that we were taken out."""

Kept = TypeVar("Kept", Installation, Bot)

_TOKENS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token")


class Sealer(Protocol):
    """Seals what must not be read in the database."""

    def seal(self, content: bytes) -> bytes:
        """Return it sealed."""
        ...

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises BoxBroken."""
        ...


class SealedInstallations(AsyncInstallationStore):
    """The installations, on slack_sdk's tables."""

    def __init__(self, client_id: str, engine: AsyncEngine, sealer: Sealer) -> None:
        """Keep the installations of the app `client_id`."""
        self._plain = AsyncSQLAlchemyInstallationStore(client_id, engine)
        for table in (self._plain.bots, self._plain.installations):
            for column in table.columns:
                if column.name in _TOKENS:
                    # A sealed token is longer than the 200 characters that slack_sdk gives it.
                    column.type = Text()
        self._engine = engine
        self._sealer = sealer

    async def make_tables(self) -> None:
        """Make the tables that are not there yet."""
        await self._plain.create_tables()  # type: ignore[no-untyped-call]

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, and nothing of the person who made it but their id."""
        await self._plain.async_save(self._sealed(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot."""
        await self._plain.async_save_bot(self._sealed(bot))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Find the bot of a workspace or of an organisation."""
        found = await self._plain.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return self._unsealed(found) if found is not None else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Find the newest installation."""
        found = await self._plain.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            is_enterprise_install=is_enterprise_install,
        )
        return self._unsealed(found) if found is not None else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a bot."""
        await self._plain.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget an installation."""
        await self._plain.async_delete_installation(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

    async def all(self) -> Sequence[Origin]:
        """Return where we are installed."""
        bots = self._plain.bots.c
        chosen = select(bots.enterprise_id, bots.team_id).where(bots.client_id == self._plain.client_id).distinct()
        async with self._engine.connect() as connection:
            rows = (await connection.execute(chosen)).all()
        return tuple(Origin(team or "", enterprise or "", whole=not team) for enterprise, team in rows)

    async def forget(self, origin: Origin) -> None:
        """Delete everything of a workspace, or of an organisation as a whole."""
        team = None if origin.whole else origin.team
        async with self._engine.begin() as connection:
            for table in (self._plain.bots, self._plain.installations):
                mine = table.c.client_id == self._plain.client_id
                place = table.c.team_id == team if team else table.c.team_id.is_(None)
                whose = table.c.enterprise_id == origin.enterprise if not team else place
                await connection.execute(delete(table).where(mine, place, whose))

    def _sealed(self, one: Kept) -> Kept:
        return _with_tokens(one, lambda token: base64.b64encode(self._sealer.seal(token.encode())).decode())

    def _unsealed(self, one: Kept) -> Kept:
        return _with_tokens(one, lambda token: self._sealer.unseal(base64.b64decode(token)).decode())


def _with_tokens(one: Kept, change: Callable[[str], str]) -> Kept:
    """Return it with every token changed; what an installation knows of its maker is their id."""
    changed = copy.copy(one)
    for name in _TOKENS:
        token = getattr(one, name, None)
        if token:
            setattr(changed, name, change(token))
    return changed


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may install it: workspaces and organisations by Slack's ids, or anyone."""

    names: tuple[str, ...]

    def __contains__(self, origin: Origin) -> bool:
        """Whether a workspace, or the organisation that it belongs to, is one of them."""
        return ANYONE in self.names or bool({origin.team, origin.enterprise} & set(self.names) - {""})


@dataclass(slots=True)
class ManyWorkspaces:
    """Every workspace and organisation that installed us by OAuth; each is a tenant, by Slack's id."""

    installations: SealedInstallations
    make_client: Callable[[str], AsyncWebClient]
    make_paces: Callable[[], Paces]
    allowed: Allowed
    _known: dict[TenantId, tuple[float, Workspace]] = field(default_factory=dict, init=False)
    _paces: dict[TenantId, Paces] = field(default_factory=dict, init=False)
    _origins: dict[Origin, tuple[float, TenantId | None]] = field(default_factory=dict, init=False)

    async def of(self, tenant: TenantId) -> Workspace:
        """See `Workspaces`."""
        known = self._known.get(tenant)
        if known is not None and _now() - known[0] < KNOWN_S:
            return known[1]
        bot = await self._bot(tenant)
        if bot is None:
            self._known.pop(tenant, None)
            raise PlatformAway("Slack is not connected for this tenant", retry_after_s=UNCONNECTED_S)
        workspace = await self._workspace(tenant, bot)
        self._known[tenant] = (_now(), workspace)
        return workspace

    async def _workspace(self, tenant: TenantId, bot: Bot) -> Workspace:
        client = self.make_client(str(bot.bot_token))
        among = await teams(client, await insist(client.auth_test)) if bot.is_enterprise_install else ()
        paces = self._paces.setdefault(tenant, self.make_paces())
        return Workspace(tenant, client, str(bot.bot_user_id or ""), paces, among)

    async def _bot(self, tenant: TenantId) -> Bot | None:
        """Find the bot of a tenant, whether it is a workspace or an organisation."""
        origin = next((one for one in await self._installed() if one.id == tenant), None)
        if origin is None:
            return None
        return await self.installations.async_find_bot(
            enterprise_id=origin.enterprise or None,
            team_id=origin.team or None,
            is_enterprise_install=origin.whole,
        )

    async def tenant(self, origin: Origin) -> TenantId | None:
        """See `Workspaces`. A workspace of an organisation that installed us as a whole belongs to that tenant."""
        at, known = self._origins.get(origin, (0.0, None))
        if known is None or _now() - at >= KNOWN_S:
            installed = {one.id for one in await self._installed()}
            names = [name for name in (origin.id, origin.team, origin.enterprise) if name in installed]
            known = TenantId(names[0]) if names else None
            self._origins[origin] = (_now(), known)
        return known

    async def all(self) -> Sequence[TenantId]:
        """See `Workspaces`."""
        return tuple(TenantId(one.id) for one in await self._installed())

    async def _installed(self) -> Sequence[Origin]:
        """Where we are installed and may be: one that was taken off the list is not served any more."""
        return tuple(one for one in await self.installations.all() if one in self.allowed)

    async def gone(self, origin: Origin) -> None:
        """See `Workspaces`. Its tokens are deleted; what was said and heard there stays until somebody deletes it.

        What is taken out of a workspace that has us by its organisation is taken out of the organisation: Slack names
        both, and does not say which of them it was.
        """
        installed = await self.installations.all()
        itself = [one for one in installed if one.team and one.team == origin.team]
        whole = [one for one in installed if one.whole and one.enterprise == origin.enterprise]
        for one in itself or whole:
            await self.installations.forget(one)
            self._known.pop(TenantId(one.id), None)
        self._origins.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
