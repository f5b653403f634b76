"""The outbox of the twin in memory."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.ids import ChangeId, PersonId, RoundId
from bot.outbox import EDITS, PERSONAL, Delivery, Item, Kind, Mailing
from storage.kept import Kept, one_of

_TRIED = frozenset({Delivery.WAITING, Delivery.SENDING})


class MemoryOutbox:
    """See `bot.ports.Outbox`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._messages = kept.messages

    async def plan(self, items: Sequence[Item]) -> None:
        """See `bot.ports.Outbox`."""
        for item in items:
            self._messages.setdefault(item.id, item)

    async def mail(self, mailings: Sequence[Mailing]) -> None:
        """See `bot.ports.Outbox`."""
        await self.plan([item for mailing in mailings for item in mailing.items()])

    async def due(self, now: datetime, limit: int) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        due = sorted((item for item in self._to_send() if item.due_at <= now), key=_by_due)
        people = {item.person for item in due[:limit] if item.person is not None}
        return [item for place, item in enumerate(due) if place < limit or item.person in people]

    async def next_due_at(self) -> datetime | None:
        """See `bot.ports.Outbox`."""
        return min((item.due_at for item in self._to_send()), default=None)

    async def mark(self, items: Sequence[Item]) -> None:
        """See `bot.ports.Outbox`."""
        for item in items:
            old = self._messages.get(item.id)
            if old is not None:
                self._messages[item.id] = replace(
                    old,
                    state=item.state,
                    attempts=item.attempts,
                    due_at=item.due_at,
                    wave=item.wave,
                    sent_at=item.sent_at,
                    ref=item.ref,
                )

    async def get(self, item: str) -> Item:
        """See `bot.ports.Outbox`."""
        return one_of(self._messages, item, "message")

    async def of_round(self, round_id: RoundId, kind: str) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        found = [item for item in self._messages.values() if item.round == round_id]
        return sorted((item for item in found if item.kind == kind), key=lambda item: item.id)

    async def of_change(self, change: ChangeId, kind: str) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        found = [item for item in self._messages.values() if item.change == change]
        return sorted((item for item in found if item.kind == kind), key=lambda item: item.id)

    async def of_person(self, person: PersonId) -> Sequence[Item]:
        """See `bot.ports.Outbox`."""
        return sorted((item for item in self._messages.values() if item.person == person), key=_by_due)

    async def sent_since(self, people: Sequence[PersonId], since: datetime) -> Mapping[PersonId, Sequence[datetime]]:
        """See `bot.ports.Outbox`."""
        asked = set(people)
        sent: defaultdict[PersonId, list[datetime]] = defaultdict(list)
        for item in self._messages.values():
            if item.person not in asked or item.kind in PERSONAL | EDITS:
                continue
            if item.state is Delivery.SENT and item.sent_at is not None and item.sent_at >= since:
                sent[item.person].append(item.sent_at)
        return {person: sorted(moments) for person, moments in sent.items()}

    async def minutes_since(self, change: ChangeId, since: datetime) -> Mapping[PersonId, float]:
        """See `bot.ports.Outbox`."""
        minutes: defaultdict[PersonId, float] = defaultdict(float)
        for item in self._messages.values():
            charged = item.state in _TRIED | {Delivery.SENT} and item.kind is Kind.INVITE
            if item.person is None or item.change != change or not charged:
                continue
            if (item.sent_at or item.due_at) >= since:
                minutes[item.person] += item.minutes
        return dict(minutes)

    async def counts(self, round_id: RoundId) -> Mapping[Delivery, int]:
        """See `bot.ports.Outbox`."""
        return Counter(item.state for item in await self.of_round(round_id, Kind.INVITE))

    async def drop(self, *, round_id: RoundId, kinds: frozenset[str]) -> int:
        """See `bot.ports.Outbox`."""
        dropped = [
            item
            for item in self._messages.values()
            if item.round == round_id and item.kind in kinds and item.state in _TRIED
        ]
        self._messages.update({item.id: replace(item, state=Delivery.DROPPED) for item in dropped})
        return len(dropped)

    def _to_send(self) -> list[Item]:
        return [
            item
            for item in self._messages.values()
            if item.state in _TRIED and (item.parent is None or self._was_sent(item.parent))
        ]

    def _was_sent(self, item: str) -> bool:
        found = self._messages.get(item)
        return found is not None and found.state is Delivery.SENT


def _by_due(item: Item) -> tuple[datetime, str]:
    return item.due_at, item.id
