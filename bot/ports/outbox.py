"""The messages that wait and those that were sent, in the transaction that they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.ids import ChangeId, PersonId, RoundId
from bot.outbox import Delivery, Item, Mailing


class Outbox(Protocol):
    """The outbox, in the transaction that it came from."""

    async def plan(self, items: Sequence[Item]) -> None:
        """Add items; one whose id exists is left as it is."""
        ...

    async def mail(self, mailings: Sequence[Mailing]) -> None:
        """Add everyone's item of these mailings; one whose id exists is left as it is."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Item]:
        """Return waiting and sending items that are due and whose parent, if any, was sent, by due time, then id.

        The first `limit`, and with them whatever else is due to the same people: what goes to one person is weighed and
        bundled together.
        """
        ...

    async def next_due_at(self) -> datetime | None:
        """Return when the next item is due that was not sent and whose parent, if any, was."""
        ...

    async def mark(self, items: Sequence[Item]) -> None:
        """Write state, attempts, due_at, wave, sent_at and ref of items."""
        ...

    async def get(self, item: str) -> Item:
        """Return one item. Raises NotFound."""
        ...

    async def of_round(self, round_id: RoundId, kind: str) -> Sequence[Item]:
        """Return the items of one kind in a round, by id."""
        ...

    async def of_change(self, change: ChangeId, kind: str) -> Sequence[Item]:
        """Return the items of one kind in a change, by id."""
        ...

    async def of_person(self, person: PersonId) -> Sequence[Item]:
        """Return what was and will be sent to someone, by due time."""
        ...

    async def sent_since(self, people: Sequence[PersonId], since: datetime) -> Mapping[PersonId, Sequence[datetime]]:
        """Return when each of these was sent a message that costs attention since then, oldest first."""
        ...

    async def minutes_since(self, change: ChangeId, since: datetime) -> Mapping[PersonId, float]:
        """Return the minutes that the invitations of a change since then cost each person, those that wait included."""
        ...

    async def counts(self, round_id: RoundId) -> Mapping[Delivery, int]:
        """Return how many invitations of a round are in each state."""
        ...

    async def drop(self, *, round_id: RoundId, kinds: frozenset[str]) -> int:
        """Drop what waits or is in doubt of these kinds in a round; say how many."""
        ...
