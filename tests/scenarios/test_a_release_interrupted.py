"""A release that is interrupted writes nothing, and loses nothing: the next tick, or another replica, goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from bot.errors import BoxBroken
from bot.ids import RoundId, TenantId
from bot.messages import Action
from bot.ports import Spool, Store
from bot.round import RoundState
from bot.slip import Slip
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import memory_storage, open_storage
from tests.world import TENANT, World, a_change, a_world, one_question, staff

LISTEN = RoundId("roosters-listen-1")


@dataclass
class Slow:
    """A spool in which it takes so long to open the boxes that another replica takes the tenant over."""

    spool: Spool
    store: Store

    async def put(self, tenant: TenantId, round_id: RoundId, nonce: bytes, slip: Slip) -> None:
        """Seal a slip."""
        await self.spool.put(tenant, round_id, nonce, slip)

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """Open the boxes; by then the lease has run out, and somebody else has it."""
        slips = await self.spool.open(tenant, round_id)
        if round_id == LISTEN:
            await self.store.lease(tenant, "one", -1.0)
            assert await self.store.lease(tenant, "another", 60.0) is not None
        return slips

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """Delete the boxes."""
        await self.spool.clear(tenant, round_id)

    async def sweep(self) -> None:
        """Look after what is left."""
        await self.spool.sweep()


@pytest.mark.parametrize("called_off", [False, True], ids=["released", "called off"])
async def test_it_releases_nothing(url: str | None, *, called_off: bool) -> None:
    keys = MemoryKeys()
    if url is not None:
        await upgrade(url)
    async with await open_storage(url, keys) if url is not None else memory_storage(keys) as storage:
        world = await a_world(staff(), storage=replace(storage, spool=Slow(storage.spool, storage.store)), keys=keys)
        await a_round_ends(world, called_off=called_off)
        assert (await world.round("listen")).state is RoundState.RELEASING
        async with storage.store.read(TENANT) as tx:
            assert not await tx.answers.of_round(LISTEN)
        assert f"seal.{TENANT}.{LISTEN}" in await keys.names()


@dataclass
class Broken(Slow):
    """A spool that cannot open its boxes the first time."""

    times: int = 1

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """Fail, or open the boxes."""
        if round_id == LISTEN and self.times:
            self.times -= 1
            raise BoxBroken
        return await self.spool.open(tenant, round_id)


async def test_a_release_that_fails_keeps_everything_for_the_next() -> None:
    keys = MemoryKeys()
    storage = memory_storage(keys)
    world = await a_world(storage=replace(storage, spool=Broken(storage.spool, storage.store, times=1000)), keys=keys)
    await a_round_ends(world, called_off=False)
    assert (await world.round("listen")).state is RoundState.RELEASING
    assert f"seal.{TENANT}.{LISTEN}" in await keys.names()
    assert isinstance(world.storage.spool, Broken)
    world.storage.spool.times = 0
    await world.passes(minutes=5)
    assert (await world.round("listen")).voices == 12
    assert f"seal.{TENANT}.{LISTEN}" not in await keys.names()


async def a_round_ends(world: World, *, called_off: bool) -> None:
    """Let twelve answer, and bring the round to its end."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    if called_off:
        await world.mila.presses(Action.CANCEL_ROUND, LISTEN)
        await world.mila.fills()
        await world.tick()
        return
    await world.until("01-26 18:00")
