"""Delivers messages in Teams: to a person's own chat, to a channel, or as a reply in a channel's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from adapters.channels import NO_CHANNEL, looked_at
from adapters.kept import Kept
from adapters.teams import render
from adapters.teams.calls import PASSING, Busy, Full, Gone, apart_s, wait_s
from adapters.teams.members import Accounts, every_member, is_foreign, person_of
from adapters.teams.pace import Pace, Paces
from adapters.teams.references import Reference, References, Scope, Standing, line_of
from adapters.teams.transport import Json, Line, Posted, Transport
from adapters.trying import BEGUN_KEPT, TRIES, UNCONNECTED_S, Lost, LostAway, in_doubt
from bot.errors import DeliveryFailed, PlatformAway, Unreachable
from bot.ids import ChannelId, MessageRef, PersonId, TenantId
from bot.messages import Message
from bot.outbox import Item
from bot.ports import ChannelCheck

NOBODY = "nobody in this tenant has the app"
CHANNELS = ("@thread.tacv2", "@thread.skype")
"""What the id of a channel of a team ends in; those of group chats end otherwise."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: the tenant, whose chat it is ("" for a channel's), and the ids of its parts in order."""

    tenant: TenantId
    person: PersonId
    conversation: str = ""
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as a reference."""
        return f"{self.tenant}/{self.person}/{self.conversation}/{'+'.join(self.parts)}"

    @classmethod
    def parse(cls, ref: MessageRef) -> Self | None:
        """Read a reference of ours; None for any other."""
        tenant, _, rest = ref.partition("/")
        person, _, rest = rest.partition("/")
        conversation, _, parts = rest.rpartition("/")
        if not conversation or not parts:
            return None
        return cls(TenantId(tenant), PersonId(person), conversation, tuple(parts.split("+")))


class TeamsMessenger:
    """The messenger of every tenant that has us installed."""

    def __init__(self, transport: Transport, references: References, paces: Paces, accounts: Accounts) -> None:
        """Send with this transport, to where these references lead; `accounts` is what people are called."""
        self._transport = transport
        self._references = references
        self._paces = paces
        self._accounts = accounts
        self._begun = Kept[str, Place](BEGUN_KEPT)

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """See `bot.ports.Messenger`. What does not fit goes on in a next message, in a channel in the same thread."""
        parts = render.activities(message)
        thread = Place.parse(parent) if parent is not None else None
        under = thread.conversation if thread is not None else ""
        place = self._begun.pop(item.id, Place(item.tenant, item.person or PersonId(""), under))
        for part in parts[len(place.parts) :]:
            try:
                posted = await self._post(item, place.conversation, part)
            except DeliveryFailed:
                if place.parts:
                    self._begun.put(item.id, place)
                raise
            place = replace(place, conversation=posted.conversation, parts=(*place.parts, posted.activity))
        return MessageRef(str(place))

    async def tell(self, tenant: TenantId, person: PersonId, chat: Reference | None, activity: Json) -> None:
        """Post something in somebody's own chat: the one that they wrote in, else the one that we know or may open.

        Nothing of it is kept: a row would say who typed something.
        """
        there = chat or await self._known(tenant, person) or await self._open(await self._closed(tenant, person))
        await self._post_in_chat(there, activity)

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """See `bot.ports.Messenger`. What stood in further parts is taken away."""
        place = Place.parse(ref)
        line = await self._line(place) if place is not None else None
        if place is None or line is None:
            return
        first, *rest = (Posted(place.conversation, part) for part in place.parts)
        activity = render.activity(message)
        try:
            await self._insist(line, place.conversation, lambda: self._transport.update(line, first, activity))
            for further in rest:
                await self._delete(line, further)
        except Unreachable:
            return

    async def _delete(self, line: Line, posted: Posted) -> None:
        await self._insist(line, posted.conversation, lambda: self._transport.delete(line, posted))

    async def _line(self, place: Place) -> Line | None:
        """Return how a message is reached; None where they took us out."""
        if not place.person:
            return await line_of(self._references, place.tenant)
        chat = await self._references.get(place.tenant, Scope.PERSON, place.person)
        return chat.line if chat is not None and chat.standing is not Standing.REMOVED else None

    async def room(self, tenant: TenantId) -> int:
        """See `bot.ports.Paced`."""
        return await self._paces.of(tenant).room()

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """See `bot.ports.Messenger`. A channel that we may not look at is none: nothing is posted there.

        Everyone in a team reads its channels, so a channel is as private as its team; those who are in it are counted.
        Raises PlatformAway where Teams does not answer.
        """
        return await looked_at(self._look(tenant, channel))

    async def _look(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        line = await line_of(self._references, tenant)
        if line is None or not channel.endswith(CHANNELS):
            return NO_CHANNEL
        members = [one async for one in every_member(self._transport, self._paces.of(tenant), line, channel)]
        others = [one for one in members if one.get("id") != line.bot]
        people = [person for one in others if (person := person_of(one))]
        foreign = len(people) < len(others) or any(is_foreign(one, tenant) for one in others)
        return ChannelCheck(exists=True, private=True, members=frozenset(people), foreign=foreign)

    # Inside

    async def _post(self, item: Item, conversation: str, part: Json) -> Posted:
        """Post one part, again where Teams is busy or does not answer: then it may stand there twice."""
        if item.person is None:
            return await self._post_in_channel(item, conversation, part)
        chat = await self._chat(item.tenant, item.person)
        try:
            return await self._post_in_chat(chat, part)
        except Gone:
            await self._references.put([replace(chat, standing=Standing.REFUSED)])
            raise

    async def _post_in_chat(self, chat: Reference, part: Json) -> Posted:
        line, conversation = chat.line, chat.conversation
        return await self._insist(line, conversation, lambda: self._transport.post(line, conversation, part))

    async def _post_in_channel(self, item: Item, conversation: str, part: Json) -> Posted:
        line = await line_of(self._references, item.tenant)
        channel = item.channel or ChannelId("")
        if line is None:
            raise PlatformAway(NOBODY, retry_after_s=UNCONNECTED_S)
        if conversation:
            return await self._insist(line, channel, lambda: self._transport.post(line, conversation, part))
        return await self._insist(line, channel, lambda: self._transport.open_thread(line, channel, part))

    async def _chat(self, tenant: TenantId, person: PersonId) -> Reference:
        """Return somebody's own chat, opened where we are with them in a team. Raises Unreachable for everyone else."""
        return await self._known(tenant, person) or await self.open_chat(tenant, person)

    async def _known(self, tenant: TenantId, person: PersonId) -> Reference | None:
        """Return the chat that we know is open. Raises Unreachable for who took the app out."""
        known = await self._references.get(tenant, Scope.PERSON, person)
        if known is not None and known.standing is Standing.REMOVED:
            raise Unreachable("they took the app out")
        return known if known is not None and known.standing is Standing.OPEN else None

    async def open_chat(self, tenant: TenantId, person: PersonId) -> Reference:
        """Open the chat with somebody of a team; nothing is posted, and whether Teams lets us is kept.

        Raises Unreachable.
        """
        closed = await self._closed(tenant, person)
        try:
            opened = await self._open(closed)
        except Unreachable:
            await self._references.put([replace(closed, standing=Standing.REFUSED)])
            raise
        await self._references.put([opened])
        return opened

    async def _closed(self, tenant: TenantId, person: PersonId) -> Reference:
        """Return where somebody's chat would be, which nobody opened yet."""
        line = await line_of(self._references, tenant)
        if line is None:
            raise PlatformAway(NOBODY, retry_after_s=UNCONNECTED_S)
        return Reference(tenant, Scope.PERSON, person, line.service_url, "", line.bot)

    async def _open(self, closed: Reference) -> Reference:
        """Open a chat. Nothing is in doubt after it: opening one says nothing to anybody."""
        account, line = self._accounts.of(closed.tenant, PersonId(closed.id)), closed.line
        try:
            conversation = await self._insist(line, "", lambda: self._transport.open_chat(line, account))
        except Lost as error:
            kind = PlatformAway if isinstance(error, PlatformAway) else DeliveryFailed
            raise kind(str(error), retry_after_s=error.retry_after_s) from None
        return replace(closed, conversation=conversation)

    async def _insist(self, line: Line, conversation: str, work: Callable[[], Awaitable[T]]) -> T:
        """Ask for something within the pace, again where Teams is busy or does not answer.

        Raises what was last met, as Lost where it may have been done at any try.
        """
        pace = self._paces.of(line.tenant)
        with in_doubt("Teams") as doubt:
            for number in range(1, TRIES + 1):
                try:
                    return await _in_turn(pace, conversation, work)
                except PASSING as error:
                    doubt.met(error)
                    await _hold(_heard(pace, conversation, error), number)
        raise AssertionError("the last try raises")


async def _in_turn(pace: Pace, conversation: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do it when the tenant, and the conversation if it is one, takes one more."""
    async with pace.turn(conversation) if conversation else pace.request():
        return await work()


def _heard(pace: Pace, conversation: str, error: DeliveryFailed) -> DeliveryFailed:
    """Let whom Teams means wait for as long as it says: this conversation, or everyone. Returns which of them it is."""
    match error:
        case Busy():
            if not pace.refused(conversation, apart_s(error)):
                return Full(error.reason, retry_after_s=error.retry_after_s)
        case LostAway(retry_after_s=float(seconds)):
            pace.pause(seconds)
        case _:
            pass
    return error


async def _hold(error: DeliveryFailed, number: int) -> None:
    """Wait before the next try. Raises the error where there is no next try or it is too far away."""
    if number == TRIES:
        raise error
    await asyncio.sleep(wait_s(error, number))
