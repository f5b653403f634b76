"""A small Teams on loopback: the connector service as far as we call it, Microsoft's keys, and their login."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.ids import TenantId

Json = dict[str, Any]
Fault = Callable[[str, Json], web.Response | None]
TENANT = TenantId("werk")
APP = "99999999-8888-7777-6666-555555555555"
BOT = f"28:{APP}"
TEAM = "19:noord@thread.tacv2"
NOT_INSTALLED = {"error": {"code": "ForbiddenOperationException", "message": "Bot is not installed"}}
NOT_THERE = {"error": {"code": "ConversationNotFound", "message": "Conversation not found"}}


@lru_cache(maxsize=4)
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """Make a key, once."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key(name: str, *endorsements: str) -> Json:
    """Return a key as Microsoft publishes it."""
    written: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(name).public_key()))
    return written | {"kid": name, "use": "sig", "endorsements": list(endorsements or ("msteams",))}


def conversation_of(person: str) -> str:
    """Return the id of somebody's own chat with us."""
    return f"a:{person}"


@dataclass
class Stub:
    """What is in this Teams. A fault is asked before every answer, and gives another one or None.

    `groups` are the teams and channels that have us, with who is in them; `refuses` are those whom it does not let us
    write to. `messages` are by conversation and id.
    """

    people: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    messages: dict[tuple[str, str], Json] = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    keys: list[Json] = field(default_factory=lambda: [public_key("one")])
    fault: Fault | None = None
    page: int = 200
    happened: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Any = field(default_factory=lambda: count(1_800_000_000_001))
    address: str = ""

    def person(self, id_: str, **given: Any) -> None:  # noqa: ANN401 - any field of Teams'
        """Let somebody work here."""
        base = {"id": f"29:{id_}", "name": id_.title(), "aadObjectId": id_, "tenantId": TENANT, "userRole": "user"}
        self.people[id_] = base | given

    def team(self, members: list[str], id_: str = TEAM) -> None:
        """Let there be a team or a channel that has us."""
        self.groups[id_] = members

    def called(self, operation: str) -> list[Json]:
        """Return what an operation was called with, each time."""
        return [given for name, given in self.calls if name == operation]

    def of(self, conversation: str) -> list[Json]:
        """Return the messages in a conversation."""
        return [message for (where, _), message in self.messages.items() if where == conversation]

    async def until(self, operation: str, times: int = 1) -> Json:
        """Wait until an operation is called so many times; return what with."""
        async with asyncio.timeout(10):
            while len(self.called(operation)) < times:
                self.happened.clear()
                await self.happened.wait()
        return self.called(operation)[-1]

    # Operations: each returns a status and a body

    def create(self, given: Json) -> tuple[int, Json]:
        """Open a chat with somebody of a team, or post in a channel."""
        channel = (given.get("channelData") or {}).get("channel", {}).get("id")
        if channel is not None:
            if channel not in self.groups:
                return 404, NOT_THERE
            number = str(next(self.numbers))
            conversation = f"{channel};messageid={number}"
            self.messages[channel, number] = given["activity"]
            return 201, {"id": conversation, "activityId": number}
        (member,) = given["members"]
        person = member["id"].removeprefix("29:")
        if person not in self.people or person in self.refuses:
            return 403, NOT_INSTALLED
        return 201, {"id": conversation_of(person)}

    def post(self, given: Json) -> tuple[int, Json]:
        """Post in a chat or under a message of a channel."""
        conversation = given["conversation"]
        person = conversation.removeprefix("a:")
        channel = conversation.partition(";")[0]
        if person in self.refuses:
            return 403, {"error": {"code": "MessageWritesBlocked"}}
        if person not in self.people and channel not in self.groups:
            return 404, NOT_THERE
        number = str(next(self.numbers))
        self.messages[conversation, number] = given["activity"]
        return 201, {"id": number}

    def update(self, given: Json) -> tuple[int, Json]:
        """Put a message in the place of another."""
        key = given["conversation"].partition(";")[0], given["id"]
        if key not in self.messages:
            return 404, {"error": {"code": "ActivityNotFoundInConversation"}}
        self.messages[key] = given["activity"]
        return 200, {"id": given["id"]}

    def delete(self, given: Json) -> tuple[int, Json]:
        """Take a message away."""
        gone = self.messages.pop((given["conversation"].partition(";")[0], given["id"]), None)
        return (200, {}) if gone else (404, NOT_THERE)

    def members(self, given: Json) -> tuple[int, Json]:
        """Return a page of who is in a team, a channel or a chat."""
        conversation = given["conversation"]
        person = conversation.removeprefix("a:")
        listed = [person] if person in self.people else self.groups.get(conversation)
        if listed is None:
            return 404, NOT_THERE
        start, most = int(given.get("continuationToken") or 0), min(self.page, int(given["pageSize"]))
        following = str(start + most) if start + most < len(listed) else None
        found = [self.people[one] for one in listed[start : start + most]]
        return 200, {"members": found, **({"continuationToken": following} if following else {})}


@asynccontextmanager
async def serving_stub(stub: Stub) -> AsyncIterator[str]:
    """Serve it; give its service URL."""

    def answer(operation: str) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            given: Json = {**request.query, **request.match_info}
            if request.can_read_body:
                body = await request.json()
                given |= body if operation == "create" else {"activity": body}
            stub.calls.append((operation, given))
            stub.authorizations.add(request.headers.get("Authorization", ""))
            stub.happened.set()
            fault = stub.fault(operation, given) if stub.fault is not None else None
            if fault is not None:
                return fault
            status, said = getattr(stub, operation)(given)
            return web.json_response(said, status=status)

        return handle

    async def openid(_: web.Request) -> web.Response:
        return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{stub.address}keys"})

    async def keys(_: web.Request) -> web.Response:
        stub.calls.append(("keys", {}))
        fault = stub.fault("keys", {}) if stub.fault is not None else None
        return fault or web.json_response({"keys": stub.keys})

    app = web.Application()
    base = "/v3/conversations"
    app.router.add_post(base, answer("create"))
    app.router.add_post(f"{base}/{{conversation}}/activities", answer("post"))
    app.router.add_put(f"{base}/{{conversation}}/activities/{{id}}", answer("update"))
    app.router.add_delete(f"{base}/{{conversation}}/activities/{{id}}", answer("delete"))
    app.router.add_get(f"{base}/{{conversation}}/pagedmembers", answer("members"))
    app.router.add_get("/openid", openid)
    app.router.add_get("/keys", keys)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stub.address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield stub.address
    finally:
        await runner.cleanup()
