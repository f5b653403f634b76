"""A small Slack on loopback: its Web API as far as we call it, with everything that was called."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.pace import Paces
from adapters.slack.workspaces import OneWorkspace
from bot.ids import TenantId

Json = dict[str, Any]
Fault = Callable[[str, Json], web.Response | None]
TENANT = TenantId("werk")
TEAM = "T0WERK"
BOT = "U0BOT"
FAST = 10_000.0


@dataclass
class Stub:
    """What is in this Slack. A fault is asked before every answer, and gives another one or None."""

    users: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    groups: list[Json] | None = field(default_factory=list)
    messages: dict[tuple[str, str], Json] = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    fault: Fault | None = None
    team: Json = field(default_factory=lambda: {"team_id": TEAM, "enterprise_id": None})
    page: int = 200
    happened: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Any = field(default_factory=lambda: count(1))

    def person(self, id_: str, **given: Any) -> None:  # noqa: ANN401 - any field of Slack's
        """Let somebody work here."""
        profile = {"real_name": id_.title()}
        base = {"id": id_, "name": id_.lower(), "profile": profile, "tz": "Europe/Amsterdam", "locale": "nl-NL"}
        self.users[id_] = base | given

    def channel(self, id_: str, members: list[str], **given: Any) -> None:  # noqa: ANN401 - any field of Slack's
        """Let there be a channel; the bot is in it."""
        self.channels[id_] = {"id": id_, "name": id_.lower(), "is_private": True, "is_member": True} | given
        self.members[id_] = [*members, BOT]

    def called(self, method: str) -> list[Json]:
        """Return what a method was called with, each time."""
        return [given for name, given in self.calls if name == method]

    async def until(self, method: str) -> Json:
        """Wait until a method is called; return what with."""
        async with asyncio.timeout(5):
            while not self.called(method):
                self.happened.clear()
                await self.happened.wait()
        return self.called(method)[-1]

    def answer(self, method: str, given: Json) -> Json:
        """Answer as Slack does."""
        made = getattr(self, method.replace(".", "_"), None)
        return made(given) if made is not None else {"ok": False, "error": "unknown_method"}

    # Methods

    def auth_test(self, _: Json) -> Json:
        return {"ok": True, "user_id": BOT, **self.team}

    def oauth_v2_access(self, given: Json) -> Json:
        """Exchange a code: `T1` and `T2` are workspaces, `E1` an organisation as a whole."""
        where, whole = given["code"], given["code"].startswith("E")
        return {
            "ok": True,
            "app_id": "A1",
            "authed_user": {"id": "U0ADMIN"},
            "scope": "chat:write",
            "token_type": "bot",
            "access_token": f"xoxb-secret-{where}",
            "bot_user_id": BOT,
            "team": None if whole else {"id": where, "name": f"Werk {where}"},
            "enterprise": {"id": where, "name": f"Groep {where}"} if whole else None,
            "is_enterprise_install": whole,
        }

    def auth_revoke(self, _: Json) -> Json:
        return {"ok": True, "revoked": True}

    def auth_teams_list(self, _: Json) -> Json:
        return {"ok": True, "teams": [{"id": "T1"}, {"id": "T2"}]}

    def chat_postMessage(self, given: Json) -> Json:  # noqa: N802 - Slack's name
        channel = given["channel"]
        if channel in self.users and not self.users[channel].get("deleted"):
            channel = f"D{channel}"
        elif channel not in self.channels and not channel.startswith("D"):
            return {"ok": False, "error": "channel_not_found"}
        stamp = f"1800000000.{next(self.numbers):06}"
        self.messages[channel, stamp] = given | {"channel": channel, "ts": stamp}
        return {"ok": True, "channel": channel, "ts": stamp}

    def chat_update(self, given: Json) -> Json:
        key = given["channel"], given["ts"]
        if key not in self.messages:
            return {"ok": False, "error": "message_not_found"}
        self.messages[key] |= {"text": given["text"], "blocks": given["blocks"]}
        return {"ok": True, "channel": key[0], "ts": key[1]}

    def chat_delete(self, given: Json) -> Json:
        gone = self.messages.pop((given["channel"], given["ts"]), None)
        return {"ok": True} if gone else {"ok": False, "error": "message_not_found"}

    def chat_getPermalink(self, given: Json) -> Json:  # noqa: N802 - Slack's name
        key = given["channel"], given["message_ts"]
        if key not in self.messages:
            return {"ok": False, "error": "message_not_found"}
        return {"ok": True, "permalink": f"https://werk.slack.com/archives/{key[0]}/p{key[1].replace('.', '')}"}

    def conversations_open(self, given: Json) -> Json:
        if given["users"] not in self.users or self.users[given["users"]].get("deleted"):
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": f"D{given['users']}"}}

    def conversations_info(self, given: Json) -> Json:
        channel = self.channels.get(given["channel"])
        return {"ok": True, "channel": channel} if channel else {"ok": False, "error": "channel_not_found"}

    def conversations_members(self, given: Json) -> Json:
        return self._page("members", self.members.get(given["channel"], []), given)

    def conversations_list(self, given: Json) -> Json:
        return self._page("channels", list(self.channels.values()), given)

    def users_list(self, given: Json) -> Json:
        team = given.get("team_id")
        everyone = [user for user in self.users.values() if team in {None, user.get("team_id")}]
        return self._page("members", everyone, given)

    def users_info(self, given: Json) -> Json:
        user = self.users.get(given["user"])
        return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}

    def usergroups_list(self, _: Json) -> Json:
        return (
            {"ok": True, "usergroups": self.groups}
            if self.groups is not None
            else {"ok": False, "error": "missing_scope"}
        )

    def views_open(self, given: Json) -> Json:
        return {"ok": True, "view": {"id": f"V{next(self.numbers)}"} | {"type": given["view"]["type"]}}

    def views_push(self, given: Json) -> Json:
        return {"ok": True, "view": {"id": f"V{next(self.numbers)}"} | {"type": given["view"]["type"]}}

    def views_update(self, given: Json) -> Json:
        return {"ok": True, "view": {"id": given["view_id"]}}

    def views_publish(self, _: Json) -> Json:
        return {"ok": True, "view": {"id": "VH"}}

    def _page(self, key: str, rows: list[Any], given: Json) -> Json:
        start, most = int(given.get("cursor") or 0), min(self.page, int(given["limit"]))
        following = str(start + most) if start + most < len(rows) else ""
        return {"ok": True, key: rows[start : start + most], "response_metadata": {"next_cursor": following}}


async def _given(request: web.Request) -> Json:
    """Read what a method was called with, JSON or a form with JSON in it."""
    if request.content_type == "application/json":
        return dict(await request.json())
    values = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
    return {name: json.loads(value) if value[:1] in {"{", "["} else value for name, value in values.items()}


@asynccontextmanager
async def serving_stub(stub: Stub) -> AsyncIterator[str]:
    """Serve it; give the address that slack_sdk takes."""

    async def answer(request: web.Request) -> web.Response:
        method, given = request.match_info["method"], await _given(request)
        stub.calls.append((method, given))
        stub.happened.set()
        fault = stub.fault(method, given) if stub.fault is not None else None
        return fault or web.json_response(stub.answer(method, given))

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(
    stub: Stub, *, a_second: float = FAST, channel_s: float = 0.0, limit_s: float = 5.0
) -> AsyncIterator[OneWorkspace]:
    """Give the workspace of this Slack."""
    limit = aiohttp.ClientTimeout(total=limit_s)
    async with serving_stub(stub) as address, aiohttp.ClientSession(timeout=limit) as session:
        client = AsyncWebClient(token="xoxb-1", base_url=address, session=session, retry_handlers=[])
        yield OneWorkspace(TENANT, client, Paces.of(a_second, 60 * FAST, channel_s=channel_s))
