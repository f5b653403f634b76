"""Who we are to Teams: a token for an app's secret, its certificate or a managed identity, fetched beside everything.

The SDK would fetch it while everyone waits. Microsoft's identity platform, client credentials (learn.microsoft.com,
read 2026-11).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp
import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from adapters.teams.calls import Unconnected
from adapters.teams.transport import Json
from adapters.trying import LATER_S, UNCONNECTED_S, Unheard
from bot.errors import SettingsInvalid
from bot.ports import Clock

LOGIN_URL = "https://login.microsoftonline.com"
RESOURCE = "https://api.botframework.com"
IMDS_URL = "http://169.254.169.254/metadata/identity/oauth2/token"
"""Where a machine in Azure asks who it is. An address of its own host, reached by nothing that a stranger says."""

FETCH_LIMIT_S = 10.0
EARLY_S = 300.0
"""Seconds before its end at which a token is fetched anew."""

ASSERTION_S = 300
ASSERTED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Tokens(Protocol):
    """What we show to Teams."""

    async def get(self) -> str:
        """Return a token, "" where none is wanted. Raises Unconnected, Unheard."""
        ...

    def drop(self) -> None:
        """Fetch another one next time: Teams did not take this one."""
        ...


class NoTokens:
    """While developing without an app: nobody asks who we are."""

    async def get(self) -> str:
        """See `Tokens`."""
        return ""

    def drop(self) -> None:
        """See `Tokens`."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, and for how many seconds it holds."""

    token: str = field(repr=False)
    lasts_s: float


@dataclass(slots=True)
class KeptTokens:
    """A token that is kept until shortly before its end, and fetched once for everyone who waits for it."""

    fetch: Callable[[], Awaitable[Granted]]
    _token: str = field(default="", init=False, repr=False)
    _until: float = field(default=float("-inf"), init=False)
    _fetching: asyncio.Future[None] | None = field(default=None, init=False)

    async def get(self) -> str:
        """See `Tokens`."""
        if asyncio.get_running_loop().time() >= self._until:
            if self._fetching is None:
                self._fetching = asyncio.ensure_future(self._renew())
                self._fetching.add_done_callback(self._fetched)
            await asyncio.shield(self._fetching)
        return self._token

    def drop(self) -> None:
        """See `Tokens`."""
        self._until = float("-inf")

    def _fetched(self, task: asyncio.Future[None]) -> None:
        self._fetching = None
        if not task.cancelled():
            # Looked at, so that one for which nobody waits any more is not reported by the loop.
            task.exception()

    async def _renew(self) -> None:
        granted = await self.fetch()
        self._token = granted.token
        # One that lasts shorter than that is used for half its time.
        early_s = min(EARLY_S, granted.lasts_s / 2)
        self._until = asyncio.get_running_loop().time() + granted.lasts_s - early_s


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its private key; the key appears in no text of ours."""

    key: object = field(repr=False)
    thumbprint: str

    @classmethod
    def parse(cls, pem: bytes) -> Certificate:
        """Read a PEM file with both in it. Raises SettingsInvalid, which says nothing of what is in it."""
        try:
            key = load_pem_private_key(pem, password=None)
            certificate = x509.load_pem_x509_certificate(pem)
        except (ValueError, TypeError) as error:
            raise SettingsInvalid(
                "RUIMTE_TEAMS_CERTIFICATE wants a PEM file with a certificate and its private key, without a password"
            ) from error
        digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
        return cls(key, base64.urlsafe_b64encode(digest).rstrip(b"=").decode())

    def assertion(self, app_id: str, url: str, at: int) -> str:
        """Say who we are, signed; it holds for five minutes from the moment `at`, in seconds since 1970."""
        claims = {"aud": url, "iss": app_id, "sub": app_id, "jti": secrets.token_hex(16), "nbf": at}
        headers = {"x5t#S256": self.thumbprint}
        return jwt.encode(claims | {"exp": at + ASSERTION_S}, self.key, algorithm="PS256", headers=headers)  # type: ignore[arg-type]


def read_certificate(path: Path) -> bytes:
    """Read a file. Blocks. Raises SettingsInvalid."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsInvalid(f"RUIMTE_TEAMS_CERTIFICATE {path} cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """The app, with its secret or its certificate, and the tenant in which it is registered."""

    session: aiohttp.ClientSession
    clock: Clock
    app_id: str
    tenant: str
    secret: str = field(default="", repr=False)
    certificate: Certificate | None = field(default=None, repr=False)
    login_url: str = LOGIN_URL

    async def fetch(self) -> Granted:
        """Fetch a token. Raises Unconnected, Unheard."""
        url = f"{self.login_url}/{self.tenant}/oauth2/v2.0/token"
        asked = {"grant_type": "client_credentials", "client_id": self.app_id, "scope": f"{RESOURCE}/.default"}
        if self.certificate is not None:
            signed = self.certificate.assertion(self.app_id, url, int(self.clock.now().timestamp()))
            asked |= {"client_assertion_type": ASSERTED, "client_assertion": signed}
        else:
            asked |= {"client_secret": self.secret}
        return await _granted(self.session, "POST", url, data=asked)


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """The identity that Azure gives the machine, or with `endpoint` and `header` the App Service, that we run on."""

    session: aiohttp.ClientSession
    app_id: str
    endpoint: str = ""
    header: str = field(default="", repr=False)

    async def fetch(self) -> Granted:
        """Fetch a token. Raises Unconnected, Unheard."""
        asked = {"resource": RESOURCE, "client_id": self.app_id}
        if self.endpoint:
            query = asked | {"api-version": "2019-08-01"}
            headers = {"X-IDENTITY-HEADER": self.header}
            return await _granted(self.session, "GET", self.endpoint, params=query, headers=headers)
        query = asked | {"api-version": "2018-02-01"}
        return await _granted(self.session, "GET", IMDS_URL, params=query, headers={"Metadata": "true"})


async def _granted(session: aiohttp.ClientSession, method: str, url: str, **given: dict[str, str]) -> Granted:
    """Ask for a token. What Microsoft says of a refusal names the app and no secret; only its word for it is kept."""
    limit = aiohttp.ClientTimeout(total=FETCH_LIMIT_S)
    try:
        asked = session.request(method, url, allow_redirects=False, timeout=limit, **given)  # type: ignore[arg-type]
        async with asked as response:
            said = await response.json(content_type=None)
            status = response.status
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise Unheard(f"Microsoft's login did not answer: {type(error).__name__}", retry_after_s=LATER_S) from None
    return _read(said if isinstance(said, dict) else {}, status)


def _read(said: Json, status: int) -> Granted:
    token, word = said.get("access_token"), str(said.get("error", ""))
    if isinstance(token, str) and token:
        try:
            return Granted(token, float(said.get("expires_in", 3600)))
        except (TypeError, ValueError):
            return Granted(token, 3600.0)
    raise Unconnected(f"{status} {word}" if word.isidentifier() else str(status), retry_after_s=UNCONNECTED_S)
