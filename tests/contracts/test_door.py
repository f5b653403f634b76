"""The contract of Door."""

from datetime import timedelta

import pytest

from bot.door import EntryKind
from bot.errors import NotFound
from bot.ids import ChangeId, PersonId
from bot.ports import Store
from tests.examples import CHANGE, NOW, TENANT, an_entry, an_offer, something_known, text

RECEIPT = bytes(range(32))
ANONYMOUS = an_entry("e2", kind=EntryKind.RUMOUR, person=None, asked_at=None, receipt=RECEIPT)


async def test_entries_by_name_and_anonymous_ones_come_back_by_id(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.door.add_entries([ANONYMOUS, an_entry("e1")])
    async with store.read(TENANT) as transaction:
        assert await transaction.door.entries() == [an_entry("e1"), ANONYMOUS]
        assert await transaction.door.entry("e1") == an_entry("e1")


async def test_an_entry_that_exists_stays_as_it_is_when_it_is_added_again(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.door.add_entries([an_entry()])
        await transaction.door.add_entries([an_entry(text="Iets anders"), ANONYMOUS])
        assert await transaction.door.entries() == [an_entry(), ANONYMOUS]


async def test_a_reply_is_written_with_its_entry(store: Store) -> None:
    replied = an_entry(reply=text("Volgende week"), replied_at=NOW)
    async with store.write(TENANT) as transaction:
        await transaction.door.add_entries([an_entry()])
        await transaction.door.put_entry(replied)
    async with store.read(TENANT) as transaction:
        assert await transaction.door.entry(replied.id) == replied


async def test_a_receipt_finds_its_entry_only(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.door.add_entries([ANONYMOUS, an_entry("e1")])
        assert await transaction.door.by_receipt(RECEIPT) == ANONYMOUS
        assert await transaction.door.by_receipt(bytes(32)) is None
        assert await transaction.door.by_receipt(b"") is None


async def test_what_is_known_comes_newest_first(store: Store) -> None:
    old, new = something_known("k1"), something_known("k0", published_at=NOW + timedelta(days=1))
    async with store.write(TENANT) as transaction:
        await transaction.door.add_known(old)
        await transaction.door.add_known(new)
    async with store.read(TENANT) as transaction:
        assert await transaction.door.known() == [new, old]


async def test_offers_come_back_by_change_and_id(store: Store) -> None:
    elsewhere = an_offer("o3", change=ChangeId("another"))
    async with store.write(TENANT) as transaction:
        await transaction.door.add_offers([an_offer("o2"), elsewhere, an_offer("o1")])
        await transaction.door.add_offers([an_offer("o1", note="Iets anders")])
    async with store.read(TENANT) as transaction:
        assert await transaction.door.offers(CHANGE) == [an_offer("o1"), an_offer("o2")]
        assert await transaction.door.offer("o3") == elsewhere


async def test_a_personal_reply_is_written_with_its_offer(store: Store) -> None:
    replied = an_offer(reply="Graag! Donderdag?", replied_at=NOW)
    async with store.write(TENANT) as transaction:
        await transaction.door.add_offers([an_offer()])
        await transaction.door.put_offer(replied)
        assert await transaction.door.offer(replied.id) == replied


async def test_nothing_can_be_said_of_what_does_not_exist(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        for missing in (
            transaction.door.entry("e9"),
            transaction.door.offer("o9"),
            transaction.door.put_entry(an_entry("e9")),
            transaction.door.put_offer(an_offer("o9")),
        ):
            with pytest.raises(NotFound):
                await missing


async def test_forgetting_deletes_what_came_by_name_and_nothing_else(store: Store) -> None:
    bo = PersonId("bo")
    others = an_offer("o2", person=bo)
    async with store.write(TENANT) as transaction:
        await transaction.door.add_entries([an_entry(), ANONYMOUS])
        await transaction.door.add_offers([an_offer(), others])
        await transaction.door.forget(an_offer().person)
        assert await transaction.door.entries() == [ANONYMOUS]
        assert await transaction.door.offers(others.change) == [others]
