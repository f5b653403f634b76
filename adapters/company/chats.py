"""The chats of the make-believe company: where messages arrive. In memory only, never in the product's database."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Unreachable
from bot.ids import ChannelId, MessageRef, PersonId, RoundId, TenantId
from bot.messages import Message
from bot.outbox import Item, Kind
from bot.people import Person
from bot.ports import ChannelCheck, Clock

Chat = PersonId | ChannelId
"""Where a message arrives: someone's own chat with Ruimte, or a channel."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as it stands in a chat. `parent` is the message that it is a reply under.

    `kind` and `round` are of the first of the items that it was sent for: news is bundled.
    """

    ref: MessageRef
    chat: Chat
    item: str
    message: Message
    parent: MessageRef | None
    delivered_at: datetime
    kind: Kind
    round: RoundId | None


Listener = Callable[[Delivered], None]
"""Told of every message that arrives, at once and in order; it may not send anything itself."""


class Chats:
    """Messenger and directory of the make-believe company."""

    def __init__(
        self,
        people: Iterable[Person],
        clock: Clock,
        *,
        channel: ChannelId,
        members: frozenset[PersonId],
        keep: int | None = None,
    ) -> None:
        """Begin without messages.

        `keep` is how many messages of a chat stay (None: all), so that 20,000 people fit in memory; what has gone
        cannot be replaced any more, as if it had been deleted.
        """
        self._people = {person.id: person for person in people}
        self._clock = clock
        self._channel = channel
        self._members = members
        self._keep = keep
        self._chats: dict[Chat, deque[MessageRef]] = {}
        self._messages: dict[MessageRef, Delivered] = {}
        self._by_item: dict[str, MessageRef] = {}
        self._watchers: defaultdict[Chat, set[asyncio.Queue[MessageRef]]] = defaultdict(set)
        self._listeners: list[Listener] = []
        self._arrived: Counter[Chat] = Counter()
        self._count = 0

    # Messenger

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """Put a message in its chat; an item that is there already is not put there twice. Raises Unreachable."""
        known = self._by_item.get(item.id)
        if known is not None:
            return known
        delivered = self._delivered(item, message, parent)
        self._store(delivered)
        self._arrived[delivered.chat] += 1
        for listener in self._listeners:
            listener(delivered)
        self._wake(delivered)
        return delivered.ref

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """Put a message in the place of another; nothing happens when that is gone."""
        old = self._messages.get(ref)
        if old is not None:
            self._messages[ref] = replace(old, message=message)
            self._wake(old)

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """Look at who reads a channel: there is one, private, and of the core team."""
        del tenant
        if channel != self._channel:
            return ChannelCheck(exists=False, private=False, members=frozenset(), foreign=False)
        return ChannelCheck(exists=True, private=True, members=self._members, foreign=False)

    # Directory

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """Return everyone who works at the company now."""
        return tuple(person for person in self._people.values() if person.tenant == tenant)

    def join(self, person: Person) -> None:
        """Someone starts at the company."""
        self._people[person.id] = person

    def leave(self, person: PersonId) -> None:
        """Someone leaves the company; their chat stays as it is."""
        self._people.pop(person, None)

    # Reading

    def messages(self, chat: Chat) -> tuple[Delivered, ...]:
        """Return a chat, oldest first, without the replies in its threads."""
        return tuple(message for message in self._in(chat) if message.parent is None)

    def thread(self, ref: MessageRef) -> tuple[Delivered, ...]:
        """Return the replies under a message, oldest first."""
        parent = self._messages.get(ref)
        return () if parent is None else tuple(m for m in self._in(parent.chat) if m.parent == ref)

    def find(self, ref: MessageRef) -> Delivered | None:
        """Return a message, None when it is gone."""
        return self._messages.get(ref)

    def arrived(self, chat: Chat) -> int:
        """How many messages have arrived in a chat so far, replies included."""
        return self._arrived[chat]

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every message from now on."""
        self._listeners.append(listener)

    @contextmanager
    def watch(self, *chats: Chat) -> Iterator[asyncio.Queue[MessageRef]]:
        """Give a queue of what arrives or changes in these chats; a watcher that is far behind misses some of it."""
        queue: asyncio.Queue[MessageRef] = asyncio.Queue(maxsize=64)
        for chat in chats:
            self._watchers[chat].add(queue)
        try:
            yield queue
        finally:
            for chat in chats:
                self._watchers[chat].discard(queue)

    # Inside

    def _delivered(self, item: Item, message: Message, parent: MessageRef | None) -> Delivered:
        """Give a message its place. Raises Unreachable where there is no such chat."""
        if item.person is not None and item.person not in self._people:
            raise Unreachable
        chat: Chat | None = item.person or item.channel
        if chat is None:
            raise Unreachable
        self._count += 1
        ref = MessageRef(f"m{self._count}")
        return Delivered(ref, chat, item.id, message, parent, self._clock.now(), item.kind, item.round)

    def _in(self, chat: Chat) -> Iterator[Delivered]:
        return (self._messages[ref] for ref in self._chats.get(chat, ()))

    def _store(self, delivered: Delivered) -> None:
        """Keep a message, and let the oldest of its chat go when there are more than `keep`."""
        if self._keep == 0:
            return
        chat = self._chats.setdefault(delivered.chat, deque())
        chat.append(delivered.ref)
        self._messages[delivered.ref] = delivered
        self._by_item[delivered.item] = delivered.ref
        if self._keep is not None and len(chat) > self._keep:
            gone = self._messages.pop(chat.popleft())
            del self._by_item[gone.item]

    def _wake(self, delivered: Delivered) -> None:
        for queue in self._watchers.get(delivered.chat, ()):
            if not queue.full():
                queue.put_nowait(delivered.ref)
