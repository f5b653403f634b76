"""The sandbox as a web application: routes, and what every answer goes through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.web.assets import Asset, load_assets, load_templates
from adapters.web.guard import Guard, protect
from adapters.web.live import Live
from adapters.web.organiser.pages import OrganiserPages
from adapters.web.organiser.view import STATIC, OrganiserView, Paper
from adapters.web.pages import Pages
from adapters.web.path import Path
from adapters.web.sandbox import Sandbox
from adapters.web.stored import StoredPages
from adapters.web.texts import Chrome, load_chrome
from adapters.web.view import View
from adapters.web.visits import Visits, own_path
from adapters.web.walking import BeginAgain, Walking
from prompts.loader import FileTexts, load_texts

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

LARGEST_REQUEST = 256 * 1024
"""Bytes. The largest form has a few pages of text, each character as up to twelve."""

LIVE = web.AppKey("live", Live)
"""The open pages of an application, for whoever moves the clock from outside it."""

AGAIN_S = 0.2
"""How long somebody waits before they knock again when the play is over."""

logger = logging.getLogger(__name__)


class Site:
    """What is read from disk once: texts, templates and static files. Making one blocks."""

    def __init__(self) -> None:
        """Read and compile everything."""
        self.chrome: Chrome = load_chrome()
        self.texts: FileTexts = load_texts()
        self.assets: Mapping[str, Asset] = {**load_assets(), **load_assets(STATIC)}
        self.templates = load_templates(self.assets)
        self.organiser = Paper.read(self.templates)


def make_app(
    sandbox: Sandbox, site: Site, *, hosts: frozenset[str] = LOOPBACK, begin_again: BeginAgain | None = None
) -> web.Application:
    """Make the application of one sandbox; `hosts` are the names under which it may be asked for.

    `begin_again` sets the stage anew in a language, and ends this application; None where nobody can.
    """
    guard, live, path = Guard(hosts=hosts), Live(), Path(sandbox, site.texts)
    visits = Visits(sandbox, site.chrome, guard)
    view = View(sandbox, site.chrome, site.templates, path, live.play, can_begin_again=begin_again is not None)
    pages = Pages(sandbox, site.chrome, view, visits, live, path)
    walking = Walking(view, visits, path, live, begin_again)
    app = web.Application(middlewares=[_every_answer(guard, live, pages)], client_max_size=LARGEST_REQUEST)
    app[LIVE] = live
    app.add_routes(_routes(pages, walking, site.assets))
    if sandbox.organiser is not None:
        organiser = OrganiserView(sandbox.organiser, site.organiser, view.frame)
        app.add_routes(OrganiserPages(sandbox.organiser, organiser, visits).routes())
    if sandbox.rows is not None:
        stored = StoredPages(sandbox, sandbox.rows, view, visits, site.texts)
        app.add_routes([web.get("/stored", stored.page), web.get("/stored/rows", stored.rows)])

    async def end_streams(_: web.Application) -> None:
        live.end()

    app.on_shutdown.append(end_streams)
    return app


def _routes(pages: Pages, walking: Walking, assets: Mapping[str, Asset]) -> list[web.RouteDef]:
    """Say where everything is that every sandbox has."""
    return [
        # The routes of a prefix are tried in this order, and this one is what many do at once.
        web.post("/as/{person}/send", pages.send),
        web.get("/", pages.choose),
        web.get("/health", _health),
        web.get("/explained", pages.explained),
        web.post("/language", pages.language),
        web.get("/together", pages.together),
        web.post("/path", walking.path),
        web.post("/again", walking.again),
        web.get("/static/{name}", _static(assets)),
        web.get("/as/{person}", pages.chat),
        web.get("/as/{person}/own", pages.chat),
        web.get("/as/{person}/channel", pages.chat),
        web.get("/as/{person}/messages", pages.messages),
        web.get("/as/{person}/events", pages.events),
        web.get("/as/{person}/path", walking.bar),
        web.get("/as/{person}/reply/{name}", pages.reply),
        web.post("/as/{person}/press", pages.press),
        web.post("/as/{person}/clock", pages.clock),
    ]


async def _health(_: web.Request) -> web.Response:
    """Say that the sandbox is there."""
    return web.Response(text="ok\n")


def _static(assets: Mapping[str, Asset]) -> Handler:
    """Serve the static files from memory; their address changes with their content."""

    async def serve(request: web.Request) -> web.Response:
        asset = assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        charset = None if asset.media_type.startswith("font/") else "utf-8"
        response = web.Response(body=asset.content, content_type=asset.media_type, charset=charset)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return serve


def _every_answer(guard: Guard, live: Live, pages: Pages) -> Middleware:
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
        if live.over:
            return await _come_again(request)
        try:
            return await handler(request)
        except web.HTTPException as refusal:
            return pages.error(request, _KEYS.get(refusal.status, "failed"), refusal.status)
        except Exception as error:  # noqa: BLE001 -- whatever it is, a person gets a sentence and no trace
            logger.error("a page could not be made: %s", type(error).__name__)  # noqa: TRY400 -- a trace may hold text
            return pages.error(request, "failed", 500)

    return answer


async def _come_again(request: web.Request) -> web.Response:
    """Send somebody who comes when the play is over through the door again, behind which the next one begins."""
    await asyncio.sleep(AGAIN_S)
    response = web.Response(status=303, headers={"Location": own_path(request.path_qs)})
    response.force_close()
    return response


_KEYS = {403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large"}
