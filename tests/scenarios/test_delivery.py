"""What waits goes out at the platform's pace: a slow message holds up no other, and what a crash leaves is honest."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.company.chats import Chats
from bot.errors import DeliveryFailed, DeliveryUncertain, PlaceBusy, PlatformAway, Unreachable
from bot.ids import ChannelId, MessageRef, PersonId, TenantId
from bot.messages import Action, Message
from bot.outbox import Delivery, Item, Kind
from bot.ports import ChannelCheck, Store, Transaction
from bot.service import delivery
from tests.people import buttons_on
from tests.world import CHANNEL, CORE, TENANT, World, a_change, a_world, one_question

LISTEN = "roosters-listen-1"
INVITED = 31
"""Thirty people and their team leader."""


class Crash(BaseException):
    """The process died."""


@dataclass
class Slow:
    """A messenger that takes its time, and fails as it is told."""

    chats: Chats
    fails: Callable[[Item], BaseException | None] = lambda _: None
    edit_fails: Callable[[MessageRef], BaseException | None] = lambda _: None
    holds: Callable[[Item], bool] = lambda _: False
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[Item] = field(default_factory=list)
    arrived: list[Item] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    edited: list[MessageRef] = field(default_factory=list)
    at: Counter[str] = field(default_factory=Counter)
    most_at_a_place: int = 0
    outsiders: frozenset[PersonId] = frozenset()
    looks: int = 0

    async def send(self, item: Item, message: Message, parent: MessageRef | None) -> MessageRef:
        """Deliver it after everyone else had their turn."""
        place = str(item.person or item.channel)
        self.begun.append(item)
        self.at[place] += 1
        self.most_at_a_place = max(self.most_at_a_place, self.at[place])
        try:
            await asyncio.sleep(0)
            if self.holds(item):
                await self.go_on.wait()
            if (error := self.fails(item)) is not None:
                raise error
            self.arrived.append(item)
            self.tokens += [b.value for b in buttons_on(message) if b.action is Action.ANSWER and item.person == "p003"]
            return await self.chats.send(item, message, parent)
        finally:
            self.at[place] -= 1

    async def replace(self, ref: MessageRef, message: Message) -> None:
        """Put it in the place of another."""
        if (error := self.edit_fails(ref)) is not None:
            raise error
        self.edited.append(ref)
        await self.chats.replace(ref, message)

    async def check_channel(self, tenant: TenantId, channel: ChannelId) -> ChannelCheck:
        """Look at who reads a channel."""
        self.looks += 1
        check = await self.chats.check_channel(tenant, channel)
        return replace(check, members=check.members | self.outsiders)


@dataclass
class Paced(Slow):
    """One that says how many it takes at once."""

    most: int = 3
    away: PlatformAway | None = None

    async def room(self, tenant: TenantId) -> int:
        """Take so many at once."""
        del tenant
        await asyncio.sleep(0)
        while (free := self.most - sum(self.at.values())) <= 0:  # noqa: ASYNC110 - as below
            await asyncio.sleep(0)
        if self.away is not None:
            raise self.away
        return free


async def playing(kind: type[Slow] = Slow) -> tuple[World, Any]:
    """Give a world with such a messenger, an hour before everyone is invited."""
    there: list[Slow] = []

    def wire(chats: Chats) -> Slow:
        there.append(kind(chats))
        return there[0]

    world = await a_world(messenger=wire)
    await world.applies(a_change(one_question()))
    await world.until("01-19 08:00")
    there[0].begun.clear()
    there[0].arrived.clear()
    return world, there[0]


def to(kind: str, person: str = "") -> Callable[[Item], bool]:
    """Say which messages."""
    return lambda item: item.kind == kind and person in {"", item.person}


def raising(which: Callable[[Item], bool], error: BaseException) -> Callable[[Item], BaseException | None]:
    return lambda item: error if which(item) else None


async def states(world: World) -> Counter[Delivery]:
    async with world.storage.store.read(TENANT) as tx:
        return Counter(item.state for item in await tx.outbox.of_round(LISTEN, Kind.INVITE))  # type: ignore[arg-type]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in the turns of others
            await asyncio.sleep(0)


async def test_a_slow_message_holds_up_nobody_elses() -> None:
    world, line = await playing()
    line.holds = to(Kind.INVITE, "p003")
    tick = asyncio.create_task(world.until("01-19 12:00"))
    await until(lambda: len([one for one in line.arrived if one.kind is Kind.INVITE]) == INVITED - 1)
    line.go_on.set()
    await tick
    assert await states(world) == {Delivery.SENT: INVITED}


async def test_while_some_are_slow_nobody_gets_a_message_twice() -> None:
    world, line = await playing(Paced)
    line.holds = to(Kind.INVITE, "p003")
    tick = asyncio.create_task(world.until("01-19 12:00"))
    await until(lambda: len([one for one in line.arrived if one.kind is Kind.INVITE]) == INVITED - 1)
    for _ in range(200):
        await asyncio.sleep(0)
    line.go_on.set()
    await tick
    assert max(Counter(one.id for one in line.begun).values()) == 1


async def test_only_what_was_begun_is_in_doubt_after_a_crash() -> None:
    world, line = await playing(Paced)
    invites = iter(range(1000))
    line.fails = lambda item: Crash() if item.kind is Kind.INVITE and next(invites) == 10 else None
    with pytest.raises(Crash):
        await world.until("01-19 12:00")
    found = await states(world)
    assert found[Delivery.SENDING] <= 2 * line.most
    assert found[Delivery.WAITING] >= INVITED - 10 - 2 * line.most
    line.fails = lambda _: None
    await world.until("01-19 12:00")
    assert await states(world) == {Delivery.SENT: INVITED}


async def test_to_one_place_goes_one_message_at_a_time_in_order() -> None:
    world, line = await playing()
    await world.until("01-19 12:00")
    words = ("De rust op vrijdag", "Vaste collega's", "Onderling ruilen")
    for number, user in enumerate(world.others(24)):
        await world.answers(user, words[number % 3], round_=LISTEN)
    line.begun.clear()
    await world.until("01-27")
    themes = [one.about for one in line.begun if one.kind is Kind.DIGEST_THEME]
    assert len(themes) > 1
    assert themes == sorted(themes)
    assert line.most_at_a_place == 1


async def test_a_platform_that_is_away_makes_nobody_unreachable_however_often() -> None:
    world, line = await playing()
    line.fails = raising(to(Kind.INVITE), PlatformAway(retry_after_s=60))
    await world.until("01-19 09:30")
    for _ in range(40):
        await world.passes(minutes=2)
    async with world.storage.store.read(TENANT) as tx:
        invites = await tx.outbox.of_round(LISTEN, Kind.INVITE)  # type: ignore[arg-type]
    assert {(item.state, item.attempts) for item in invites} == {(Delivery.WAITING, 0)}
    line.fails = lambda _: None
    await world.passes(hours=1)
    assert await states(world) == {Delivery.SENT: INVITED}


async def test_where_a_platform_is_away_nothing_more_is_begun_until_the_next_tick() -> None:
    world, line = await playing(Paced)
    line.fails = raising(to(Kind.INVITE), PlatformAway(retry_after_s=3600))
    world.clock.move_to(world.now + timedelta(hours=2))
    await world.tick()
    assert len([one for one in line.begun if one.kind is Kind.INVITE]) <= 2 * line.most


async def test_where_there_is_no_room_nothing_is_begun_and_nothing_marked() -> None:
    world, line = await playing(Paced)
    line.away = PlatformAway(retry_after_s=600)
    await world.until("01-19 12:00")
    assert not line.begun
    assert await states(world) == {Delivery.WAITING: INVITED}
    line.away = None
    await world.tick()
    assert await states(world) == {Delivery.SENT: INVITED}


async def test_where_one_place_has_had_enough_it_alone_waits_however_often() -> None:
    world, line = await playing(Paced)
    line.fails = raising(to(Kind.INVITE, "p003"), PlaceBusy(retry_after_s=60))
    await world.until("01-19 09:01")
    assert await states(world) == {Delivery.SENT: INVITED - 1, Delivery.WAITING: 1}
    for _ in range(40):
        await world.passes(minutes=2)
    busy = await world.item(f"invite/{LISTEN}/p003")
    assert (busy.state, busy.attempts) == (Delivery.WAITING, 0)
    line.fails = lambda _: None
    await world.passes(minutes=2)
    assert await states(world) == {Delivery.SENT: INVITED}
    assert len(line.tokens) == 1


async def test_an_edit_that_waits_for_its_place_holds_up_no_other() -> None:
    world, line = await playing(Paced)
    await world.until("01-19 12:00")
    refused = iter([PlaceBusy(retry_after_s=30 * 24 * 3600.0)])
    line.edit_fails = lambda _: next(refused, None)
    await world.until("02-03")
    assert len(line.edited) == INVITED - 1


class AwayInDoubt(DeliveryUncertain, PlatformAway):
    """A platform is away, and may have taken it."""


async def test_what_a_platform_that_is_away_may_have_taken_stays_in_doubt_and_is_no_attempt() -> None:
    world, line = await playing()
    line.fails = raising(to(Kind.INVITE), AwayInDoubt(retry_after_s=60))
    await world.until("01-19 09:30")
    for _ in range(20):
        await world.passes(minutes=2)
    found = await states(world)
    assert set(found) <= {Delivery.SENDING, Delivery.WAITING}
    assert found[Delivery.SENDING]
    async with world.storage.store.read(TENANT) as tx:
        assert {item.attempts for item in await tx.outbox.of_round(LISTEN, Kind.INVITE)} == {0}  # type: ignore[arg-type]
    line.fails = lambda _: None
    await world.passes(hours=1)
    assert await states(world) == {Delivery.SENT: INVITED}


async def test_what_may_have_arrived_stays_in_doubt_whatever_the_next_try_says() -> None:
    world, line = await playing()
    line.fails = raising(to(Kind.INVITE, "p003"), DeliveryUncertain(retry_after_s=300))
    await world.until("01-19 09:01")
    for error in (PlatformAway(retry_after_s=540), DeliveryFailed(retry_after_s=540), Unreachable()):
        line.fails = raising(to(Kind.INVITE, "p003"), error)
        await world.passes(minutes=10)
        assert (await world.item(f"invite/{LISTEN}/p003")).state is Delivery.SENDING
    line.fails = lambda _: None
    await world.until("01-21 12:00")
    assert (await world.item(f"invite/{LISTEN}/p003")).state is Delivery.UNREACHABLE
    assert not line.tokens


async def test_a_message_that_nobody_can_send_holds_up_no_other() -> None:
    world, line = await playing()
    line.fails = raising(to(Kind.INVITE, "p003"), ValueError("unforeseen"))
    await world.until("01-19 12:00")
    assert (await states(world))[Delivery.SENT] == INVITED - 1


async def test_the_channel_is_looked_at_before_each_post_and_the_thread_keeps_its_order() -> None:
    world, line = await playing()
    await world.until("01-19 12:00")
    words = ("De rust op vrijdag", "Vaste collega's", "Onderling ruilen")
    for number, user in enumerate(world.others(24)):
        await world.answers(user, words[number % 3], round_=LISTEN)

    def somebody_comes_in(item: Item) -> BaseException | None:
        if item.kind is Kind.DIGEST_THEME:
            line.outsiders = frozenset({PersonId("p000")})
        return None

    line.fails = somebody_comes_in
    line.arrived.clear()
    await world.until("01-26 17:30")
    assert len([one for one in line.arrived if one.kind is Kind.DIGEST_THEME]) == 1
    line.fails, line.outsiders = (lambda _: None), frozenset()
    before = line.looks
    await world.until("01-27")
    posts = [one for one in line.arrived if one.channel == CHANNEL]
    themes = [one.about for one in posts if one.kind is Kind.DIGEST_THEME]
    assert len(themes) > 2
    assert themes == sorted(themes)
    assert line.looks - before >= len(themes) - 1


async def test_a_delivery_of_hours_leaves_off_when_a_round_is_to_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on while messages go out, here by an hour a message: the tick has other things to do in time."""
    monkeypatch.setattr(delivery, "ASKED_AFTER_S", 0.0)
    world, line = await playing(Paced)
    line.most = 1

    def an_hour(item: Item) -> BaseException | None:
        if item.kind is Kind.INVITE:
            world.clock.move_to(world.now + timedelta(hours=1))
        return None

    line.fails = an_hour
    world.clock.move_to(world.now + timedelta(hours=2))
    await world.tick()
    opens_at = (await world.round("listen")).opens_at
    assert Delivery.WAITING in await states(world)
    assert opens_at + timedelta(days=1) <= world.now <= opens_at + timedelta(days=1, hours=2)
    assert [name for name in await world.keys.names() if name.startswith(f"wave.werk.{LISTEN}")]
    await world.tick()
    waves = [name.rpartition(".")[2] for name in await world.keys.names() if name.startswith(f"wave.werk.{LISTEN}")]
    assert "0" not in waves, "the key of the day before is gone as soon as its day is over"


@dataclass(frozen=True, slots=True)
class Asked:
    """A store that lets nobody be read but one by one."""

    store: Store

    def write(self, tenant: TenantId, *, fence: int | None = None) -> AbstractAsyncContextManager[Transaction]:
        return self.store.write(tenant, fence=fence)

    @asynccontextmanager
    async def read(self, tenant: TenantId) -> AsyncIterator[Transaction]:
        async with self.store.read(tenant) as tx:
            tx.people.all = _never  # type: ignore[method-assign]
            yield tx

    async def lease(self, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
        return await self.store.lease(tenant, holder, ttl_s)


async def _never() -> Any:  # noqa: ANN401 - it never returns
    raise AssertionError("everyone was read")


async def test_only_those_who_are_written_to_or_named_are_looked_up() -> None:
    world, line = await playing(Paced)
    line.away = PlatformAway(retry_after_s=60)
    await world.until("01-19 12:00")
    line.away = None
    parts = world.service._parts
    await type(world.service)(replace(parts, store=Asked(parts.store))).tick(TENANT)
    assert await states(world) == {Delivery.SENT: INVITED}
    assert {one.person for one in line.arrived if one.kind is Kind.INVITE} >= {PersonId("p000"), PersonId("p029")}
    assert not {one.person for one in line.arrived} & set(CORE)
