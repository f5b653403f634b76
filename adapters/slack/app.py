"""Slack's ways in: Bolt with our handlers, over Socket Mode or as a signed route on our own server."""

from __future__ import annotations

import json
import logging
import re
from binascii import a2b_qp
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.background import failed
from adapters.slack import payload
from adapters.slack.handlers import PLATFORM, Handlers
from adapters.slack.payload import COMMANDS, SHORTCUT, PayloadUnknown, Sender
from adapters.slack.render import PRESS, Json
from adapters.slack.signature import Signatures
from adapters.slack.views import FORM, NOTICE, WAITING
from adapters.slack.workspaces import Origin, Workspaces
from bot.ids import PersonId
from bot.ports import Clock

EVENTS_PATH = "/slack/events"
"""Where events, forms, buttons and commands arrive in HTTP mode."""

WHO_IS_THERE = (
    "team_join",
    "user_change",
    "member_joined_channel",
    "member_left_channel",
    "channel_archive",
    "channel_unarchive",
    "channel_deleted",
    "channel_rename",
    "group_archive",
    "group_unarchive",
    "group_deleted",
    "group_rename",
    "subteam_created",
    "subteam_updated",
    "subteam_members_changed",
)
"""The events after which we look anew who is there."""

GONE = ("app_uninstalled", "tokens_revoked")

JSON_TYPE = "application/json"

_ALONE = re.compile(rb"payload=[A-Za-z0-9%+*._~-]*")
"""A form with nothing but a payload in it, percent-encoded as browsers and Slack do."""


def make_bolt(handlers: Handlers, workspaces: Workspaces, clock: Clock, client: AsyncWebClient) -> AsyncApp:
    """Make Bolt's app. Signatures are checked before it, and nothing of a payload is logged."""
    logger = logging.getLogger("slack_bolt.ruimte")
    logger.setLevel(logging.ERROR)

    async def authorize(enterprise_id: str | None, team_id: str | None) -> Any:  # noqa: ANN401 - Bolt lets it be None
        """Say who we are there; Bolt drops what comes from where we are not installed."""
        tenant = await workspaces.tenant(Origin(team_id or "", enterprise_id or ""))
        if tenant is None:
            return None
        workspace = await workspaces.of(tenant)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=workspace.bot_user,
            bot_token=workspace.client.token,
        )

    app = AsyncApp(
        logger=logger,
        name="ruimte",
        client=client,
        authorize=authorize,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        raise_error_for_unhandled_request=True,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    _people(app, handlers, clock)
    _events(app, handlers)

    @app.error
    async def on_error(error: Exception) -> BoltResponse:
        """Bolt itself would log the payload."""
        failed(PLATFORM, error)
        return BoltResponse(status=400 if isinstance(error, PayloadUnknown) else 500, body="")

    return app


def _people(app: AsyncApp, handlers: Handlers, clock: Clock) -> None:
    """What somebody does: a form is acknowledged when it is done, everything else at once."""

    @app.view(FORM)
    async def on_form(ack: Any, body: Json) -> None:  # noqa: ANN401 - Bolt's
        answer = await handlers.submitted(payload.sent(body))
        await ack(answer or None)

    @app.view(re.compile(f"^({NOTICE}|{WAITING})$"))
    async def on_page(ack: Any) -> None:  # noqa: ANN401 - Bolt's
        await ack()

    @app.action(re.compile(f"^{PRESS}:"))
    async def on_press(ack: Any, body: Json) -> None:  # noqa: ANN401 - Bolt's
        pushed = payload.pushed(body)
        await ack()
        handlers.background.start(handlers.pressed(pushed))

    for name in COMMANDS:

        @app.command(name)
        async def on_command(ack: Any, body: Json) -> None:  # noqa: ANN401 - Bolt's
            pushed = payload.command(body, int(clock.now().timestamp() * 1000))
            await ack()
            handlers.background.start(handlers.pressed(pushed))

    @app.shortcut(SHORTCUT)
    async def on_shortcut(ack: Any, body: Json) -> None:  # noqa: ANN401 - Bolt's
        pushed = payload.shortcut(body)
        await ack()
        handlers.background.start(handlers.pressed(pushed))


def _events(app: AsyncApp, handlers: Handlers) -> None:
    """What happens in a workspace: acknowledged at once. A retry finds it done, or does it again, which is the same."""

    @app.event("app_home_opened")
    async def on_home(event: Json, body: Json) -> None:
        if event.get("tab") == "home":
            who = Sender(payload.origin_of_event(body), PersonId(str(event["user"])))
            handlers.background.start(handlers.home_opened(who))

    for kind in WHO_IS_THERE:

        @app.event(kind)
        async def on_change(body: Json) -> None:
            handlers.background.start(handlers.changed(payload.origin_of_event(body)))

    for kind in GONE:

        @app.event(kind)
        async def on_gone(event: Json, body: Json) -> None:
            if event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
                handlers.background.start(handlers.gone(payload.origin_of_event(body)))


class Route:
    """The signed route. Forms go straight to their handler, everything else through Bolt."""

    def __init__(self, app: AsyncApp, handlers: Handlers, signatures: Signatures) -> None:
        """Serve this app."""
        self._app = app
        self._handlers = handlers
        self._signatures = signatures

    async def receive(self, request: web.Request) -> web.Response:
        """Take what Slack sends. 401: it did not sign that; 400: it would not send it; 409: it may be done already."""
        body = await request.read()
        if not self._signatures.valid(body, request.headers):
            return web.Response(status=401)
        try:
            raw = _read(body, request.content_type)
        except PayloadUnknown:
            return web.Response(status=400)
        if self._signatures.of_before(request.headers) and not payload.harmless(raw):
            # Slack says that it did not work, and keeps a form as it was filled in: it can be sent again.
            return web.Response(status=409)
        if raw.get("type") == "view_submission":
            return await self._form(raw)
        return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))

    async def _form(self, raw: Json) -> web.Response:
        """Slack keeps the form open, as it was filled in, where we answer with an error."""
        try:
            if (raw.get("view") or {}).get("callback_id") != FORM:
                return web.Response()
            answer = await self._handlers.submitted(payload.sent(raw))
        except PayloadUnknown:
            return web.Response(status=400)
        except Exception as error:  # noqa: BLE001 -- its text may hold an answer
            failed(PLATFORM, error)
            return web.Response(status=500)
        return web.json_response(answer) if answer else web.Response()


def _read(body: bytes, content_type: str) -> Json:
    """Read what Slack posts: JSON, a form with JSON in it, or the fields of a command. Raises PayloadUnknown."""
    try:
        if content_type == JSON_TYPE:
            raw = json.loads(body)
        elif _ALONE.fullmatch(body):
            raw = json.loads(_decoded(body.removeprefix(b"payload=")))
        else:
            fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            raw = fields if "command" in fields else json.loads(fields["payload"])
    except (KeyError, ValueError, RecursionError) as error:
        raise PayloadUnknown from error
    if not isinstance(raw, dict):
        raise PayloadUnknown
    return raw


def _decoded(value: bytes) -> bytes:
    """Undo the percent-encoding of one value.

    urllib does that in Python, and takes longer for it than anything else of a form takes; quoted-printable is the same
    with another sign, and its decoder is written in C.
    """
    return a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))


@asynccontextmanager
async def socket_mode(app: AsyncApp, app_token: str, client: AsyncWebClient) -> AsyncIterator[None]:
    """Listen over Slack's socket until the block ends; it connects anew by itself when Slack closes it."""
    handler = AsyncSocketModeHandler(app, app_token, logger=_quiet(), web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def _quiet() -> logging.Logger:
    """Give a logger that says only what is wrong, and nothing of what arrived."""
    logger = logging.getLogger("slack_sdk.ruimte")
    logger.setLevel(logging.ERROR)
    return logger
