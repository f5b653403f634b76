"""A second transport, by hand and without an SDK: what shows that the wall around Bot Framework's holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.teams.calls import refusal
from adapters.teams.credentials import Tokens
from adapters.teams.transport import Json, Line, Members, Posted
from adapters.trying import LATER_S, Lost, Unheard
from bot.ids import ChannelId


class SmallTransport:
    """See `adapters.teams.transport.Transport`."""

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        """Send with this session, and show these tokens."""
        self._session = session
        self._tokens = tokens

    async def post(self, line: Line, conversation: str, activity: Json) -> Posted:
        """See `Transport`."""
        said = await self._ask(line, "POST", f"/{quote(conversation, safe='')}/activities", body=activity)
        return Posted(conversation, _id(said))

    async def update(self, line: Line, posted: Posted, activity: Json) -> None:
        """See `Transport`."""
        await self._ask(line, "PUT", self._message(posted), body=activity | {"id": posted.activity})

    async def delete(self, line: Line, posted: Posted) -> None:
        """See `Transport`."""
        await self._ask(line, "DELETE", self._message(posted))

    async def open_chat(self, line: Line, account: str) -> str:
        """See `Transport`."""
        return _id(await self._create(line, {"isGroup": False, "members": [{"id": account}]}))

    async def open_thread(self, line: Line, channel: ChannelId, activity: Json) -> Posted:
        """See `Transport`."""
        about = {"isGroup": True, "channelData": {"channel": {"id": channel}}, "activity": activity}
        said = await self._create(line, about)
        return Posted(_id(said), str(said.get("activityId") or _id(said).rpartition("messageid=")[2]))

    async def members(self, line: Line, conversation: str, after: str) -> Members:
        """See `Transport`."""
        query = f"?pageSize=200{f'&continuationToken={quote(after)}' if after else ''}"
        said = await self._ask(line, "GET", f"/{quote(conversation, safe='')}/pagedmembers{query}")
        return Members(tuple(said.get("members") or ()), str(said.get("continuationToken") or ""))

    async def _create(self, line: Line, about: Json) -> Json:
        data = {"tenant": {"id": line.tenant}} | about.get("channelData", {})
        body = about | {"bot": {"id": line.bot}, "tenantId": line.tenant, "channelData": data}
        return await self._ask(line, "POST", "", body=body)

    @staticmethod
    def _message(posted: Posted) -> str:
        return f"/{quote(posted.conversation, safe='')}/activities/{quote(posted.activity, safe='')}"

    async def _ask(self, line: Line, method: str, path: str, **given: Any) -> Json:  # noqa: ANN401 - a body, or none
        url = URL(f"{line.service_url.rstrip('/')}/v3/conversations{path}", encoded=True)
        headers = {"Authorization": f"Bearer {await self._tokens.get()}"}
        try:
            asked = self._session.request(method, url, json=given.get("body"), headers=headers, allow_redirects=False)
            async with asked as response:
                said = await response.json(content_type=None)
        except aiohttp.ClientConnectorError:
            raise Unheard("Teams cannot be reached", retry_after_s=LATER_S) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise Lost("Teams did not answer", retry_after_s=LATER_S) from None
        found: Json = said if isinstance(said, dict) else {}
        if response.status == 401:
            self._tokens.drop()
        if response.status // 100 != 2:
            raise refusal(response.status, str((found.get("error") or {}).get("code", "")), response.headers)
        return found


def _id(said: Json) -> str:
    if not said.get("id"):
        raise Lost("Teams answered without an id", retry_after_s=LATER_S)
    return str(said["id"])
