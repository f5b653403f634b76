"""Who comes in: what Microsoft signed for us, about a tenant that may use us. Everything else is turned away."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams import tokens
from adapters.teams.app import MESSAGES_PATH, Door
from adapters.teams.hosts import is_trusted
from adapters.teams.payload import PayloadUnknown, read
from tests.adapters.service import FakeService
from tests.adapters.teams.stub import APP, TENANT, Json, Stub, public_key
from tests.adapters.teams.teams_posts import AT_MS, PRESS, SENT, Posts, connected, posting, posting_to

SERVICE_URL = "https://smba.trafficmanager.net/emea/"


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def stub() -> Stub:
    """Give a Teams in which Ana works."""
    teams = Stub()
    teams.person("ana")
    return teams


@pytest.fixture
async def posts(service: FakeService, stub: Stub) -> AsyncIterator[Posts]:
    async with posting_to(service, stub) as them:
        yield them


Forged = Callable[[Posts], str]


def unsigned(posts: Posts) -> str:
    """A token with `alg: none`, by hand: no library makes one."""
    now = int(time.time())
    said = {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": posts.stub.address, "exp": now + 600}
    parts = ({"alg": "none", "typ": "JWT", "kid": "one"}, said)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def by_secret(posts: Posts) -> str:
    """A token that is signed with the public key, as if it were a secret that two share."""
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    now = int(time.time())
    said = {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": posts.stub.address, "exp": now + 600}
    parts = ({"alg": "HS256", "typ": "JWT", "kid": "one"}, said)
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    signature = hmac.new(json.dumps(posts.stub.keys[0]).encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def cut_off(posts: Posts) -> str:
    return posts.token()[:-5]


FORGED: dict[str, Forged] = {
    "another audience": lambda posts: posts.token(aud="someone-else"),
    "no audience": lambda posts: posts.token(aud=None),
    "another issuer": lambda posts: posts.token(iss="https://sts.windows.net/evil/"),
    "no issuer": lambda posts: posts.token(iss=None),
    "over": lambda posts: posts.token(exp=int(time.time()) - 400),
    "without an end": lambda posts: posts.token(exp=None),
    "not yet": lambda posts: posts.token(nbf=int(time.time()) + 900),
    "another service": lambda posts: posts.token(serviceurl="https://smba.trafficmanager.net/emea/"),
    "no service": lambda posts: posts.token(serviceurl=None),
    "a key of nobody's": lambda posts: posts.token(key="nobody"),
    "another key under the name of Microsoft's": lambda posts: posts.token(key="nobody", kid="one"),
    "another algorithm": lambda posts: posts.token(algorithm="RS512"),
    "alg none": unsigned,
    "a shared secret": by_secret,
    "cut off": cut_off,
    "no token": lambda _: "x",
    "empty": lambda _: "",
    "long": lambda _: "a" * 8_000,
}


@pytest.mark.parametrize("how", FORGED)
async def test_what_microsoft_did_not_sign_for_us_is_turned_away(
    posts: Posts, service: FakeService, stub: Stub, how: str
) -> None:
    activity = posts.invoke(PRESS)
    status, answer = await posts.post(activity, authorization=f"Bearer {FORGED[how](posts)}")
    assert status == 401
    assert answer == {}
    status, _ = await posts.post(posts.activity("installationUpdate") | {"action": "add"}, authorization="Bearer x")
    assert status == 401
    await posts.settled()
    assert not service.events
    assert not await posts.platform.is_installed(TENANT)


async def test_what_microsoft_signed_for_us_comes_in(posts: Posts, service: FakeService) -> None:
    status, answer = await posts.post(posts.invoke(PRESS))
    assert (status, answer["statusCode"]) == (200, 200)
    assert len(service.events) == 1


@pytest.mark.parametrize("authorization", ["", "Basic abc", "Bearer", "Bearer ", "bearer\tx", "Bearer é"])
async def test_a_header_that_is_none_is_turned_away(posts: Posts, authorization: str) -> None:
    status, _ = await posts.post(posts.invoke(PRESS), authorization=authorization)
    assert status == 401


async def test_a_key_that_may_not_sign_for_teams_opens_nothing(posts: Posts, stub: Stub) -> None:
    stub.keys = [public_key("one", "webchat")]
    status, _ = await posts.post(posts.invoke(PRESS))
    assert status == 401


@pytest.mark.parametrize(
    "around",
    [
        {"serviceUrl": "https://evil.example.org/"},
        {"serviceUrl": "https://evil.trafficmanager.net/emea/"},
        {"serviceUrl": "https://smba.trafficmanager.net.evil.org/"},
        {"serviceUrl": "http://169.254.169.254/"},
        {"serviceUrl": ""},
        {"serviceUrl": None},
        {"channelId": "emulator"},
        {"channelId": None},
    ],
)
async def test_a_token_opens_no_other_service_or_channel(posts: Posts, service: FakeService, around: Json) -> None:
    claimed = posts.token(serviceurl=around.get("serviceUrl") or posts.stub.address)
    status, _ = await posts.post(posts.invoke(PRESS) | around, authorization=f"Bearer {claimed}")
    assert status == 401
    assert not service.events


@pytest.mark.parametrize("status_of", ["channelData", "conversation", "both"])
async def test_another_tenant_may_not_use_us(posts: Posts, service: FakeService, status_of: str) -> None:
    activity = posts.invoke(PRESS)
    if status_of in {"channelData", "both"}:
        activity["channelData"] = {"tenant": {"id": "other"}}
    if status_of in {"conversation", "both"}:
        activity["conversation"] |= {"tenantId": "other"}
    status, _ = await posts.post(activity)
    assert status == (403 if status_of == "both" else 400)
    assert not service.events


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"\xff", b'{"type": "invoke"}', b"[" * 50_000, b'"x"'],
)
async def test_what_teams_would_not_send_is_turned_away(posts: Posts, body: bytes) -> None:
    status, _ = await posts.post(body)
    assert status in {400, 401}


async def test_who_acts_is_whom_teams_says_and_not_what_a_card_says(posts: Posts, service: FakeService) -> None:
    lying = PRESS | {"person": "ben", "from": {"aadObjectId": "ben"}, "aadObjectId": "ben", "tenant": "other"}
    await posts.presses(lying, person="ANA")
    (event,) = service.events
    assert (event.tenant, event.person) == (TENANT, "ana")


async def test_without_somebody_who_acts_nothing_is_done(posts: Posts, service: FakeService) -> None:
    activity = posts.invoke(PRESS)
    del activity["from"]["aadObjectId"]
    status, _ = await posts.post(activity)
    assert status == 400
    assert not service.events


# Keys


async def test_keys_are_fetched_once_for_everyone(posts: Posts, stub: Stub) -> None:
    answers = await asyncio.gather(*(posts.post(posts.invoke(PRESS)) for _ in range(20)))
    assert {status for status, _ in answers} == {200}
    assert len(stub.called("keys")) == 1


@pytest.mark.parametrize("how", ["alg none", "a shared secret", "another algorithm", "no token"])
async def test_what_can_be_seen_to_be_forged_is_turned_away_before_keys_are_asked_for(
    posts: Posts, stub: Stub, how: str
) -> None:
    status, _ = await posts.post(posts.invoke(PRESS), authorization=f"Bearer {FORGED[how](posts)}")
    assert status == 401
    assert not stub.called("keys")


async def test_a_new_key_is_fetched_when_it_is_named_and_a_stranger_cannot_make_us_fetch_more(
    posts: Posts, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await posts.post(posts.invoke(PRESS))
    stub.keys.append(public_key("two"))
    for number in range(5):
        status, _ = await posts.post(posts.invoke(PRESS), authorization=f"Bearer {posts.token(kid=f'no-{number}')}")
        assert status == 401
    assert len(stub.called("keys")) == 1
    monkeypatch.setattr(tokens, "NEW_KEY_S", 0.0)
    status, _ = await posts.post(posts.invoke(PRESS), authorization=f"Bearer {posts.token(key='two')}")
    assert status == 200


async def test_without_keys_nothing_comes_in_and_nobody_else_waits(
    service: FakeService, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "FETCH_LIMIT_S", 0.3)

    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    async with silent(hang) as nowhere, posting_to(service, stub, openid_url=nowhere) as posts:
        asked = asyncio.ensure_future(posts.post(posts.invoke(PRESS)))
        await asyncio.sleep(0.05)
        before = asyncio.get_running_loop().time()
        base = posts.address.removesuffix(MESSAGES_PATH)
        async with posts.session.get(f"{base}/healthz") as response:
            assert response.status == 200
        assert asyncio.get_running_loop().time() - before < 0.2
        assert not asked.done()
        status, _ = await asked
        assert status == 503
    assert not service.events


class silent:  # noqa: N801 - a block
    """A server that does what it is told."""

    def __init__(self, handle: Any) -> None:  # noqa: ANN401 - aiohttp's
        self._app = web.Application()
        self._app.router.add_get("/openid", handle)
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/openid"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


BROKEN: dict[str, Callable[[], web.Response]] = {
    "an error": lambda: web.Response(status=500),
    "a redirect": lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
    "a page": lambda: web.Response(text="<html>", content_type="text/html"),
    "a list": lambda: web.json_response([]),
    "a word": lambda: web.json_response({"keys": "none"}),
    "a broken key": lambda: web.json_response({"keys": [{"kty": "RSA", "kid": "one", "n": "!", "e": "!"}]}),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_keys_that_cannot_be_had_are_503_and_those_that_we_have_stay(
    posts: Posts, stub: Stub, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    answer = BROKEN[how]
    stub.fault = lambda operation, _: answer() if operation == "keys" else None
    status, _ = await posts.post(posts.invoke(PRESS))
    assert status == 503
    stub.fault = None
    monkeypatch.setattr(tokens, "AGAIN_S", 0.0)
    assert (await posts.post(posts.invoke(PRESS)))[0] == 200
    stub.fault = lambda operation, _: answer() if operation == "keys" else None
    monkeypatch.setattr(tokens, "KEYS_S", 0.0)
    assert (await posts.post(posts.invoke(PRESS)))[0] == 200


# Development


async def test_a_service_on_this_machine_is_for_development_only(service: FakeService, stub: Stub) -> None:
    async with posting_to(service, stub, development=False) as posts:
        status, _ = await posts.post(posts.invoke(PRESS))
    assert status == 401


async def test_without_an_app_whoever_is_on_this_machine_is_believed(service: FakeService, stub: Stub) -> None:
    async with posting_to(service, stub, app_id="") as posts:
        status, _ = await posts.post(posts.invoke(PRESS), authorization="")
        assert status == 200
        status, _ = await posts.post(posts.invoke(PRESS) | {"serviceUrl": "http://10.0.0.1/"}, authorization="")
        assert status == 401
        activity = posts.invoke(PRESS) | {"channelData": {}, "conversation": {"tenantId": "other"}}
        status, _ = await posts.post(activity, authorization="")
        assert status == 403
    assert len(service.events) == 1


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        (SERVICE_URL, True),
        ("https://smba.trafficmanager.net:443/emea/11111111-2222-3333-4444-555555555555/", True),
        ("https://SMBA.trafficmanager.net/emea", True),
        ("https://smba.infra.gcc.teams.microsoft.com/gcc/", True),
        ("https://smba.infra.dod.teams.microsoft.us/dod", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net:8443/emea/", False),
        ("https://other.trafficmanager.net/emea/", False),
        ("https://teams.microsoft.com.evil.org/", False),
        ("https://evil-teams.microsoft.com/", False),
        ("https://user@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net@evil.org/", False),
        ("https://evil.org\\@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net/?x=1", False),
        ("https://smba.trafficmanager.net/{x}/", False),
        ("https://10.0.0.1/", False),
        ("https://127.0.0.1/", False),
        ("http://127.0.0.1:3978/", False),
        ("https://[::1]/", False),
        ("https://[", False),
        ("https://smba.trafficmanager.net:port/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_microsofts_services_are_written_to(url: str, *, trusted: bool) -> None:
    assert is_trusted(url, development=False) is trusted


def test_while_developing_this_machine_is_a_service_and_no_other() -> None:
    assert is_trusted("http://127.0.0.1:3978/", development=True)
    assert is_trusted("http://localhost:56150/_connector", development=True)
    assert not is_trusted("http://10.0.0.1/", development=True)
    assert not is_trusted("http://localhost.evil.org/", development=True)


# What is said


async def test_nothing_of_what_comes_in_reaches_a_log(
    posts: Posts, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    marker = "marker-9c1d"
    with caplog.at_level(logging.DEBUG):
        service.failing = ValueError(marker)
        await posts.presses(SENT | {"answer": marker})
        await posts.types(marker)
        await posts.post(posts.invoke(PRESS), authorization=f"Bearer {marker}")
        await posts.post(marker.encode())
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("asyncio")]
    assert any("Something from Teams failed: ValueError" in line for line in said)
    assert marker not in "\n".join(said)
    assert marker not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("type", "name", "value", "from", "conversation", "channelData", "recipient", "serviceUrl", "text", "action")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["invoke", "message", "installationUpdate", "conversationUpdate", "typing"]),
    st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6),
)
def test_whatever_is_in_an_activity_it_is_read_or_refused(kind: str, around: Json) -> None:
    whole = {"type": kind, "channelData": {"tenant": {"id": TENANT}}, "name": "adaptiveCard/action"} | around
    try:
        read(whole, AT_MS)
        Door(None, frozenset({TENANT})).check(whole, None)
    except (PayloadUnknown, *DOOR_ERRORS):
        return


DOOR_ERRORS = (tokens.TokenForged,)


async def test_the_route_is_there(service: FakeService, stub: Stub) -> None:
    async with connected(stub) as platform, posting(service, platform, stub) as posts:
        assert posts.address.endswith("/api/messages")
        async with posts.session.get(posts.address) as response:
            assert response.status == 405
