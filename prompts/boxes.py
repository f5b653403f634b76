"""Proves that the largest answer to a page fits in its sealed box, by arithmetic on how a slip is written."""

from __future__ import annotations

from bot.questions import Page, RoundKind

CAPACITY = 8192 - 28 - 4
"""Bytes for what is said in a box of 8,192: without nonce, authentication tag and length (design, section 5)."""

CHARACTER_BYTES = 4
"""The most bytes that one character takes in UTF-8."""

_SEGMENT = 64 + 2
"""The longest name of a group on a platform (a Teams thread id has about 60 characters), with its header."""

_FIXED = 2 + 3 + 1 + 9 + (32 + 2) + _SEGMENT + 1 + 1
"""Two list headers, language, quotable, stamp, voice, segment and two empty parts, as CBOR (RFC 8949)."""

_KEY_OF_TEMPLATE = 40
"""Characters in the key of a page that is made from a template: a scenario, or a theme that is asked on."""

_TEMPLATES = frozenset({RoundKind.SCENARIOS, RoundKind.ASK})


def most_bytes(kind: RoundKind, page: Page) -> int:
    """Return how many bytes the longest answers to a page take, at four bytes a character."""
    key = max(len(page.key), _KEY_OF_TEMPLATE if kind in _TEMPLATES else 0) + 2
    fields = sum(
        len(field.key)
        + 2
        + 3
        + (max(len(choice.key) for choice in field.choices) if field.choices else field.maximum * CHARACTER_BYTES)
        for field in page.questions
    )
    return _FIXED + key + fields
