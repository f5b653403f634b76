"""Cutting texts to what a platform takes; characters are counted as JavaScript and the platforms count them."""

from __future__ import annotations

from collections.abc import Iterator

ELLIPSIS = "…"


def cut(text: str, most: int) -> str:
    """Shorten a text to `most` characters, at a space where there is one near the end."""
    text = text.strip()
    if length(text) <= most:
        return text
    kept = _head(text, most - 1)
    space = kept.rfind(" ")
    return (kept[:space] if space > most // 2 else kept).rstrip() + ELLIPSIS


def pieces(text: str, most: int) -> Iterator[str]:
    """Divide a text into pieces of at most `most` characters, at a line or a space where there is one."""
    rest = text.strip()
    while length(rest) > most:
        head = _head(rest, most)
        at = max(head.rfind("\n"), head.rfind(" "))
        at = at if at > most // 2 else len(head)
        yield rest[:at].rstrip()
        rest = rest[at:].lstrip()
    if rest:
        yield rest


def length(text: str) -> int:
    """Count in UTF-16 units, where an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(text: str, most: int) -> str:
    """Return as much of the beginning as fits."""
    head = text[:most]
    while length(head) > most:
        head = head[: len(head) - (length(head) - most + 1) // 2]
    return head
