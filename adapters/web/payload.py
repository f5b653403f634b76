"""What a browser sends, read into our own words on the first line of a handler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from aiohttp import web

from bot.ids import FieldKey
from bot.messages import Action

FIELD = "f."
"""What the names of a form's own fields begin with."""

LONGEST_NUMBER = 18
"""Digits; every such number fits in 64 bits."""


class Fields(Protocol):
    """The fields of a form: each name may come more than once, and a value may be a file."""

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        ...

    def get(self, key: str, default: str, /) -> object:
        """Return the first value of a name."""
        ...

    def getall(self, key: str, /) -> Sequence[object]:
        """Return every value of a name. Raises KeyError."""
        ...


def text(fields: Fields, name: str) -> str:
    """One value as text; a file is none. Line breaks come as browsers send them, CR LF, and are made LF."""
    value = fields.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def number(fields: Fields, name: str) -> int:
    """A whole number. Raises HTTPBadRequest for anything else."""
    digits = text(fields, name)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise web.HTTPBadRequest
    return int(digits)


def action(fields: Fields) -> Action:
    """What is asked for. Raises HTTPBadRequest for what no button of ours asks."""
    try:
        return Action(text(fields, "action"))
    except ValueError as error:
        raise web.HTTPBadRequest from error


def filled(fields: Fields) -> tuple[tuple[FieldKey, str], ...]:
    """What was filled in; several choices of one field are joined by a space."""
    names = dict.fromkeys(name for name in fields if name.startswith(FIELD))
    return tuple((FieldKey(name.removeprefix(FIELD)), _joined(fields, name)) for name in names)


def _joined(fields: Fields, name: str) -> str:
    values = fields.getall(name)
    return text(fields, name) if len(values) == 1 else " ".join(v for v in values if isinstance(v, str))
