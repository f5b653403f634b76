"""`ruimte serve` and `ruimte demo`: what keeps running."""

from __future__ import annotations

import asyncio
import logging
import webbrowser
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web

from adapters.cli.opening import run
from adapters.cli.sentences import tell, warn
from adapters.collector import settle
from adapters.platforms import Platforms
from adapters.server import make_app, serving, shown_host, stop_signal
from adapters.settings import Settings, load_settings
from adapters.wiring import build, kept, platforms, running
from bot.errors import SettingsInvalid
from bot.ids import TenantId
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte
from storage import migrations

_QUIET = (
    *("aiohttp.access", "alembic", "aiosqlite", "apscheduler", "asyncio", "botbuilder", "botframework", "msrest"),
    *("slack_bolt", "slack_sdk", "sqlalchemy", "urllib3"),
)
"""Loggers that would say when or what somebody sent."""
_BROWSER_LIMIT_S = 20.0


def run_service(*, upgrade: bool) -> None:
    """Serve until told to stop."""
    settings = load_settings()
    _log_quietly()
    run(_serve(settings, upgrade=upgrade))


def run_demo(*, host: str, port: int, directory: Path | None, open_: bool) -> None:
    """Serve the sandbox until told to stop."""
    settings = load_settings()
    _log_quietly()
    with suppress(KeyboardInterrupt):
        run(_demo(host, port, directory or settings.data / "sandbox", open_=open_))


async def _serve(settings: Settings, *, upgrade: bool) -> None:
    if upgrade:
        await migrations.upgrade(settings.database_url)
    stop = stop_signal()
    _say_platforms(settings)
    async with (
        kept(settings) as storage,
        platforms(settings, storage) as all_,
        build(settings, messenger=all_.messenger, directory=all_.directory, storage=storage) as parts,
    ):
        await _run(settings, parts, all_, stop)


async def _run(settings: Settings, parts: Parts, platforms: Platforms, stop: asyncio.Event) -> None:
    """Serve and tick until told to stop."""
    service = Ruimte(parts)

    async def healthy() -> None:
        await _reach(parts, settings.tenant)

    app = make_app(healthy=healthy)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(platforms.running(service, app, clock=parts.clock))
        await stack.enter_async_context(running(service, settings, clock=parts.clock, tenants=platforms.tenants))
        port = await stack.enter_async_context(_served(settings, app))
        settle()
        tell("serve.at", address=f"http://{shown_host(settings.host)}:{port}")
        await stop.wait()
        tell("serve.stops")


@asynccontextmanager
async def _served(settings: Settings, app: web.Application) -> AsyncIterator[int]:
    """Serve, and say it clearly where the address cannot be had."""
    async with AsyncExitStack() as stack:
        try:
            port = await stack.enter_async_context(serving(app, host=settings.host, port=settings.port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingsInvalid(
                f"RUIMTE_HOST {settings.host} and RUIMTE_PORT {settings.port} cannot be had: {reason}"
            ) from error
        yield port


def _say_platforms(settings: Settings) -> None:
    """Say what people can reach it by."""
    if settings.teams is not None and not settings.teams.app_id:
        warn("serve.teams_development")
    if not settings.platforms:
        warn("serve.no_platform")


async def _reach(parts: Parts, tenant: TenantId) -> None:
    """Ask the database for something small. Raises StoreUnavailable."""
    async with parts.store.read(tenant) as tx:
        await tx.outbox.next_due_at()


async def _demo(host: str, port: int, directory: Path, *, open_: bool) -> None:
    from adapters.demo import serve_demo  # noqa: PLC0415 -- no other command needs the sandbox

    opening = asyncio.create_task(_open_browser(host, port)) if open_ and port else None
    try:
        await serve_demo(
            host=host, port=port, directory=directory, tell=lambda address: tell("demo.at", address=address)
        )
    finally:
        if opening is not None:
            opening.cancel()


async def _open_browser(host: str, port: int) -> None:
    """Open the page when somebody listens there."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_BROWSER_LIMIT_S):
            while not await _listens(host, port):  # noqa: ASYNC110 -- nothing tells when another program listens
                await asyncio.sleep(0.1)
            await asyncio.to_thread(webbrowser.open, f"http://{shown_host(host)}:{port}")


async def _listens(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


def _log_quietly() -> None:
    """Log to the error stream; libraries only where something is wrong, and never a request."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
