"""The sandbox as a web application: routes, and what every answer goes through."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.web.guard import Guard, protect
from adapters.web.live import Live
from adapters.web.pages import Pages
from adapters.web.sandbox import Sandbox
from adapters.web.texts import Chrome, load_chrome
from adapters.web.view import Asset, View, load_assets, load_templates

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

LARGEST_REQUEST = 256 * 1024
"""Bytes. The largest form has a few pages of text, each character as up to twelve."""

logger = logging.getLogger(__name__)


class Site:
    """What is read from disk once: texts, templates and static files. Making one blocks."""

    def __init__(self) -> None:
        """Read and compile everything."""
        self.chrome: Chrome = load_chrome()
        self.assets: Mapping[str, Asset] = load_assets()
        self.templates = load_templates(self.assets)


def make_app(sandbox: Sandbox, site: Site, *, hosts: frozenset[str] = LOOPBACK) -> web.Application:
    """Make the application of one sandbox; `hosts` are the names under which it may be asked for."""
    guard = Guard(hosts=hosts)
    live = Live()
    pages = Pages(sandbox, site.chrome, View(sandbox, site.chrome, site.templates), guard, live)
    app = web.Application(middlewares=[_every_answer(guard, pages)], client_max_size=LARGEST_REQUEST)
    app.add_routes(
        [
            # The routes of a prefix are tried in this order, and this one is what many do at once.
            web.post("/as/{person}/send", pages.send),
            web.get("/", pages.choose),
            web.get("/health", _health),
            web.get("/explained", pages.explained),
            web.post("/language", pages.language),
            web.get("/static/{name}", _static(site.assets)),
            web.get("/as/{person}", pages.chat),
            web.get("/as/{person}/own", pages.chat),
            web.get("/as/{person}/channel", pages.chat),
            web.get("/as/{person}/messages", pages.messages),
            web.get("/as/{person}/events", pages.events),
            web.get("/as/{person}/reply/{name}", pages.reply),
            web.post("/as/{person}/press", pages.press),
            web.post("/as/{person}/clock", pages.clock),
        ]
    )

    async def end_streams(_: web.Application) -> None:
        live.end()

    app.on_shutdown.append(end_streams)
    return app


async def _health(_: web.Request) -> web.Response:
    """Say that the sandbox is there."""
    return web.Response(text="ok\n")


def _static(assets: Mapping[str, Asset]) -> Handler:
    """Serve the static files from memory; their address changes with their content."""

    async def serve(request: web.Request) -> web.Response:
        asset = assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        response = web.Response(body=asset.content, content_type=asset.media_type, charset="utf-8")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return serve


def _every_answer(guard: Guard, pages: Pages) -> Middleware:
    """Turn errors into a page with a sentence, and add the headers. Nothing of a request is logged."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await _answer(request, handler)
        if not response.prepared:
            protect(response)
        return response

    async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not guard.knows_host(request):
            return web.Response(status=421, text="Misdirected Request\n")
        try:
            return await handler(request)
        except web.HTTPException as refusal:
            return pages.error(request, _KEYS.get(refusal.status, "failed"), refusal.status)
        except Exception as error:  # noqa: BLE001 -- whatever it is, a person gets a sentence and no trace
            logger.error("a page could not be made: %s", type(error).__name__)  # noqa: TRY400 -- a trace may hold text
            return pages.error(request, "failed", 500)

    return answer


_KEYS = {403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large"}
