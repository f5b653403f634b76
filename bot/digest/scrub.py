"""Takes out of a text what names or reaches somebody, and leaves a neutral mark in its place.

When in doubt it scrubs. What it cannot see: people who are not on the roster and stand without a title, and what only
somebody who was there recognises. The documents say so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.digest.identifiers import scrub_identifiers
from bot.digest.names import Roster, scrub_names

__all__ = ["Roster", "scrub"]

_MARKS = {
    "nl": {
        "name": "naam",
        "mail": "e-mail",
        "phone": "telefoon",
        "account": "rekening",
        "link": "link",
        "number": "nummer",
        "address": "adres",
    },
    "en": {
        "name": "name",
        "mail": "e-mail",
        "phone": "phone",
        "account": "account",
        "link": "link",
        "number": "number",
        "address": "address",
    },
}
_NOTHING = "[…]"
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
"""Unicode categories that show nothing: control and format signs, among them those that turn the reading direction."""
_JOINER = "\u200d"
"""Holds an emoji together (a family, a profession), and is harmless there."""


def scrub(text: str, *, names: Sequence[str] | Roster, language: str) -> str:
    """Return the text as plain text on one line, without names, addresses, numbers and mentions.

    Args:
        text: What somebody wrote.
        names: The roster: people's names as they are written, or a `Roster` that was made of them before.
        language: Decides the marks (`[naam]`, `[name]`) and which telephone numbers are local.

    """
    roster = names if isinstance(names, Roster) else Roster.of(names)
    marks = _MARKS.get(language, {})
    plain = _plain(text)
    plain = scrub_identifiers(plain, language=language, mark=lambda kind: _mark(marks, kind))
    plain = scrub_names(plain, roster, language=language, mark=_mark(marks, "name"))
    return " ".join(plain.split())


def _mark(marks: dict[str, str], kind: str) -> str:
    """Return the mark of a kind in the text's language, or one without words."""
    return f"[{marks[kind]}]" if kind in marks else _NOTHING


def _plain(text: str) -> str:
    """Compose accents, make every space a space, and drop what is not seen, so that nothing hides in it."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_visible(sign) for sign in composed)


def _visible(sign: str) -> str:
    if sign.isspace():
        return "\n" if sign in "\n\r" else " "
    return "" if sign != _JOINER and unicodedata.category(sign) in _UNSEEN else sign
