"""Teams' way in: a route on our own server. What is not verified goes no further, and nothing of it is logged."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from adapters.background import failed
from adapters.teams import payload
from adapters.teams.handlers import PLATFORM, Handlers, problem
from adapters.teams.hosts import is_trusted, same_service
from adapters.teams.payload import Activity, Changed, Installed, Other, PayloadUnknown, Pushed, TakenOut, Typed
from adapters.teams.tokens import CHANNEL, KeysMissing, TokenForged, Verifier
from adapters.teams.transport import Json
from bot.errors import RuimteError
from bot.ids import TenantId
from bot.ports import Clock

MESSAGES_PATH = "/api/messages"
"""Where everything arrives: the messaging endpoint of the bot."""

VERIFIED_S = 4.5
"""Seconds in which an activity is known to be Teams', or is turned away."""


class TenantUnknown(RuimteError):
    """This tenant may not use us."""

    code = "tenant_unknown"


_REFUSALS: Mapping[type[RuimteError], HTTPStatus] = {
    TokenForged: HTTPStatus.UNAUTHORIZED,
    KeysMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    TenantUnknown: HTTPStatus.FORBIDDEN,
    PayloadUnknown: HTTPStatus.BAD_REQUEST,
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Who comes in: activities that Microsoft signed for us, about tenants that may use us.

    `verifier` None lets in whoever reaches us, while developing; `development` lets this machine be the service.
    """

    verifier: Verifier | None
    tenants: frozenset[TenantId]
    development: bool = False

    async def claims(self, request: web.Request) -> Json | None:
        """Check the token that came along; None where none is wanted. Raises TokenForged, KeysMissing."""
        if self.verifier is None:
            return None
        try:
            async with asyncio.timeout(VERIFIED_S):
                return await self.verifier.claims(request.headers.get("Authorization", ""))
        except TimeoutError as error:
            raise KeysMissing from error

    def check(self, raw: Json, claims: Json | None) -> None:
        """See that an activity is one that its token was made for.

        Raises TokenForged, TenantUnknown, PayloadUnknown.
        """
        service_url = str(raw.get("serviceUrl") or "")
        if raw.get("channelId") != CHANNEL or not is_trusted(service_url, development=self.development):
            raise TokenForged
        if claims is not None and not same_service(str(claims.get("serviceurl") or ""), service_url):
            raise TokenForged
        if payload.tenant_of(raw) not in self.tenants:
            raise TenantUnknown


class Route:
    """The route."""

    def __init__(self, door: Door, handlers: Handlers, clock: Clock) -> None:
        """Let in through this door, and hand to these."""
        self._door = door
        self._handlers = handlers
        self._clock = clock
        self._turned_away: set[str] = set()

    async def receive(self, request: web.Request) -> web.Response:
        """Take what Teams sends.

        401 for what is not Microsoft's, 503 where that cannot be found out now, 403 for a tenant that may not use us,
        400 for what Teams would not send. A button that fails is answered with an error that the client understands.
        """
        try:
            claims = await self._door.claims(request)
            raw = _read(await request.read())
            self._door.check(raw, claims)
            activity = payload.read(raw, int(self._clock.now().timestamp() * 1000))
            return await self._answer(activity, invoked=raw.get("type") == "invoke")
        except tuple(_REFUSALS) as error:
            self._note(error)
            return web.Response(status=_REFUSALS[type(error)])

    def _note(self, error: RuimteError) -> None:
        """Say once of each kind that something was turned away, so that no stranger can fill the log."""
        if error.code not in self._turned_away:
            self._turned_away.add(error.code)
            _log.warning("Something was turned away: %s. Further ones are not logged.", error.code)

    async def _answer(self, activity: Activity, *, invoked: bool) -> web.Response:
        match activity:
            case Pushed():
                return web.json_response(await self._pushed(activity))
            case Typed():
                self._handlers.background.start(self._handlers.typed(activity))
            case Installed():
                self._handlers.background.start(self._handlers.installed(activity))
            case TakenOut():
                self._handlers.background.start(self._handlers.taken_out(activity))
            case Changed():
                self._handlers.background.start(self._handlers.changed(activity))
            case Other() if invoked:
                return web.Response(status=HTTPStatus.NOT_IMPLEMENTED)
            case Other():
                pass
        return web.Response()

    async def _pushed(self, pushed: Pushed) -> Json:
        try:
            return await self._handlers.pushed(pushed)
        except PayloadUnknown:
            raise
        except Exception as error:  # noqa: BLE001 -- its text may hold an answer
            failed(PLATFORM, error)
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "NotDone")


def _read(body: bytes) -> Json:
    """Read a body. Raises PayloadUnknown."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PayloadUnknown from error
    if not isinstance(raw, dict):
        raise PayloadUnknown
    return raw
