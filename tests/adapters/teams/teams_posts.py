"""Teams as it posts to our route: activities as it writes them, with tokens signed as Microsoft signs them."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import aiohttp
import jwt

from adapters.background import Service
from adapters.clock import SystemClock
from adapters.server import make_app, serving
from adapters.settings import TeamsSettings
from adapters.teams.connector import ConnectorTransport
from adapters.teams.credentials import Granted, KeptTokens
from adapters.teams.directory import Defaults
from adapters.teams.pace import Paces
from adapters.teams.platform import TeamsPlatform, put_together
from adapters.teams.references import Reference, References, Scope
from adapters.teams.tokens import SigningKeys
from adapters.teams.transport import Transport
from adapters.wiring import KeptReferences
from bot.ids import Language, PersonId
from bot.ports import Clock
from storage.conversations import MemoryConversations
from tests.adapters.service import QUESTION, TOKEN
from tests.adapters.teams.stub import APP, BOT, TEAM, TENANT, Json, Stub, conversation_of, serving_stub, signing_key
from tests.world import packs, texts

ANA, BEN = PersonId("ana"), PersonId("ben")
ISSUER = "https://api.botframework.com"
FAST = 10_000.0
TEXTS, PACKS = texts(), packs()
"""Read from their files before anything runs in a loop."""

AT = "2027-01-19T09:00:00.123Z"
AT_MS = 1_800_349_200_123
PRESS = {"action": "answer", "value": TOKEN}
SENT = {"action": "answer", "state": QUESTION.state, "stamp": 42, "answer": "Onze ploeg"}
UNPACED = ((1_000_000, 0.001),)

MakeTransport = Callable[[aiohttp.ClientSession, KeptTokens], Transport]


async def well() -> None:
    """Be well."""


async def our_token() -> Granted:
    """Be given a token without a login."""
    return Granted("our-token", 3600.0)


@dataclass
class Posts:
    """Posts to our route."""

    address: str
    session: aiohttp.ClientSession
    platform: TeamsPlatform
    stub: Stub
    numbers: Any = field(default_factory=lambda: count(1))

    def token(self, *, key: str = "one", algorithm: str = "RS256", kid: str | None = None, **claims: Any) -> str:  # noqa: ANN401
        """Sign a token as Microsoft does; a claim that is None is left out."""
        now = int(time.time())
        whole = {"iss": ISSUER, "aud": APP, "serviceurl": self.stub.address, "nbf": now - 5, "exp": now + 600} | claims
        said = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(said, signing_key(key), algorithm=algorithm, headers={"kid": kid or key})

    async def post(self, activity: Json | bytes, *, authorization: str | None = None) -> tuple[int, Json]:
        """Post an activity; return the status, and what was answered. `authorization` "" sends none."""
        bearer = f"Bearer {self.token()}" if authorization is None else authorization
        headers = {"Content-Type": "application/json", **({"Authorization": bearer} if bearer else {})}
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        async with self.session.post(self.address, data=body, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else {}

    async def happens(self, activity: Json) -> int:
        """Post an activity, and wait until what it began is done."""
        status, _ = await self.post(activity)
        await self.settled()
        return status

    async def presses(self, data: Mapping[str, object], *, person: str = ANA, **around: Any) -> tuple[int, Json]:  # noqa: ANN401
        """Press a button of a card with this data."""
        return await self.post(self.invoke(data, person=person) | around)

    async def types(self, text: str, *, person: str = ANA, **around: Any) -> int:  # noqa: ANN401 - any field of Teams'
        """Type something in one's own chat."""
        return await self.happens(self.activity("message", person=person) | {"text": text} | around)

    async def installs(self, person: str, *, action: str = "add") -> int:
        """Install us for oneself, or take us out."""
        return await self.happens(self.activity("installationUpdate", person=person) | {"action": action})

    async def joins_team(self, person: str, *, id_: str = TEAM, name: str = "Noord", action: str = "add") -> int:
        """Let somebody install us in a team, or take us out of it."""
        return await self.happens(self.in_team("installationUpdate", person, id_=id_, name=name) | {"action": action})

    # Activities

    def activity(self, kind: str, *, person: str = ANA) -> Json:
        """What every activity has, in somebody's own chat."""
        return {
            "type": kind,
            "id": f"f:{next(self.numbers)}",
            "timestamp": AT,
            "serviceUrl": self.stub.address,
            "channelId": "msteams",
            "from": {"id": f"29:{person}", "name": person.title(), "aadObjectId": person},
            "conversation": {
                "conversationType": "personal",
                "tenantId": TENANT,
                "id": conversation_of(person),
            },
            "recipient": {"id": BOT, "name": "Ruimte"},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "nl-NL",
        }

    def in_team(self, kind: str, person: str, *, id_: str = TEAM, name: str = "Noord") -> Json:
        """An activity in a team."""
        return self.activity(kind, person=person) | {
            "conversation": {"conversationType": "channel", "isGroup": True, "tenantId": TENANT, "id": id_},
            "channelData": {"tenant": {"id": TENANT}, "team": {"id": id_, "name": name}},
        }

    def invoke(self, data: Mapping[str, object], *, person: str = ANA) -> Json:
        """A button that was pressed."""
        action = {"type": "Action.Execute", "id": "", "verb": str(data.get("action", "")), "data": dict(data)}
        return self.activity("invoke", person=person) | {
            "name": "adaptiveCard/action",
            "value": {"action": action, "trigger": "manual"},
        }

    async def settled(self) -> None:
        """Wait until what goes on after the answer is done."""
        assert self.platform.handlers is not None
        await self.platform.handlers.background.finish()


def settings(**given: Any) -> TeamsSettings:  # noqa: ANN401 - any setting
    """Give the settings of a Teams on this machine."""
    whole = TeamsSettings(APP, "s3cret", (TENANT,), development=True, messages_a_second=FAST)
    return replace(whole, **given)


def memory_references() -> References:
    """Give references that are gone with the test."""
    return KeptReferences(MemoryConversations())


def team_reference(stub: Stub, *, id_: str = TEAM, name: str = "Noord") -> Reference:
    """Give the reference of a team that has us."""
    return Reference(TENANT, Scope.GROUP, id_, stub.address, id_, BOT, name)


def chat_reference(stub: Stub, person: PersonId, **given: Any) -> Reference:  # noqa: ANN401 - any field
    """Give the reference of somebody's own chat."""
    whole = Reference(TENANT, Scope.PERSON, person, stub.address, conversation_of(person), BOT, person.title())
    return replace(whole, **given)


@asynccontextmanager
async def connected(stub: Stub, **given: Any) -> AsyncIterator[TeamsPlatform]:  # noqa: ANN401 - what `reaching` takes
    """Give Teams, put together on a transport, with a small Teams behind it."""
    async with serving_stub(stub) as address, reaching(address, **given) as platform:
        yield platform


@asynccontextmanager
async def reaching(
    address: str,
    *,
    references: References | None = None,
    limit_s: float = 5.0,
    make: MakeTransport = ConnectorTransport,
    paces: Paces | None = None,
    **given: Any,  # noqa: ANN401 - any setting
) -> AsyncIterator[TeamsPlatform]:
    """The same, with a small Teams that is served already."""
    limit = aiohttp.ClientTimeout(total=limit_s)
    whole = {"openid_url": f"{address}openid"} | given
    async with aiohttp.ClientSession(timeout=limit) as session:
        tokens = KeptTokens(our_token)
        yield put_together(
            settings(**whole),
            transport=make(session, tokens),
            tokens=tokens,
            references=references or memory_references(),
            texts=TEXTS,
            defaults=Defaults(Language("nl"), "Europe/Amsterdam", "NL"),
            keys=SigningKeys(session, whole["openid_url"]),
            paces=paces or Paces(FAST, UNPACED),
        )


@asynccontextmanager
async def posting(
    service: Service, platform: TeamsPlatform, stub: Stub, clock: Clock | None = None
) -> AsyncIterator[Posts]:
    """Serve our route, and post to it."""
    app = make_app(healthy=well)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(platform.running(service, app, clock=clock or SystemClock()))
        port = await stack.enter_async_context(serving(app, host="127.0.0.1", port=0))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Posts(f"http://127.0.0.1:{port}/api/messages", session, platform, stub)


@asynccontextmanager
async def posting_to(service: Service, stub: Stub, **given: Any) -> AsyncIterator[Posts]:  # noqa: ANN401 - any setting
    """The same, with a small Teams behind it."""
    async with connected(stub, **given) as platform, posting(service, platform, stub) as posts:
        yield posts
