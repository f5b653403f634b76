"""What the engine needs of the world, as roles. Each has a contract suite in tests/contracts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from bot.answers import Answer
from bot.change import Change
from bot.codebook import Codebook
from bot.door import Entry, EntryKind, Known, Offer
from bot.ids import ChangeId, ChannelId, Language, MessageRef, PersonId, RoundId, TenantId
from bot.localised import Localised
from bot.messages import Message
from bot.outbox import Delivery, Item
from bot.people import Person
from bot.questions import Pack, RoundKind
from bot.round import Round
from bot.slip import Slip


class Clock(Protocol):
    """The clock that decides promises to people; leases and back-off do not use it."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        ...


class Holidays(Protocol):
    """Public holidays."""

    def is_holiday(self, region: str, day: date) -> bool:
        """Say whether `day` is a public holiday in `region` ("NL", "DE-BY"); False for a region nobody knows."""
        ...


class Texts(Protocol):
    """The interface texts of every language."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages there are texts in, the default first."""
        ...

    def get(self, language: Language, key: str, /, **values: object) -> str:
        """Return a text with its gaps filled, in `language` or else the default. Raises KeyError for an unknown key."""
        ...


class Packs(Protocol):
    """The question packs."""

    def of(self, kind: RoundKind) -> Pack:
        """Return the pack of a kind of round; every kind that asks something has one."""
        ...

    def codebook(self, id_: str) -> Codebook:
        """Return a codebook; every pack's is there."""
        ...

    def reveals(self, text: Localised) -> bool:
        """Say whether a text of somebody's own asks for something that gives away who answers: place, role, history."""
        ...

    def may_ask(self, question: Localised) -> bool:
        """Say whether a question of somebody's own is one question, and asks nothing that gives them away."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """Who could read a channel.

    `members` are persons; `foreign` says that guests, bots other than us or other organisations are in it.
    """

    exists: bool
    private: bool
    members: frozenset[PersonId]
    foreign: bool


class Messenger(Protocol):
    """A platform, as far as it delivers messages."""

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """Deliver a message to the item's person or channel, as a reply under `parent` where one is given.

        `item.id` is the same when a message is sent again after a crash. Raises Unreachable, or DeliveryFailed with
        when to try again.
        """
        ...

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """Put a message in the place of a delivered one; does nothing if that was deleted. Raises DeliveryFailed."""
        ...

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """Look at who could read a channel, now."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A messenger that knows how fast its platform may be written to; one that does not is given all that is due."""

    async def room(self, tenant: TenantId) -> int:
        """Wait until messages to this tenant could go out at once or nearly, and say how many, at least one.

        Raises PlatformAway where that takes long, with how long.
        """
        ...


class Directory(Protocol):
    """A platform, as far as it knows who is there."""

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """Return everyone who is there now, guests included, bots left out.

        `joined_at` and what people set for themselves are not its concern.
        """
        ...


class Keys(Protocol):
    """The key directory, outside the database and never backed up. Names are safe as file names."""

    async def make(self, name: str) -> bytes:
        """Return the key `name`, 32 random bytes made and fsynced when there was none."""
        ...

    async def get(self, name: str) -> bytes:
        """Return a key. Raises KeyMissing."""
        ...

    async def destroy(self, name: str) -> None:
        """Destroy a key, fsynced; nothing happens when there is none."""
        ...

    async def names(self) -> Sequence[str]:
        """Return the names of all keys, sorted."""
        ...


class Spool(Protocol):
    """Where submissions wait, sealed, until their round is released."""

    async def put(self, tenant: TenantId, round_id: RoundId, nonce: bytes, slip: Slip) -> None:
        """Seal a slip and merge it into the box of its page (`bot.slip.merge`); committed when this returns.

        Many that wait share one commit, written in the order of their tags; each waits for its own, and one that fails
        does not fail the others. Not from inside `Store.write`: SQLite has one writer, which would wait for itself.
        Raises RoundClosed when the round is not open at that moment, SlipTooLarge, KeyMissing, StoreUnavailable.
        """
        ...

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """Open every box of a round whose state is `releasing`, off the event loop, in no order.

        Raises BoxBroken for one that was swapped or whose round's k or audience differs; KeyMissing; IllegalMove while
        the round is in another state.
        """
        ...

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """Delete the boxes and destroy the round's key, for good (SQLite: and what is left in the WAL). Repeatable."""
        ...

    async def sweep(self) -> None:
        """Take off the disk what was withdrawn or cleared, where a reader held that up; else nothing happens.

        For every tick, until it is done. Raises StoreUnavailable.
        """
        ...


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


class Outbox(Protocol):
    """The outbox, in the transaction that it came from."""

    async def plan(self, items: Sequence[Item]) -> None:
        """Add items; one whose id exists is left as it is."""
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

    async def drop(self, *, round_id: RoundId, kinds: frozenset[str], below_wave: int | None = None) -> int:
        """Drop what waits or is in doubt of these kinds in a round; say how many.

        `below_wave`: only of earlier waves, as unreachable.
        """
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

    async def entries(self, kind: EntryKind | None = None) -> Sequence[Entry]:
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


class Transaction(Protocol):
    """Everything of one tenant, in one transaction."""

    changes: Changes
    rounds: Rounds
    people: People
    outbox: Outbox
    answers: Answers
    door: Door


class Store(Protocol):
    """The database of all tenants. No query crosses a tenant."""

    def write(self, tenant: TenantId, *, fence: int | None = None) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction that commits at the end and rolls back on an error.

        With `fence` it commits only while that number is the tenant's lease. Raises LeaseLost, StoreUnavailable.
        """
        ...

    def read(self, tenant: TenantId) -> AbstractAsyncContextManager[Transaction]:
        """Begin a short reading transaction."""
        ...

    async def lease(self, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
        """Take or renew the tenant's lease by the database's own time; return its fencing number, None: someone else's.

        The number grows each time the lease changes hands.
        """
        ...


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What the arithmetic of a digest needs, picklable, for a child process."""

    round: Round
    answers: tuple[Answer, ...]
    codebook: Codebook
    names: tuple[str, ...]
    before: bytes | None


class Arithmetic(Protocol):
    """Makes digests, elsewhere than in the event loop."""

    async def digest(self, request: DigestRequest) -> bytes:
        """Return the digest of a released round, serialised (`bot.digest`)."""
        ...
