"""The contract of People."""

from dataclasses import replace

import pytest

from bot.errors import NotFound
from bot.ids import PersonId, TenantId
from bot.ports import Store
from tests.examples import NOW, TENANT, a_person, an_item

ANA = PersonId("ana")


async def test_people_come_back_as_they_were_put_by_id(store: Store) -> None:
    people = [a_person("cas"), a_person("ana", left_at=NOW), a_person("bo", guest=True)]
    async with store.write(TENANT) as transaction:
        await transaction.people.put(people)
    async with store.read(TENANT) as transaction:
        assert await transaction.people.all() == sorted(people, key=lambda person: person.id)
        assert await transaction.people.get(ANA) == people[1]


async def test_some_people_are_found_without_the_others(store: Store) -> None:
    people = [a_person(f"p{number:04}") for number in range(1200)]
    async with store.write(TENANT) as transaction:
        await transaction.people.put(people)
    wanted = [person.id for person in reversed(people[:1100])]
    async with store.read(TENANT) as transaction:
        assert await transaction.people.some([*wanted, PersonId("nobody"), wanted[0]]) == people[:1100]
        assert not await transaction.people.some([])


async def test_someone_who_changed_is_written_over(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.people.put([a_person(), a_person("bo")])
    async with store.write(TENANT) as transaction:
        await transaction.people.put([a_person(stopped=True)])
    async with store.read(TENANT) as transaction:
        assert await transaction.people.all() == [a_person(stopped=True), a_person("bo")]


async def test_nobody_is_written_without_harm(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.people.put([])
        assert not await transaction.people.all()


async def test_forgetting_deletes_a_person_and_their_messages(store: Store) -> None:
    others = replace(an_item(2), person=PersonId("bo"))
    async with store.write(TENANT) as transaction:
        await transaction.people.put([a_person(), a_person("bo")])
        await transaction.outbox.plan([an_item(1), others])
        await transaction.people.forget(ANA)
    async with store.read(TENANT) as transaction:
        assert [person.id for person in await transaction.people.all()] == ["bo"]
        assert not await transaction.outbox.of_person(ANA)
        assert await transaction.outbox.get(others.id) == others
        with pytest.raises(NotFound):
            await transaction.people.get(ANA)


async def test_forgetting_does_not_reach_another_tenant(store: Store) -> None:
    other = TenantId("T2")
    async with store.write(other) as transaction:
        await transaction.people.put([a_person(tenant=other)])
    async with store.write(TENANT) as transaction:
        await transaction.people.forget(ANA)
    async with store.read(other) as transaction:
        assert len(await transaction.people.all()) == 1
