"""What is written of changes, rounds, people and answers, in the transaction that it came from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from bot.answers import Answer
from bot.change import Change
from bot.door import Entry, Known, Offer
from bot.ids import ChangeId, PersonId, RoundId
from bot.people import Person
from bot.round import Round


class Changes(Protocol):
    """Changes, in the transaction that they came from."""

    async def get(self, change: ChangeId) -> Change:
        """Return a change. Raises NotFound."""
        ...

    async def all(self) -> Sequence[Change]:
        """Return every change, by id."""
        ...

    async def put(self, change: Change) -> None:
        """Write a change that was read in this transaction or is new (version 0). Raises StaleWrite."""
        ...


class Rounds(Protocol):
    """Rounds, in the transaction that they came from."""

    async def get(self, round_id: RoundId, *, lock: bool = False) -> Round:
        """Return a round; `lock` holds its row against submissions until the commit. Raises NotFound."""
        ...

    async def alone(self) -> None:
        """Wait until nobody else is opening a round of this tenant; nobody is, from here to the commit.

        What is read afterwards is what the one before has written.
        """
        ...

    async def of_change(self, change: ChangeId) -> Sequence[Round]:
        """Return the rounds of a change, by opening, then id."""
        ...

    async def unfinished(self) -> Sequence[Round]:
        """Return the rounds that are planned, open or releasing, or ended and not cancelled without `heard_told_at`."""
        ...

    async def put(self, round_: Round) -> None:
        """Write a round that was read in this transaction or is new (version 0). Raises StaleWrite."""
        ...


class People(Protocol):
    """People, in the transaction that they came from."""

    async def get(self, person: PersonId) -> Person:
        """Return a person. Raises NotFound."""
        ...

    async def all(self) -> Sequence[Person]:
        """Return everyone, by id, those who left included."""
        ...

    async def some(self, people: Collection[PersonId]) -> Sequence[Person]:
        """Return those of these who are known, by id."""
        ...

    async def put(self, people: Sequence[Person]) -> None:
        """Write people, new or changed."""
        ...

    async def forget(self, person: PersonId) -> None:
        """Delete the row of a person and their messages; what they said is not theirs to find any more."""
        ...


class Answers(Protocol):
    """Released answers and digests, in boxes under their batch's key."""

    async def add(self, round_id: RoundId, answers: Sequence[Answer]) -> None:
        """Write the answers of a round under random ids; what was there of this round is replaced."""
        ...

    async def of_round(self, round_id: RoundId) -> Sequence[Answer]:
        """Return the answers of a released round, in the order of their random ids."""
        ...

    async def put_digest(self, round_id: RoundId, digest: bytes) -> None:
        """Keep a digest, sealed."""
        ...

    async def digest(self, round_id: RoundId) -> bytes | None:
        """Return a digest, or None when there is none yet."""
        ...


class Door(Protocol):
    """Questions, rumours, offers and what is known, in the transaction that they came from."""

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """Add rumours or questions."""
        ...

    async def entry(self, entry: str) -> Entry:
        """Return one. Raises NotFound."""
        ...

    async def entries(self) -> Sequence[Entry]:
        """Return all, by id (which is random)."""
        ...

    async def put_entry(self, entry: Entry) -> None:
        """Write one that exists."""
        ...

    async def by_receipt(self, receipt: bytes) -> Entry | None:
        """Return the released entry with this receipt's hash."""
        ...

    async def add_known(self, known: Known) -> None:
        """Publish what is known."""
        ...

    async def known(self) -> Sequence[Known]:
        """Return what is known, newest first."""
        ...

    async def add_offers(self, offers: Sequence[Offer]) -> None:
        """Add offers; one whose id exists is left as it is."""
        ...

    async def offer(self, offer: str) -> Offer:
        """Return one. Raises NotFound."""
        ...

    async def offers(self, change: ChangeId) -> Sequence[Offer]:
        """Return the offers of a change, by id."""
        ...

    async def put_offer(self, offer: Offer) -> None:
        """Write one that exists."""
        ...

    async def forget(self, person: PersonId) -> None:
        """Delete what came from a person by name: questions, rumours, offers."""
        ...
