"""The twin in memory: what the repositories keep, as dictionaries of one tenant."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.answers import Answer
from bot.change import Change
from bot.door import Entry, EntryKind, Known, Offer
from bot.errors import NotFound, StaleWrite
from bot.ids import ChangeId, PersonId, RoundId
from bot.outbox import EDITS, PERSONAL, Delivery, Item, Kind
from bot.people import Person
from bot.ports import Answers, Changes, Door, Outbox, People, Rounds, Transaction
from bot.round import Round, RoundState
from storage import mapping

K = TypeVar("K")
V = TypeVar("V")

_TRIED = frozenset({Delivery.WAITING, Delivery.SENDING})
_UNDER_WAY = frozenset({RoundState.PLANNED, RoundState.OPEN, RoundState.RELEASING})
_READABLE = frozenset({RoundState.RELEASED, RoundState.DESTROYED})


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


class MemoryTransaction(Transaction):
    """See `bot.ports.Transaction`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self.changes: Changes = MemoryChanges(kept)
        self.rounds: Rounds = MemoryRounds(kept)
        self.people: People = MemoryPeople(kept)
        self.outbox: Outbox = MemoryOutbox(kept)
        self.answers: Answers = MemoryAnswers(kept)
        self.door: Door = MemoryDoor(kept)


class MemoryChanges:
    """See `bot.ports.Changes`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._changes = kept.changes

    async def get(self, change: ChangeId) -> Change:
        """See `bot.ports.Changes`."""
        return mapping.read(mapping.changes(), _found(self._changes, change, "change"))

    async def all(self) -> Sequence[Change]:
        """See `bot.ports.Changes`."""
        return [mapping.read(mapping.changes(), self._changes[change]) for change in sorted(self._changes)]

    async def put(self, change: Change) -> None:
        """See `bot.ports.Changes`."""
        old = self._changes.get(change.id)
        _check_version(change.version, None if old is None else mapping.read(mapping.changes(), old).version)
        self._changes[change.id] = mapping.write(mapping.changes(), replace(change, version=change.version + 1))


class MemoryRounds:
    """See `bot.ports.Rounds`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._rounds = kept.rounds

    async def get(self, round_id: RoundId, *, lock: bool = False) -> Round:  # noqa: ARG002 - one writer holds all
        """See `bot.ports.Rounds`."""
        return mapping.read(mapping.rounds(), _found(self._rounds, round_id, "round"))

    async def of_change(self, change: ChangeId) -> Sequence[Round]:
        """See `bot.ports.Rounds`."""
        return [round_ for round_ in self._all() if round_.change == change]

    async def unfinished(self) -> Sequence[Round]:
        """See `bot.ports.Rounds`."""
        return [
            round_
            for round_ in self._all()
            if round_.state in _UNDER_WAY or (round_.state in _READABLE and round_.heard_told_at is None)
        ]

    async def put(self, round_: Round) -> None:
        """See `bot.ports.Rounds`."""
        old = self._rounds.get(round_.id)
        _check_version(round_.version, None if old is None else mapping.read(mapping.rounds(), old).version)
        self._rounds[round_.id] = mapping.write(mapping.rounds(), replace(round_, version=round_.version + 1))

    def _all(self) -> list[Round]:
        rounds = (mapping.read(mapping.rounds(), document) for document in self._rounds.values())
        return sorted(rounds, key=lambda round_: (round_.opens_at, round_.id))


class MemoryPeople:
    """See `bot.ports.People`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._kept = kept

    async def get(self, person: PersonId) -> Person:
        """See `bot.ports.People`."""
        return _found(self._kept.people, person, "person")

    async def all(self) -> Sequence[Person]:
        """See `bot.ports.People`."""
        return [self._kept.people[person] for person in sorted(self._kept.people)]

    async def some(self, people: Collection[PersonId]) -> Sequence[Person]:
        """See `bot.ports.People`."""
        return [self._kept.people[person] for person in sorted(set(people)) if person in self._kept.people]

    async def put(self, people: Sequence[Person]) -> None:
        """See `bot.ports.People`."""
        self._kept.people.update({person.id: person for person in people})

    async def forget(self, person: PersonId) -> None:
        """See `bot.ports.People`."""
        self._kept.people.pop(person, None)
        for item in [one for one in self._kept.messages.values() if one.person == person]:
            del self._kept.messages[item.id]


class MemoryOutbox:
    """See `bot.ports.Outbox`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._messages = kept.messages

    async def plan(self, items: Sequence[Item]) -> None:
        """See `bot.ports.Outbox`."""
        for item in items:
            self._messages.setdefault(item.id, item)

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
        return _found(self._messages, item, "message")

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

    async def drop(self, *, round_id: RoundId, kinds: frozenset[str], below_wave: int | None = None) -> int:
        """See `bot.ports.Outbox`."""
        state = Delivery.DROPPED if below_wave is None else Delivery.UNREACHABLE
        dropped = [
            item
            for item in self._messages.values()
            if item.round == round_id
            and item.kind in kinds
            and item.state in _TRIED
            and (below_wave is None or item.wave < below_wave)
        ]
        self._messages.update({item.id: replace(item, state=state) for item in dropped})
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


class MemoryAnswers:
    """See `bot.ports.Answers`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._kept = kept

    async def add(self, round_id: RoundId, answers: Sequence[Answer]) -> None:
        """See `bot.ports.Answers`."""
        shuffled = list(answers)
        secrets.SystemRandom().shuffle(shuffled)
        self._kept.answers[round_id] = shuffled

    async def of_round(self, round_id: RoundId) -> Sequence[Answer]:
        """See `bot.ports.Answers`."""
        return list(self._kept.answers.get(round_id, ()))

    async def put_digest(self, round_id: RoundId, digest: bytes) -> None:
        """See `bot.ports.Answers`."""
        self._kept.digests[round_id] = digest

    async def digest(self, round_id: RoundId) -> bytes | None:
        """See `bot.ports.Answers`."""
        return self._kept.digests.get(round_id)


class MemoryDoor:
    """See `bot.ports.Door`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._kept = kept

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """See `bot.ports.Door`."""
        for entry in entries:
            self._kept.entries.setdefault(entry.id, entry)

    async def entry(self, entry: str) -> Entry:
        """See `bot.ports.Door`."""
        return _found(self._kept.entries, entry, "rumour or question")

    async def entries(self, kind: EntryKind | None = None) -> Sequence[Entry]:
        """See `bot.ports.Door`."""
        found = [entry for entry in self._kept.entries.values() if kind in {None, entry.kind}]
        return sorted(found, key=lambda entry: entry.id)

    async def put_entry(self, entry: Entry) -> None:
        """See `bot.ports.Door`."""
        _found(self._kept.entries, entry.id, "rumour or question")
        self._kept.entries[entry.id] = entry

    async def by_receipt(self, receipt: bytes) -> Entry | None:
        """See `bot.ports.Door`."""
        found = (one for one in self._kept.entries.values() if receipt and one.receipt == receipt)
        return next(found, None)

    async def add_known(self, known: Known) -> None:
        """See `bot.ports.Door`."""
        self._kept.known.setdefault(known.id, known)

    async def known(self) -> Sequence[Known]:
        """See `bot.ports.Door`."""
        by_id = sorted(self._kept.known.values(), key=lambda one: one.id)
        return sorted(by_id, key=lambda one: one.published_at, reverse=True)

    async def add_offers(self, offers: Sequence[Offer]) -> None:
        """See `bot.ports.Door`."""
        for offer in offers:
            self._kept.offers.setdefault(offer.id, offer)

    async def offer(self, offer: str) -> Offer:
        """See `bot.ports.Door`."""
        return _found(self._kept.offers, offer, "offer")

    async def offers(self, change: ChangeId) -> Sequence[Offer]:
        """See `bot.ports.Door`."""
        found = [offer for offer in self._kept.offers.values() if offer.change == change]
        return sorted(found, key=lambda offer: offer.id)

    async def put_offer(self, offer: Offer) -> None:
        """See `bot.ports.Door`."""
        _found(self._kept.offers, offer.id, "offer")
        self._kept.offers[offer.id] = offer

    async def forget(self, person: PersonId) -> None:
        """See `bot.ports.Door`."""
        for entry in [one for one in self._kept.entries.values() if one.person == person]:
            del self._kept.entries[entry.id]
        for offer in [one for one in self._kept.offers.values() if one.person == person]:
            del self._kept.offers[offer.id]


def _found(there: Mapping[K, V], key: K, kind: str) -> V:
    try:
        return there[key]
    except KeyError as error:
        raise NotFound(f"there is no such {kind}") from error


def _check_version(written: int, there: int | None) -> None:
    if written != (there or 0):
        raise StaleWrite(f"version {written} was written over version {there}")


def _by_due(item: Item) -> tuple[datetime, str]:
    return item.due_at, item.id
