"""The contracts of Changes and Rounds."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.change import ChangeState
from bot.errors import NotFound, StaleWrite
from bot.ids import ChangeId, RoundId
from bot.ports import Store
from bot.round import Round, RoundState
from tests.examples import CHANGE, NOW, ROUND, TENANT, a_change, a_round, text


async def test_a_change_comes_back_as_it_was_put(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.changes.put(a_change())
    async with store.read(TENANT) as transaction:
        assert await transaction.changes.get(CHANGE) == a_change(version=1)


async def test_a_change_that_was_read_can_be_written_again(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.changes.put(a_change())
    async with store.write(TENANT) as transaction:
        change = await transaction.changes.get(CHANGE)
        await transaction.changes.put(replace(change, state=ChangeState.RUNNING, title=text("Anders")))
    async with store.read(TENANT) as transaction:
        change = await transaction.changes.get(CHANGE)
    assert (change.state, change.title, change.version) == (ChangeState.RUNNING, text("Anders"), 2)


async def test_changes_come_by_id(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        for name in ("b", "a", "B", "ä"):
            await transaction.changes.put(a_change(id=ChangeId(name)))
    async with store.read(TENANT) as transaction:
        assert [change.id for change in await transaction.changes.all()] == ["B", "a", "b", "ä"]


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_a_change_that_someone_else_wrote_in_the_meantime_is_not_overwritten(store: Store, version: int) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.changes.put(a_change())
    async with store.write(TENANT) as transaction:
        await transaction.changes.put(a_change(version=1, zone="Europe/Brussels"))
    with pytest.raises(StaleWrite):
        async with store.write(TENANT) as transaction:
            await transaction.changes.put(a_change(version=version))
    async with store.read(TENANT) as transaction:
        assert (await transaction.changes.get(CHANGE)).zone == "Europe/Brussels"


async def test_an_unknown_change_is_not_found(store: Store) -> None:
    async with store.read(TENANT) as transaction:
        with pytest.raises(NotFound):
            await transaction.changes.get(CHANGE)


async def test_a_round_comes_back_as_it_was_put(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.rounds.put(a_round())
    async with store.read(TENANT) as transaction:
        assert await transaction.rounds.get(ROUND) == a_round(version=1)
    async with store.write(TENANT) as transaction:
        assert await transaction.rounds.get(ROUND, lock=True) == a_round(version=1)


async def test_a_round_that_someone_else_wrote_in_the_meantime_is_not_overwritten(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.rounds.put(a_round())
    for version in (0, 2):
        with pytest.raises(StaleWrite):
            async with store.write(TENANT) as transaction:
                await transaction.rounds.put(a_round(version=version))


async def test_an_unknown_round_is_not_found(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        with pytest.raises(NotFound):
            await transaction.rounds.get(ROUND, lock=True)


async def test_the_rounds_of_a_change_come_by_opening_then_id(store: Store) -> None:
    later = NOW + timedelta(days=1)
    async with store.write(TENANT) as transaction:
        await transaction.rounds.put(a_round(id=RoundId("c"), opens_at=later))
        await transaction.rounds.put(a_round(id=RoundId("b")))
        await transaction.rounds.put(a_round(id=RoundId("a"), opens_at=later))
        await transaction.rounds.put(a_round(id=RoundId("z"), change=ChangeId("another")))
    async with store.read(TENANT) as transaction:
        assert [round_.id for round_ in await transaction.rounds.of_change(CHANGE)] == ["b", "a", "c"]


async def test_a_round_is_unfinished_until_it_was_told_what_was_heard(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        for state in RoundState:
            untold, told = RoundId(f"{state}-untold"), RoundId(f"{state}-told")
            await transaction.rounds.put(a_round(id=untold, state=state))
            await transaction.rounds.put(a_round(id=told, state=state, heard_told_at=NOW))
    async with store.read(TENANT) as transaction:
        unfinished = {round_.id for round_ in await transaction.rounds.unfinished()}
    assert unfinished == {
        *(f"{state}-{told}" for state in ("planned", "open", "releasing") for told in ("told", "untold")),
        "released-untold",
        "destroyed-untold",
    }


async def test_one_transaction_at_a_time_opens_rounds(store: Store) -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with store.write(TENANT) as transaction:
            await transaction.rounds.alone()
            begun.set()
            await goes_on.wait()
            await transaction.rounds.put(a_round())

    async def second() -> Round:
        async with store.write(TENANT) as transaction:
            await transaction.rounds.alone()
            return await transaction.rounds.get(ROUND)

    one = asyncio.ensure_future(first())
    await begun.wait()
    other = asyncio.ensure_future(second())
    await asyncio.wait({other}, timeout=0.1)
    assert not other.done()
    goes_on.set()
    await one
    assert (await other).id == ROUND
