"""A platform, as far as it delivers messages and knows who is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.ids import ChannelId, MessageRef, PersonId, TenantId
from bot.messages import Message
from bot.outbox import Item
from bot.people import Person


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
