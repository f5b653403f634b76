"""Teams as the wiring uses it: a messenger, a directory, a route, and what runs beside the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.resolver import DefaultResolver

from adapters.background import Service, failed
from adapters.settings import TeamsSettings
from adapters.teams import credentials
from adapters.teams.app import MESSAGES_PATH, Door, Route
from adapters.teams.connector import ConnectorTransport
from adapters.teams.credentials import AppIdentity, Certificate, KeptTokens, ManagedIdentity, NoTokens, Tokens
from adapters.teams.directory import Defaults, TeamsDirectory
from adapters.teams.handlers import PLATFORM, Handlers
from adapters.teams.hosts import PublicResolver
from adapters.teams.members import Accounts
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.opening import open_chats
from adapters.teams.pace import Paces
from adapters.teams.references import References, Scope
from adapters.teams.tokens import SigningKeys, Verifier
from adapters.teams.transport import Transport
from adapters.trying import LONGEST_WAIT_S
from bot.ids import TenantId
from bot.ports import Clock, Texts

CALL_LIMIT_S = 15.0
"""Seconds in which Teams has to answer; below what a message may wait, so that the lease outlives it."""

CONNECTIONS = 60
LOOK_S = 24 * 3600.0
"""Seconds after which we look anew who is there and whom we may write to, whatever events said."""

NEW_S = 60.0
"""Seconds between looks at whether a tenant has us by now."""


@dataclass(slots=True)
class TeamsPlatform:
    """Teams, connected. `door` says who comes in, `transport` carries what goes out."""

    settings: TeamsSettings
    door: Door
    transport: Transport
    tokens: Tokens
    references: References
    paces: Paces
    texts: Texts
    messenger: TeamsMessenger
    directory: TeamsDirectory
    handlers: Handlers | None = field(default=None, init=False)

    async def tenants(self) -> Sequence[TenantId]:
        """Return every tenant that may use us; in one where nobody has us yet, messages wait."""
        return self.settings.tenants

    @asynccontextmanager
    async def running(self, service: Service, app: web.Application, *, clock: Clock) -> AsyncIterator[None]:
        """Serve until the block ends, by a route that is mounted on `app`.

        What was taken is let finish. Who is there is looked at now, and once a day.
        """
        self.handlers = handlers = Handlers(
            service, self.references, self.messenger, self.texts, opened=self.open_chats
        )
        route = Route(self.door, handlers, clock)
        app.router.add_post(MESSAGES_PATH, route.receive)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(handlers.background.finish)
            stack.push_async_callback(_cancel, asyncio.create_task(self._look(service)))
            yield

    async def _look(self, service: Service) -> None:
        """Look who is there and whom we may write to: at once for whoever is new, and once a day."""
        looked: dict[TenantId, float] = {}
        loop = asyncio.get_running_loop()
        while True:
            for tenant in self.settings.tenants:
                if loop.time() - looked.get(tenant, -LOOK_S) < LOOK_S:
                    continue
                try:
                    if await self.is_installed(tenant):
                        await self.look(service, tenant)
                        looked[tenant] = loop.time()
                except Exception as error:  # noqa: BLE001 -- it is tried again
                    failed(PLATFORM, error)
            await asyncio.sleep(NEW_S)

    async def is_installed(self, tenant: TenantId) -> bool:
        """Say whether anybody in a tenant has us. Raises StoreUnavailable."""
        return bool(await self.references.of(tenant, Scope.GROUP) or await self.references.of(tenant, Scope.PERSON))

    async def look(self, service: Service, tenant: TenantId) -> None:
        """Take over who is there, open a chat with everyone with whom we have none, and take over what came of that."""
        await service.sync(tenant)
        if await self.open_chats(tenant):
            await service.sync(tenant)

    async def open_chats(self, tenant: TenantId) -> bool:
        """Open a chat with everyone whom we have none with; say whether whom we reach has changed.

        Raises DeliveryFailed.
        """
        return await open_chats(self.directory, self.messenger, self.references, tenant)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


@asynccontextmanager
async def open_teams(
    settings: TeamsSettings, *, references: References, texts: Texts, defaults: Defaults, clock: Clock
) -> AsyncIterator[TeamsPlatform]:
    """Give Teams until the block ends. Raises SettingsInvalid where the certificate cannot be read."""
    async with AsyncExitStack() as stack:
        resolver = PublicResolver(DefaultResolver(), development=settings.development)
        limit = aiohttp.ClientTimeout(total=min(CALL_LIMIT_S, LONGEST_WAIT_S))
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, resolver=resolver)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=limit, connector=connector))
        # Microsoft's login, and a managed identity, which is an address of this machine's host.
        plain = await stack.enter_async_context(aiohttp.ClientSession(timeout=limit))
        tokens = await make_tokens(settings, plain, clock)
        yield put_together(
            settings,
            transport=ConnectorTransport(session, tokens),
            tokens=tokens,
            references=references,
            texts=texts,
            defaults=defaults,
            keys=SigningKeys(plain, settings.openid_url),
        )


def put_together(
    settings: TeamsSettings,
    *,
    transport: Transport,
    tokens: Tokens,
    references: References,
    texts: Texts,
    defaults: Defaults,
    keys: SigningKeys,
    paces: Paces | None = None,
) -> TeamsPlatform:
    """Put Teams together on a transport."""
    verifier = Verifier(settings.app_id, keys) if settings.app_id else None
    paces, accounts = paces or Paces(settings.messages_a_second), Accounts()
    return TeamsPlatform(
        settings,
        Door(verifier, frozenset(settings.tenants), settings.development),
        transport,
        tokens,
        references,
        paces,
        texts,
        TeamsMessenger(transport, references, paces, accounts),
        TeamsDirectory(transport, references, paces, defaults, accounts),
    )


async def make_tokens(settings: TeamsSettings, session: aiohttp.ClientSession, clock: Clock) -> Tokens:
    """Make what shows who we are. Raises SettingsInvalid."""
    if not settings.app_id:
        return NoTokens()
    if settings.managed_identity:
        endpoint, header = settings.identity_endpoint, settings.identity_header
        return KeptTokens(ManagedIdentity(session, settings.app_id, endpoint, header).fetch)
    certificate = Certificate.parse(await _read(settings.certificate)) if settings.certificate else None
    identity = AppIdentity(
        session,
        clock,
        settings.app_id,
        settings.app_tenant,
        settings.app_secret,
        certificate,
        settings.login_url or credentials.LOGIN_URL,
    )
    return KeptTokens(identity.fetch)


async def _read(path: Path) -> bytes:
    """Read the certificate's file. Raises SettingsInvalid."""
    return await asyncio.to_thread(credentials.read_certificate, path)
