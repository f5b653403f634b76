"""Forms that are open and notices that were given: kept in memory so that a page can be shown again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.ids import FieldKey, PersonId
from bot.messages import Form, Notice

KEPT = 2000
"""So many openings stay; an older form can still be sent, but not be shown again."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Opening:
    """A form or a notice as one person sees it; `typed` and `problems` are of a form that could not be taken."""

    person: PersonId
    place: str
    reply: Form | Notice
    stamp: int
    typed: Mapping[FieldKey, str] = field(default_factory=dict)
    problems: tuple[tuple[FieldKey, str], ...] = ()


class Openings:
    """The openings of the sandbox, and the stamps of its forms."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[str, Opening] = OrderedDict()
        self._forms: OrderedDict[tuple[PersonId, int, str], Form] = OrderedDict()
        self._stamp = 0
        self._count = 0

    def stamp(self, now: datetime) -> int:
        """Return the stamp of a form that is opened now: larger than every one before.

        In thousandths of a second of the company's time: it also grows for someone who acted before by themselves.
        """
        self._stamp = max(self._stamp + 1, int(now.timestamp()) * 1000 + 500)
        return self._stamp

    def keep(self, opening: Opening) -> str:
        """Keep an opening; return the name under which it is found."""
        self._count += 1
        name = str(self._count)
        _put(self._kept, name, opening)
        if isinstance(opening.reply, Form):
            _put(self._forms, (opening.person, opening.stamp, opening.reply.state), opening.reply)
        return name

    def get(self, name: str, person: PersonId) -> Opening | None:
        """Return an opening of this person; None when it is not theirs or has gone."""
        opening = self._kept.get(name)
        return opening if opening is not None and opening.person == person else None

    def form(self, person: PersonId, stamp: int, state: str) -> Form | None:
        """Return the form that somebody sends, as they saw it; None when it has gone."""
        return self._forms.get((person, stamp, state))


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep a value, and let the oldest go."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > KEPT:
        kept.popitem(last=False)
