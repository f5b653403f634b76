"""The HTTP server: where and until when it serves, its health, and errors as a status without a word of anyone."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.background import place_of
from bot.errors import (
    IllegalMove,
    NotAllowed,
    NotFound,
    PageUnknown,
    Refused,
    RoundClosed,
    RuimteError,
    StaleWrite,
    StoreUnavailable,
    StoreVersion,
    TokenRejected,
)

HEALTH_LIMIT_S = 3.0
"""Seconds in which the database has to answer for the service to be well."""
BODY_MAXIMUM = 256 * 1024
"""Bytes of a request; the largest page is 8 KB, and a platform wraps it in its own payload."""

Healthy = Callable[[], Awaitable[None]]
"""Returns when the service is well. Raises RuimteError when it is not."""

_STATUS: dict[type[RuimteError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    PageUnknown: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    TokenRejected: HTTPStatus.FORBIDDEN,
    Refused: HTTPStatus.CONFLICT,
    RoundClosed: HTTPStatus.CONFLICT,
    IllegalMove: HTTPStatus.CONFLICT,
    StaleWrite: HTTPStatus.CONFLICT,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreVersion: HTTPStatus.SERVICE_UNAVAILABLE,
}

_log = logging.getLogger(__name__)


def status_of(error: RuimteError) -> HTTPStatus:
    """Return the status of an error of ours."""
    known = (status for kind, status in _STATUS.items() if isinstance(error, kind))
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)


def make_app(*, healthy: Healthy) -> web.Application:
    """Make the application with `/healthz`; platforms add their routes to it."""
    app = web.Application(middlewares=[_errors], client_max_size=BODY_MAXIMUM)

    async def healthz(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(HEALTH_LIMIT_S):
                await healthy()
        except RuimteError as error:
            return _refusal(error)
        except TimeoutError:
            return _refusal(StoreUnavailable())
        return web.json_response({"status": "ok"})

    app.router.add_get("/healthz", healthz)
    return app


@asynccontextmanager
async def serving(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the block ends; give the port (another than asked for 0). Requests under way are let finish.

    No access log: a line a request, with its time, would say when someone answered.
    Raises OSError where the address cannot be had.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=10.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def stop_signal() -> asyncio.Event:
    """Return an event that is set when the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no handlers: Ctrl-C raises KeyboardInterrupt there.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


def shown_host(host: str) -> str:
    """Return how a host that is served at is reached from this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into a status and a code."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except RuimteError as error:
        return _refusal(error)
    except Exception as error:  # noqa: BLE001 -- aiohttp would log the text of it, which may hold an answer
        _log.error("A request failed: %s at %s", type(error).__name__, place_of(error))
        return _refusal(RuimteError())


def _refusal(error: RuimteError) -> web.Response:
    return web.json_response({"error": error.code}, status=status_of(error))
