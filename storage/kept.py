"""What the twin in memory keeps of one tenant: dictionaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.answers import Answer
from bot.door import Entry, Known, Offer
from bot.errors import NotFound
from bot.ids import ChangeId, PersonId, RoundId
from bot.outbox import Item
from bot.people import Person

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything of one tenant. Changes and rounds are documents, so that what does not survive JSON shows."""

    changes: dict[ChangeId, str] = field(default_factory=dict)
    rounds: dict[RoundId, str] = field(default_factory=dict)
    people: dict[PersonId, Person] = field(default_factory=dict)
    messages: dict[str, Item] = field(default_factory=dict)
    answers: dict[RoundId, list[Answer]] = field(default_factory=dict)
    digests: dict[RoundId, bytes] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)

    def copy(self) -> "Kept":
        """Copy the dictionaries; what is in them never changes."""
        return Kept(
            dict(self.changes),
            dict(self.rounds),
            dict(self.people),
            dict(self.messages),
            dict(self.answers),
            dict(self.digests),
            dict(self.entries),
            dict(self.known),
            dict(self.offers),
        )


def one_of(there: Mapping[K, V], key: K, kind: str) -> V:
    """Return what is kept under a key. Raises NotFound, which names the kind."""
    try:
        return there[key]
    except KeyError as error:
        raise NotFound(f"there is no such {kind}") from error
