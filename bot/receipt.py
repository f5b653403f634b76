"""Receipts: what lets an anonymous voice see what became of its rumour or question, and nobody else."""

from __future__ import annotations

import hashlib
import hmac

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
WORDS = 5
"""Words of 16 bits each: 80 bits."""


def receipt(seal_key: bytes, nonce: bytes, stamp: int) -> str:
    """Make the receipt of one form: five words that can be read aloud; the same form gives the same one.

    The spelling is that of proquints (Wilkerson, arXiv:0901.4016, read 2026-11): consonants and vowels in turn, 16
    bits a word. It follows from the seal of its batch, which is destroyed at the release.
    """
    raw = hmac.digest(seal_key, b"receipt" + nonce + stamp.to_bytes(16, "big", signed=True), "sha256")
    return " ".join(_word(int.from_bytes(raw[2 * at : 2 * at + 2], "big")) for at in range(WORDS))


def receipt_hash(text: str) -> bytes:
    """Return what is kept of a receipt, 32 bytes; spaces, hyphens and capitals do not matter."""
    letters = "".join(sign for sign in text.lower() if sign.isalpha())
    return hashlib.sha256(b"ruimte receipt" + letters.encode()).digest()


def _word(bits: int) -> str:
    """Spell 16 bits: consonant, vowel, consonant, vowel, consonant."""
    return "".join(
        (
            CONSONANTS[bits >> 12 & 15],
            VOWELS[bits >> 10 & 3],
            CONSONANTS[bits >> 6 & 15],
            VOWELS[bits >> 4 & 3],
            CONSONANTS[bits & 15],
        )
    )
