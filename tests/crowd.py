"""A large organisation at the moment before everyone is invited to a round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.clock import VirtualClock
from adapters.company.chats import Chats
from adapters.company.play import Play
from bot.ids import PersonId, RoundId
from bot.outbox import Delivery, Item
from bot.ports import Messenger
from bot.service import Parts, Ruimte
from storage.keys import MemoryKeys
from storage.opening import Storage
from tests.world import (
    CHANNEL,
    CORE,
    START,
    TENANT,
    InProcess,
    Nobody,
    NoHolidays,
    a_change,
    one_question,
    packs,
    someone,
    staff,
    texts,
)

ROUND = RoundId("roosters-listen-1")
BEFORE = datetime(2027, 1, 19, 7, tzinfo=START.tzinfo)
"""An hour before anyone may be invited."""
INVITES = BEFORE + timedelta(hours=3)


@dataclass
class Crowd:
    """Everyone has heard the frame; nobody has been invited yet."""

    parts: Parts
    clock: VirtualClock
    invited: frozenset[PersonId]

    async def invites(self, messenger: Messenger, *, ticks: int = 60) -> None:
        """Invite everyone by this messenger, on the day itself: what has to be tried again is, later that day."""
        service = Ruimte(replace(self.parts, messenger=messenger))
        self.clock.move_to(INVITES)
        for _ in range(ticks):
            await service.tick(TENANT)
            if await self.left() == 0:
                return
            self.clock.move_to(self.clock.now() + timedelta(minutes=2))

    async def items(self) -> list[Item]:
        """Return the invitations."""
        async with self.parts.store.read(TENANT) as tx:
            return list(await tx.outbox.of_round(ROUND, "invite"))

    async def left(self) -> int:
        """How many invitations are still to be sent."""
        async with self.parts.store.read(TENANT) as tx:
            counts = await tx.outbox.counts(ROUND)
        return counts.get(Delivery.WAITING, 0) + counts.get(Delivery.SENDING, 0)


async def a_crowd(count: int, storage: Storage, keys: MemoryKeys) -> Crowd:
    """Let so many people, in one team, hear the frame in the sandbox's chats."""
    crowd = tuple(someone(f"U{number:05}") for number in range(count))
    people = (*(one for one in staff(0)), *crowd)
    clock = VirtualClock(START)
    chats = Chats(people, clock, channel=CHANNEL, members=frozenset(PersonId(name) for name in CORE), keep=0)
    parts = Parts(storage.store, storage.spool, keys, chats, chats, clock, NoHolidays(), texts(), packs(), InProcess())
    service = Ruimte(parts)
    await service.sync(TENANT)
    await service.apply(TENANT, a_change(one_question()))
    await Play(service, TENANT, clock, Nobody()).move_to(BEFORE)
    return Crowd(parts, clock, frozenset(person.id for person in crowd))
