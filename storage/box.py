"""Sealed boxes: AES-256-GCM, padded, so that a box's size says nothing about what lies in it."""

import secrets

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import BoxBroken, SlipTooLarge

BOX_BYTES = 8192
"""What every box is long, nonce and authentication tag included (design, section 5)."""

_NONCE_BYTES = 12
_MAC_BYTES = 16
_LENGTH_BYTES = 4
_AROUND = _NONCE_BYTES + _MAC_BYTES + _LENGTH_BYTES

CAPACITY = BOX_BYTES - _AROUND
"""Bytes that fit in one box."""


def about(*parts: str | bytes | int) -> bytes:
    """Write associated data: what a box belongs to. No two lists of parts give the same bytes."""
    return cbor2.dumps(parts)


def seal(key: bytes, content: bytes, belongs_to: bytes) -> bytes:
    """Seal into a box of exactly `BOX_BYTES`.

    Raises:
        SlipTooLarge: The content is longer than `CAPACITY`.
    """
    if len(content) > CAPACITY:
        raise SlipTooLarge
    return seal_long(key, content, belongs_to)


def seal_long(key: bytes, content: bytes, belongs_to: bytes) -> bytes:
    """Seal into a box whose length is the least multiple of `BOX_BYTES` that holds the content."""
    padding = -(len(content) + _AROUND) % BOX_BYTES
    padded = len(content).to_bytes(_LENGTH_BYTES, "big") + content + bytes(padding)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, padded, belongs_to)


def unseal(key: bytes, box: bytes, belongs_to: bytes) -> bytes:
    """Return the content of a box.

    Raises:
        BoxBroken: It was sealed with another key, for something else, or was changed.
    """
    try:
        padded = AESGCM(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], belongs_to)
    except (InvalidTag, ValueError) as error:
        raise BoxBroken from error
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
