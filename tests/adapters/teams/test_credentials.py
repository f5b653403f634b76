"""Who we are to Teams: tokens for a secret, a certificate or a managed identity, kept until shortly before they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.clock import SystemClock
from adapters.teams import credentials
from adapters.teams.calls import TeamsRefused
from adapters.teams.connector import ConnectorTransport
from adapters.teams.credentials import AppIdentity, Certificate, Granted, KeptTokens, ManagedIdentity, NoTokens
from adapters.teams.platform import make_tokens
from adapters.trying import Unheard
from bot.errors import PlatformAway, SettingsInvalid
from tests.adapters.teams.stub import APP, Stub, signing_key
from tests.adapters.teams.teams_posts import connected, settings, team_reference

SECRET = "s3cret-of-the-app"


@dataclass
class Login:
    """Microsoft's login, and where a machine asks who it is."""

    asked: list[Mapping[str, str]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    answer: Callable[[], web.Response] = lambda: web.json_response({"access_token": "t1", "expires_in": 3600})
    address: str = ""


@asynccontextmanager
async def logging_in(login: Login) -> AsyncIterator[aiohttp.ClientSession]:
    async def handle(request: web.Request) -> web.Response:
        given = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
        login.asked.append(given | {"path": request.path})
        login.headers.append(dict(request.headers))
        return login.answer()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    login.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        yield session
    await runner.cleanup()


def app(session: aiohttp.ClientSession, login: Login) -> AppIdentity:
    return AppIdentity(session, SystemClock(), APP, "home", SECRET, login_url=login.address)


def pem() -> bytes:
    """Make a certificate with its key."""
    key = signing_key("certificate")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ruimte")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    written = built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + written


async def test_an_app_shows_its_secret_in_its_own_tenant() -> None:
    login = Login()
    async with logging_in(login) as session:
        assert await app(session, login).fetch() == Granted("t1", 3600.0)
    assert login.asked == [
        {
            "path": "/home/oauth2/v2.0/token",
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": SECRET,
            "scope": "https://api.botframework.com/.default",
        }
    ]


async def test_a_certificate_signs_who_we_are_and_its_key_stays_here() -> None:
    login = Login()
    async with logging_in(login) as session:
        await replace(app(session, login), certificate=Certificate.parse(pem())).fetch()
    (asked,) = login.asked
    assert "client_secret" not in asked
    url = f"{login.address}/home/oauth2/v2.0/token"
    said = jwt.decode(
        asked["client_assertion"], signing_key("certificate").public_key(), algorithms=["PS256"], audience=url
    )
    assert (said["iss"], said["sub"]) == (APP, APP)
    assert said["exp"] - said["nbf"] == 300
    assert "x5t#S256" in jwt.get_unverified_header(asked["client_assertion"])


async def test_an_app_service_asks_where_azure_says() -> None:
    login = Login()
    async with logging_in(login) as session:
        identity = ManagedIdentity(session, APP, f"{login.address}/msi", "header-of-azure")
        assert (await identity.fetch()).token == "t1"
    assert login.asked == [
        {"path": "/msi", "resource": "https://api.botframework.com", "client_id": APP, "api-version": "2019-08-01"}
    ]
    assert login.headers[0]["X-IDENTITY-HEADER"] == "header-of-azure"


async def test_a_machine_in_azure_asks_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    login = Login()
    async with logging_in(login) as session:
        monkeypatch.setattr(credentials, "IMDS_URL", f"{login.address}/imds")
        assert (await ManagedIdentity(session, APP).fetch()).token == "t1"
    assert login.headers[0]["Metadata"] == "true"


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_a_refusal_names_microsofts_word_and_nothing_else(status: int) -> None:
    said = {"error": "invalid_client", "error_description": f"AADSTS7000215 {SECRET}"}
    login = Login(answer=lambda: web.json_response(said, status=status))
    async with logging_in(login) as session:
        with pytest.raises(TeamsRefused, match=f"{status} invalid_client") as error:
            await app(session, login).fetch()
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("answer", ["<html>", "[]", "null", '{"access_token": ""}', '{"access_token": 3}'])
async def test_what_is_no_token_is_none(answer: str) -> None:
    login = Login(answer=lambda: web.Response(text=answer, content_type="application/json"))
    async with logging_in(login) as session:
        with pytest.raises((TeamsRefused, Unheard)):
            await app(session, login).fetch()


async def test_where_nobody_listens_it_is_tried_later() -> None:
    login = Login()
    async with logging_in(login) as session:
        login.address = "http://127.0.0.1:1"
        with pytest.raises(Unheard) as error:
            await app(session, login).fetch()
    assert error.value.retry_after_s


async def test_a_token_is_fetched_once_for_everyone_and_anew_before_its_end() -> None:
    fetched = [0]

    async def fetch() -> Granted:
        fetched[0] += 1
        await asyncio.sleep(0)
        return Granted(f"t{fetched[0]}", 0.2)

    tokens = KeptTokens(fetch)
    assert set(await asyncio.gather(*(tokens.get() for _ in range(20)))) == {"t1"}
    await asyncio.sleep(0.15)
    assert await tokens.get() == "t2"
    assert fetched == [2]


async def test_a_token_that_teams_does_not_take_is_not_shown_again() -> None:
    stub, fetched = Stub(), [0]
    stub.person("ana")
    stub.fault = lambda operation, _: web.Response(status=401) if operation == "create" and fetched[0] == 1 else None

    async def fetch() -> Granted:
        fetched[0] += 1
        return Granted(f"t{fetched[0]}", 3600.0)

    tokens = KeptTokens(fetch)
    async with connected(stub, make=lambda session, _: ConnectorTransport(session, tokens)) as teams:
        line = team_reference(stub).line
        with pytest.raises(PlatformAway):
            await teams.transport.open_chat(line, "ana")
        assert await teams.transport.open_chat(line, "ana")
    assert stub.authorizations == {"Bearer t1", "Bearer t2"}


async def test_a_fetch_that_fails_is_tried_again_at_the_next() -> None:
    failures = [True]

    async def fetch() -> Granted:
        if failures.pop() if failures else False:
            raise Unheard("no")
        return Granted("t", 3600.0)

    tokens = KeptTokens(fetch)
    with pytest.raises(Unheard):
        await tokens.get()
    assert await tokens.get() == "t"


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"])
def test_a_file_that_is_no_certificate_is_named_and_not_shown(content: bytes) -> None:
    with pytest.raises(SettingsInvalid, match="RUIMTE_TEAMS_CERTIFICATE"):
        Certificate.parse(content)


@pytest.mark.may_block(reason="the certificate is written by the test")
async def test_the_settings_say_which_of_the_three_it_is(tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.write_bytes(pem())
    async with aiohttp.ClientSession() as session:
        assert isinstance(await make_tokens(settings(app_id=""), session, SystemClock()), NoTokens)
        for given in ({}, {"certificate": path}, {"managed_identity": True}):
            assert isinstance(await make_tokens(settings(**given), session, SystemClock()), KeptTokens)
        with pytest.raises(SettingsInvalid, match="cannot be read"):
            await make_tokens(settings(certificate=tmp_path / "none.pem"), session, SystemClock())


def test_no_secret_is_shown() -> None:
    certificate = Certificate.parse(pem())
    shown = repr((certificate, Granted("t0ken", 1.0), settings(app_secret=SECRET)))
    assert "t0ken" not in shown
    assert SECRET not in shown
    assert "PRIVATE" not in shown
    assert "RSAPrivateKey" not in shown
