"""Whether an activity is from Teams: its token is signed with a key of Microsoft's, for us, and not too long ago.

The SDK would fetch the keys while everyone waits, without a limit, and before it looks at the algorithm. Here they are
fetched once, beside everything else, and kept. A token that cannot be checked is turned away: 401, or 503 where the
keys cannot be had. Nothing of a token is logged or kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt

from adapters.teams.transport import Json
from bot.errors import RuimteError

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Where Microsoft says which keys sign (learn.microsoft.com, Bot Connector authentication, read 2026-11)."""

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
ALGORITHM = "RS256"

KEYS_S = 24 * 3600.0
"""Seconds after which the keys are fetched anew."""

KEYS_LAST_S = 5 * 24 * 3600.0
"""Seconds that keys are believed at most while no newer ones can be had."""

NEW_KEY_S = 300.0
"""Seconds between fetches because a token names a key that we do not know: a stranger cannot make us fetch more."""

AGAIN_S = 5.0
"""Seconds after a fetch that failed before the next one."""

FETCH_LIMIT_S = 4.0
"""Seconds in which Microsoft has to answer: an invoke has five."""

SKEW_S = 300
"""Seconds that clocks may differ."""

LONGEST_TOKEN = 16_384
LONGEST_DOCUMENT = 1_000_000

_log = logging.getLogger(__name__)


class TokenForged(RuimteError):
    """This is no token of Microsoft's for us."""

    code = "token_forged"


class KeysMissing(RuimteError):
    """Microsoft's keys cannot be had now, so that nothing can be checked."""

    code = "keys_missing"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of Microsoft's, and the channels whose tokens it may sign."""

    key: Any
    endorsements: frozenset[str]


@dataclass(slots=True)
class SigningKeys:
    """Microsoft's keys, as long as they are believed."""

    session: aiohttp.ClientSession
    url: str = OPENID_URL
    _keys: Mapping[str, SigningKey] = field(default_factory=dict, init=False)
    _fetched_at: float = field(default=float("-inf"), init=False)
    _tried_at: float = field(default=float("-inf"), init=False)
    _fetching: asyncio.Future[None] | None = field(default=None, init=False)

    async def get(self, name: str) -> SigningKey:
        """Return a key. Raises TokenForged where there is no such key, KeysMissing where that cannot be found out."""
        now = _now()
        stale = now - self._fetched_at >= KEYS_S and now - self._tried_at >= AGAIN_S
        if stale or (name not in self._keys and now - self._tried_at >= NEW_KEY_S):
            await self._fetch()
            now = _now()
        if now - self._fetched_at >= KEYS_LAST_S:
            raise KeysMissing
        if name not in self._keys:
            raise TokenForged
        return self._keys[name]

    async def _fetch(self) -> None:
        """Fetch them, once for everyone who waits; where that fails what we have stays, and it is tried again soon."""
        if self._fetching is None:
            self._fetching = asyncio.ensure_future(self._try())
            self._fetching.add_done_callback(self._fetched)
        await asyncio.shield(self._fetching)

    def _fetched(self, _: asyncio.Future[None]) -> None:
        self._fetching = None

    async def _try(self) -> None:
        try:
            async with asyncio.timeout(FETCH_LIMIT_S):
                where = str((await self._read(self.url))["jwks_uri"])
                found = (await self._read(where))["keys"]
                self._keys = {str(one["kid"]): _signing_key(one) for one in found if one["kty"] == "RSA"}
        except (aiohttp.ClientError, OSError, jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            _log.warning("Microsoft's keys could not be fetched: %s.", type(error).__name__)
            return
        finally:
            self._tried_at = _now()
        self._fetched_at = self._tried_at

    async def _read(self, url: str) -> Json:
        async with self.session.get(url, allow_redirects=False) as response:
            response.raise_for_status()
            if response.status != 200 or (response.content_length or 0) > LONGEST_DOCUMENT:  # noqa: PLR2004 -- OK
                raise ValueError
            document = await response.json(content_type=None)
        if not isinstance(document, dict):
            raise TypeError
        return document


def _signing_key(of: Json) -> SigningKey:
    return SigningKey(jwt.PyJWK(of, algorithm=ALGORITHM).key, frozenset(map(str, of.get("endorsements") or ())))


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks the tokens that come with activities for one app."""

    app_id: str
    keys: SigningKeys

    async def claims(self, authorization: str) -> Json:
        """Return what a token says, once it is known to be Microsoft's. Raises TokenForged, KeysMissing."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise TokenForged
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != ALGORITHM:
                raise TokenForged
            signing = await self.keys.get(str(header.get("kid") or ""))
            if CHANNEL not in signing.endorsements:
                raise TokenForged
            return jwt.decode(
                token,
                signing.key,
                algorithms=[ALGORITHM],
                audience=self.app_id,
                issuer=ISSUER,
                leeway=SKEW_S,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise TokenForged from error


def _now() -> float:
    return asyncio.get_running_loop().time()
