"""What `ruimte doctor` looks at in Teams: who we are, Microsoft's keys, the way in, whom we reach, the core channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from adapters.finding import Found, do, good, know
from adapters.teams.app import MESSAGES_PATH
from adapters.teams.calls import TeamsRefused
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import Scope
from adapters.teams.tokens import KeysMissing, TokenForged
from bot.change import Change
from bot.errors import DeliveryFailed
from bot.ids import TenantId
from bot.people import Person

NOBODYS = "a key that nobody has"
KNOCK_S = 10.0
"""Seconds in which our own address has to answer."""


@dataclass(frozen=True, slots=True)
class TeamsCheck:
    """Looks at one installation."""

    platform: TeamsPlatform

    async def credential(self) -> AsyncIterator[Found]:
        """See whether Microsoft knows the app by what it shows: secret, certificate or managed identity."""
        settings = self.platform.settings
        if not settings.app_id:
            yield do("teams.development")
            return
        try:
            await self.platform.tokens.get()
        except TeamsRefused as error:
            yield do(
                f"teams.refused.{self._shown()}", app=settings.app_id, reason=error.reason, tenant=settings.app_tenant
            )
        except DeliveryFailed as error:
            yield do("teams.login_away", error=error)
        else:
            yield good(f"teams.known.{self._shown()}", app=settings.app_id)

    def _shown(self) -> str:
        """Say what it shows, as the texts name it."""
        settings = self.platform.settings
        if settings.managed_identity:
            return "identity"
        return "certificate" if settings.certificate is not None else "secret"

    async def keys(self) -> AsyncIterator[Found]:
        """See whether Microsoft's keys can be had: without them nothing that Teams sends can be checked."""
        verifier = self.platform.door.verifier
        if verifier is None:
            return
        try:
            await verifier.keys.get(NOBODYS)
        except KeysMissing:
            yield do("teams.keys_away")
        except TokenForged:
            yield good("teams.keys")

    async def way_in(self) -> AsyncIterator[Found]:
        """See whether we answer where Teams reaches us, as whoever has no token; it is asked for only if it is set."""
        address = self.platform.settings.address
        endpoint = f"{address}{MESSAGES_PATH}"
        if not address:
            yield know("teams.way_in.unknown", path=MESSAGES_PATH)
        elif urlsplit(address).scheme != "https" and not self.platform.settings.development:
            yield do("teams.way_in.unsafe", address=address)
        else:
            yield _answered(endpoint, await _status(endpoint))

    async def reach(self, tenant: TenantId, people: Sequence[Person]) -> AsyncIterator[Found]:
        """Say where we are installed, and how many cannot be written to, and what helps."""
        groups = await self.platform.references.of(tenant, Scope.GROUP)
        if not await self.platform.is_installed(tenant):
            yield do("teams.nobody", tenant=tenant)
            return
        if not groups:
            yield know("teams.no_team", tenant=tenant)
        there = [person for person in people if person.present]
        lost = [person for person in there if not person.reachable]
        if lost:
            yield know("teams.out_of_reach", count=len(lost), there=len(there), tenant=tenant)
        elif there:
            yield good("teams.reached", there=len(there), tenant=tenant)

    async def channel(self, change: Change) -> AsyncIterator[Found]:
        """See whether the digests of a change can be posted."""
        if change.channel is None:
            yield know("teams.channel.none", change=change.id)
            return
        where = {"channel": change.channel, "change": change.id}
        try:
            check = await self.platform.messenger.check_channel(change.tenant, change.channel)
        except DeliveryFailed as error:
            yield do("teams.channel.away", error=error, **where)
            return
        others = check.members - change.readers
        if not check.exists:
            yield do("teams.channel.unseen", **where)
        elif check.foreign:
            yield do("teams.channel.foreign", **where)
        elif others:
            yield do("teams.channel.others", count=len(others), who=", ".join(sorted(others)), **where)
        else:
            yield good("teams.channel.good", **where)
            yield know("teams.channel.private", **where)


async def _status(endpoint: str) -> int | None:
    """Knock without a token; return how that is answered, None where nobody answers."""
    limit = aiohttp.ClientTimeout(total=KNOCK_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(endpoint, json={}, allow_redirects=False) as response,
        ):
            return response.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None


def _answered(endpoint: str, status: int | None) -> Found:
    if status is None:
        return do("teams.way_in.silent", endpoint=endpoint)
    if status != HTTPStatus.UNAUTHORIZED:
        return do("teams.way_in.stranger", endpoint=endpoint, status=status)
    return good("teams.way_in.good", endpoint=endpoint)
