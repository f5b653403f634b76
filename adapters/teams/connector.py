"""Bot Framework's SDK as the transport: its connector client, with a sender and a signature of ours.

Its own sender follows redirects, tries again by itself and works in threads; its own credentials fetch tokens while
everyone waits. This file is all that has to change when Microsoft's Teams SDK takes its place.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Any

import aiohttp
from botbuilder.schema import Activity, ConversationParameters
from botframework.connector.aio import ConnectorClient
from botframework.connector.aiohttp_bf_pipeline import AsyncBfPipeline
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.exceptions import ClientException
from msrest.pipeline import Response
from msrest.pipeline.async_abc import AsyncHTTPPolicy, AsyncHTTPSender
from msrest.universal_http.async_abc import AsyncClientResponse
from yarl import URL

from adapters.teams.calls import refusal
from adapters.teams.credentials import Tokens
from adapters.teams.transport import Json, Line, Members, Posted
from adapters.trying import LATER_S, Lost, Unheard
from bot.ids import ChannelId

MEMBERS_PAGE = 200
"""Members asked for at once; Teams gives at most 500."""

CLIENTS_KEPT = 50
"""So many services are remembered; Teams has one a region."""

_GOOD = range(200, 300)
_UNAUTHORIZED = 401


class ConnectorTransport:
    """See `adapters.teams.transport.Transport`."""

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        """Send with this session, which has a limit of time, and show these tokens."""
        self._session = session
        self._tokens = tokens
        self._clients: OrderedDict[str, Any] = OrderedDict()

    async def post(self, line: Line, conversation: str, activity: Json) -> Posted:
        """See `Transport`."""
        conversations = await self._conversations(line)
        said = await _asked(conversations.send_to_conversation(conversation, _activity(activity)))
        return Posted(conversation, _id(said))

    async def update(self, line: Line, posted: Posted, activity: Json) -> None:
        """See `Transport`."""
        body = _activity(activity | {"id": posted.activity})
        conversations = await self._conversations(line)
        await _asked(conversations.update_activity(posted.conversation, posted.activity, body))

    async def delete(self, line: Line, posted: Posted) -> None:
        """See `Transport`."""
        conversations = await self._conversations(line)
        await _asked(conversations.delete_activity(posted.conversation, posted.activity))

    async def open_chat(self, line: Line, account: str) -> str:
        """See `Transport`."""
        asked = _parameters(line, {"isGroup": False, "members": [{"id": account}]})
        conversations = await self._conversations(line)
        return _id(await _asked(conversations.create_conversation(asked)))

    async def open_thread(self, line: Line, channel: ChannelId, activity: Json) -> Posted:
        """See `Transport`."""
        about = {"isGroup": True, "activity": activity, "channelData": {"channel": {"id": channel}}}
        conversations = await self._conversations(line)
        said = await _asked(conversations.create_conversation(_parameters(line, about)))
        posted = str(said.activity_id or "") if said is not None else ""
        return Posted(_id(said), posted or _id(said).rpartition("messageid=")[2])

    async def members(self, line: Line, conversation: str, after: str) -> Members:
        """See `Transport`."""
        conversations = await self._conversations(line)
        page = conversations.get_teams_conversation_paged_members(conversation, MEMBERS_PAGE, after or None)
        said = await _asked(page)
        found = tuple(member.serialize() for member in said.members or ())
        return Members(found, str(said.continuation_token or ""))

    async def _conversations(self, line: Line) -> Any:  # noqa: ANN401 - the SDK's
        """Return the operations at a service, of one client each.

        Making one runs `uname` in a process of its own, for the name of the machine: in a thread, so that nobody waits.
        """
        if line.service_url not in self._clients:
            self._clients[line.service_url] = await asyncio.to_thread(self._client, line.service_url)
            if len(self._clients) > CLIENTS_KEPT:
                self._clients.popitem(last=False)
        return self._clients[line.service_url].conversations

    def _client(self, service_url: str) -> Any:  # noqa: ANN401 - the SDK's
        signature = _Signature(self._tokens)
        settings = BotFrameworkConnectorConfiguration(
            signature, service_url, sender=_Sender(self._session, self._tokens)
        )
        client = ConnectorClient(signature, service_url, custom_configuration=settings)
        # Last: each pipeline that the SDK makes puts its own sender behind the signature, which all of them share.
        settings.pipeline = AsyncBfPipeline(settings)
        return client


async def _asked(work: Awaitable[Any]) -> Any:  # noqa: ANN401 - the SDK's
    """Wait for an operation. What of the SDK itself does not understand an answer is an answer that is lost."""
    try:
        return await work
    except (ClientException, ValueError, TypeError, AttributeError) as error:
        raise Lost(f"Teams' answer is not understood: {type(error).__name__}") from None


def _activity(body: Json) -> Any:  # noqa: ANN401 - the SDK's
    return Activity.deserialize(body)


def _parameters(line: Line, about: Json) -> Any:  # noqa: ANN401 - the SDK's
    """Say what conversation is wanted. The tenant stands in both places in which Teams looks for it."""
    whole = {"bot": {"id": line.bot}, "tenantID": line.tenant} | about
    whole["channelData"] = {"tenant": {"id": line.tenant}} | about.get("channelData", {})
    return ConversationParameters.deserialize(whole)


def _id(said: Any) -> str:  # noqa: ANN401 - the SDK's
    """Read the id of what was made. Raises Lost: without it nothing can be found again."""
    if said is None or not said.id:
        raise Lost("Teams answered without an id")
    return str(said.id)


class _Signature(AsyncHTTPPolicy[Any, Any]):
    """Shows who we are."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    async def send(self, request: Any, **given: Any) -> Any:  # noqa: ANN401 - the SDK's
        token = await self._tokens.get()
        if token:
            request.http_request.headers["Authorization"] = f"Bearer {token}"
        following: Any = self.next
        return await following.send(request, **given)


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends once, with our session: no redirect, no second try."""

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        self._session = session
        self._tokens = tokens

    async def __aexit__(self, *_: object) -> None:
        """The session is closed by whoever opened it."""

    async def send(self, request: Any, **_: Any) -> Any:  # noqa: ANN401 - the SDK's
        asked = request.http_request
        try:
            sent = self._session.request(
                asked.method,
                URL(asked.url, encoded=True),
                data=asked.data,
                headers=asked.headers,
                allow_redirects=False,
            )
            async with sent as response:
                body = await response.read()
        except aiohttp.ClientConnectorError as error:
            raise Unheard(f"Teams cannot be reached: {type(error).__name__}", retry_after_s=LATER_S) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Lost(f"Teams did not answer: {type(error).__name__}") from None
        if response.status == _UNAUTHORIZED:
            self._tokens.drop()
        if response.status not in _GOOD:
            raise refusal(response.status, _code(body), response.headers)
        return Response(request, _Answer(asked, response, body))


class _Answer(AsyncClientResponse):
    """An answer that was read whole."""

    def __init__(self, request: Any, response: aiohttp.ClientResponse, body: bytes) -> None:  # noqa: ANN401 - the SDK's
        super().__init__(request, response)
        self.status_code = response.status
        # The SDK asks for them in small letters.
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self.reason = response.reason
        self._body = body

    def body(self) -> bytes:
        return self._body


def _code(body: bytes) -> str:
    """Read Teams' word for what is wrong; "" where there is none."""
    try:
        said = json.loads(body)
        return str(said["error"]["code"])
    except (ValueError, LookupError, TypeError):
        return ""
