"""Tokens: what a first message carries so that an answer can be changed without anyone knowing whose it is.

The nonce of a round is `HMAC(K_wave, round, person)`: a message that is sent again carries the same one. The token
binds it to the person with `K_bind`, so that nobody can use another's. Nothing of it is stored.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from bot.errors import TokenRejected
from bot.ids import PersonId, RoundId

NONCE_BYTES = 16
MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Token:
    """A verified token: of this round, and of the person who came with it."""

    round: RoundId
    nonce: bytes


def nonce(wave_key: bytes, round_id: RoundId, person: PersonId) -> bytes:
    """Derive the 128-bit nonce of one person in one round from the key of their wave."""
    return _mac(wave_key, "nonce", round_id, person)[:NONCE_BYTES]


def issue(bind_key: bytes, round_id: RoundId, person: PersonId, nonce_: bytes) -> str:
    """Write the token for a person's first message: `<round>.<nonce and MAC>`, safe in any payload."""
    mac = _mac(bind_key, "bind", round_id, person, nonce_)[:MAC_BYTES]
    return f"{round_id}.{_written(nonce_ + mac)}"


def _written(raw: bytes) -> str:
    """Write bytes in the one way in which they are read."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def round_of(token: str) -> RoundId:
    """Say of which round a token claims to be, without believing it. Raises TokenRejected when it is not a token."""
    round_id, dot, sealed = token.rpartition(".")
    if not dot or not round_id or not sealed:
        raise TokenRejected
    return RoundId(round_id)


def verify(bind_key: bytes, token: str, person: PersonId) -> Token:
    """Return the token of this person. Raises TokenRejected for any other, malformed ones included."""
    round_id = round_of(token)
    encoded = token.rpartition(".")[2]
    try:
        # Text that is no UTF-8 is a ValueError here, and so is what is not base64.
        round_id.encode()
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError as error:
        raise TokenRejected from error
    if len(raw) != NONCE_BYTES + MAC_BYTES or _written(raw) != encoded:
        raise TokenRejected
    nonce_, mac = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    if not hmac.compare_digest(mac, _mac(bind_key, "bind", round_id, person, nonce_)[:MAC_BYTES]):
        raise TokenRejected
    return Token(round_id, nonce_)


def tag(seal_key: bytes, nonce_: bytes, page: str) -> bytes:
    """Name the box of one page of one token, 32 bytes; without `K_seal` it says nothing."""
    return _mac(seal_key, "tag", nonce_, page)


def voice(seal_key: bytes, nonce_: bytes) -> bytes:
    """Name a voice inside its boxes, 16 bytes, so that voices can be counted at the release."""
    return _mac(seal_key, "voice", nonce_)[:16]


def _mac(key: bytes, *parts: str | bytes) -> bytes:
    """HMAC-SHA-256 over the parts, each with its length, so that no two lists of parts are the same message."""
    mac = hmac.new(key, digestmod="sha256")
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()
