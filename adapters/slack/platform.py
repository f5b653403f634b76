"""Slack as the wiring uses it: a messenger, a directory, routes, and what runs beside the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from adapters.background import Service
from adapters.settings import SlackSettings
from adapters.slack.app import EVENTS_PATH, Route, make_bolt, socket_mode
from adapters.slack.directory import Defaults, SlackDirectory, Zones
from adapters.slack.handlers import Handlers
from adapters.slack.installations import Allowed, ManyWorkspaces, SealedInstallations, Sealer
from adapters.slack.looking import Looks
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from adapters.slack.messenger import SlackMessenger
from adapters.slack.oauth import AppSecrets, make_flow
from adapters.slack.pace import Paces
from adapters.slack.signature import Signatures
from adapters.slack.workspaces import OneWorkspace, Workspaces
from adapters.trying import LONGEST_WAIT_S
from bot.ids import TenantId
from bot.ports import Clock

CALL_LIMIT_S = 15.0
"""Seconds in which Slack has to answer a call; below what a message may wait, so that the lease outlives it."""

STATE_S = 600
"""Seconds that an installation may take from its first page to its last."""


@dataclass(slots=True)
class SlackPlatform:
    """Slack, connected."""

    settings: SlackSettings
    workspaces: Workspaces
    messenger: SlackMessenger
    directory: SlackDirectory
    client: AsyncWebClient
    flow: AsyncOAuthFlow | None = None
    handlers: Handlers | None = field(default=None, init=False)

    @asynccontextmanager
    async def running(self, service: Service, app: web.Application, *, clock: Clock) -> AsyncIterator[None]:
        """Serve until the block ends: by Slack's socket, or by a route that is mounted on `app`.

        What was taken is let finish. Who is there is looked at now, and every night.
        """
        self.handlers = handlers = Handlers(service, self.workspaces, self.messenger)
        bolt = make_bolt(handlers, self.workspaces, clock, self.client)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(handlers.background.finish)
            looks = Looks(self.workspaces, handlers.look, clock, self.directory.zone)
            stack.push_async_callback(_cancel, asyncio.create_task(looks.go_on()))
            if self.settings.app_token:
                await stack.enter_async_context(socket_mode(bolt, self.settings.app_token, self.client))
            else:
                route = Route(bolt, handlers, Signatures(self.settings.signing_secret))
                app.router.add_post(EVENTS_PATH, route.receive)
            if self.flow is not None:
                app.router.add_get(INSTALL_PATH, _page(self.flow.handle_installation))
                app.router.add_get(REDIRECT_PATH, _page(self.flow.handle_callback))
            yield


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _page(answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Handler:
    """Serve a page of the installation."""

    async def serve(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await answer(await to_bolt_request(request)))

    return serve


@asynccontextmanager
async def open_slack(
    settings: SlackSettings,
    *,
    tenant: TenantId,
    defaults: Defaults,
    zones: Zones,
    kept: tuple[str, Sealer] | None = None,
) -> AsyncIterator[SlackPlatform]:
    """Give Slack until the block ends.

    One workspace by its token is `tenant`; with OAuth every workspace is a tenant of its own, and `kept` says in which
    database installations are kept, and what seals their tokens.
    """
    limit = aiohttp.ClientTimeout(total=min(CALL_LIMIT_S, LONGEST_WAIT_S))
    async with AsyncExitStack() as stack:
        # Unbounded: each workspace is held by what delivery lets be under way, and none is held up by another's.
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=limit, connector=connector))

        def client(token: str | None) -> AsyncWebClient:
            return AsyncWebClient(token=token, base_url=settings.api_url, session=session, retry_handlers=[])

        def paces() -> Paces:
            return Paces.of(settings.messages_a_second, settings.edits_a_minute)

        plain = client(settings.bot_token or None)
        workspaces: Workspaces = OneWorkspace(tenant, plain, paces())
        flow = None
        if kept is not None:
            url, sealer = kept
            engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
            stack.push_async_callback(engine.dispose)
            installations = SealedInstallations(settings.client_id, engine, sealer)
            await installations.make_tables()
            workspaces = ManyWorkspaces(installations, client, paces, Allowed(settings.workspaces))
            flow = await _flow(settings, engine, installations, plain)
        messenger = SlackMessenger(workspaces)
        yield SlackPlatform(settings, workspaces, messenger, SlackDirectory(workspaces, defaults, zones), plain, flow)


async def _flow(
    settings: SlackSettings, engine: AsyncEngine, installations: SealedInstallations, client: AsyncWebClient
) -> AsyncOAuthFlow:
    """Make the installation by OAuth, whose states are kept beside the installations."""
    states = AsyncSQLAlchemyOAuthStateStore(STATE_S, engine)
    await states.create_tables()  # type: ignore[no-untyped-call]
    secrets = AppSecrets(settings.client_id, settings.client_secret, settings.address, settings.authorize_url)
    return make_flow(secrets, Allowed(settings.workspaces), installations, states, client)
