"""The contract of Store: transactions, tenants and the lease."""

import asyncio

import pytest

from bot.errors import LeaseLost, NotFound
from bot.ids import PersonId, TenantId
from bot.ports import Store
from tests.examples import CHANGE, ROUND, TENANT, a_change, a_person, a_round, an_entry, an_item

OTHER = TenantId("T2")


async def test_what_was_written_can_be_read_after_the_commit(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.people.put([a_person()])
    async with store.read(TENANT) as transaction:
        assert await transaction.people.all() == [a_person()]


async def test_an_error_takes_everything_back(store: Store) -> None:
    async def write_and_fail() -> None:
        async with store.write(TENANT) as transaction:
            await transaction.people.put([a_person()])
            await transaction.changes.put(a_change())
            await transaction.outbox.plan([an_item()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    async with store.read(TENANT) as transaction:
        assert not await transaction.people.all()
        assert not await transaction.changes.all()
        assert await transaction.outbox.next_due_at() is None


async def test_a_transaction_reads_what_it_wrote(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.people.put([a_person()])
        assert await transaction.people.get(PersonId("ana")) == a_person()


async def test_a_tenant_sees_nothing_of_another(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.people.put([a_person()])
        await transaction.changes.put(a_change())
        await transaction.rounds.put(a_round())
        await transaction.outbox.plan([an_item()])
        await transaction.door.add_entries([an_entry()])
    async with store.read(OTHER) as transaction:
        assert not await transaction.people.all()
        assert not await transaction.changes.all()
        assert not await transaction.rounds.unfinished()
        assert not await transaction.rounds.of_change(CHANGE)
        assert not await transaction.outbox.counts(ROUND)
        assert not await transaction.door.entries()
        with pytest.raises(NotFound):
            await transaction.outbox.get(an_item().id)


async def test_writers_come_one_after_the_other(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.changes.put(a_change())

    async def retitle(number: int) -> None:
        async with store.write(TENANT) as transaction:
            person = a_person(f"p{number}")
            assert person not in await transaction.people.all()
            await transaction.people.put([person])

    await asyncio.gather(*(retitle(number) for number in range(10)))
    async with store.read(TENANT) as transaction:
        assert len(await transaction.people.all()) == 10


async def test_one_holder_has_the_lease_until_it_runs_out(store: Store) -> None:
    fence = await store.lease(TENANT, "one", 60)
    assert fence is not None
    assert await store.lease(TENANT, "two", 60) is None
    assert await store.lease(TENANT, "one", 60) == fence
    assert await store.lease(OTHER, "two", 60) is not None


async def test_the_number_grows_when_the_lease_changes_hands(store: Store) -> None:
    first = await store.lease(TENANT, "one", -1)
    second = await store.lease(TENANT, "two", -1)
    third = await store.lease(TENANT, "one", 60)
    assert first is not None
    assert second is not None
    assert third is not None
    assert first < second < third


async def test_of_many_who_want_the_lease_one_gets_it(store: Store) -> None:
    got = await asyncio.gather(*(store.lease(TENANT, f"replica {number}", 60) for number in range(8)))
    assert len([fence for fence in got if fence is not None]) == 1


async def test_whoever_has_the_lease_may_write_with_its_number(store: Store) -> None:
    fence = await store.lease(TENANT, "one", 60)
    async with store.write(TENANT, fence=fence) as transaction:
        await transaction.people.put([a_person()])
    async with store.read(TENANT) as transaction:
        assert await transaction.people.all() == [a_person()]


async def test_whoever_lost_the_lease_writes_nothing(store: Store) -> None:
    fence = await store.lease(TENANT, "one", -1)
    await store.lease(TENANT, "two", 60)
    with pytest.raises(LeaseLost):
        async with store.write(TENANT, fence=fence) as transaction:
            await transaction.people.put([a_person()])
    async with store.read(TENANT) as transaction:
        assert not await transaction.people.all()


async def test_without_a_lease_no_number_holds(store: Store) -> None:
    with pytest.raises(LeaseLost):
        async with store.write(TENANT, fence=1):
            pass


async def test_the_lease_does_not_change_hands_under_a_transaction(store: Store) -> None:
    fence = await store.lease(TENANT, "one", -1)
    async with store.write(TENANT, fence=fence):
        taking = asyncio.create_task(store.lease(TENANT, "two", 60))
        done, _ = await asyncio.wait({taking}, timeout=0.2)
        assert not done
    assert await taking is not None
