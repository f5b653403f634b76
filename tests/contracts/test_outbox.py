"""The contract of Outbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.ids import ChangeId, ChannelId, MessageRef, PageKey, PersonId, RoundId
from bot.outbox import Delivery, Item, Kind, Mailing
from bot.ports import Store
from tests.examples import CHANGE, NOW, ROUND, TENANT, an_item

ANA, BO = PersonId("ana"), PersonId("bo")
HOUR = timedelta(hours=1)


async def _plan(store: Store, *items: Item) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.outbox.plan(items)


def _sent(item: Item, *, hours_ago: int = 1) -> Item:
    return replace(item, state=Delivery.SENT, sent_at=NOW - hours_ago * HOUR)


async def test_an_item_comes_back_as_it_was_planned(store: Store) -> None:
    full = an_item(
        2,
        person=None,
        channel=ChannelId("C1"),
        about="lose/workload",
        wave=3,
        parent=an_item().id,
        attempts=2,
        sent_at=NOW,
        ref=MessageRef("C1/17"),
        state=Delivery.SENT,
    )
    await _plan(store, an_item(), full)
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.get(an_item().id) == an_item()
        assert await transaction.outbox.get(full.id) == full


async def test_an_unknown_item_is_not_found(store: Store) -> None:
    async with store.read(TENANT) as transaction:
        with pytest.raises(NotFound):
            await transaction.outbox.get("unknown")


async def test_planning_again_leaves_an_item_as_it_is(store: Store) -> None:
    await _plan(store, _sent(an_item()))
    await _plan(store, an_item(), an_item(2))
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.get(an_item().id) == _sent(an_item())
        assert await transaction.outbox.get(an_item(2).id) == an_item(2)


async def test_a_mailing_is_an_item_for_each_of_its_people(store: Store) -> None:
    common = an_item(
        id="reminder/r1/", person=None, about="é'\"", page=PageKey("lose"), wave=3, minutes=2.5, parent="invite/r1/"
    )
    people = [BO, PersonId('o\'brien "ë"'), ANA]
    async with store.write(TENANT) as transaction:
        await transaction.outbox.mail([Mailing(common, people)])
    async with store.read(TENANT) as transaction:
        for person in people:
            there = await transaction.outbox.get(f"reminder/r1/{person}")
            assert there == replace(common, id=there.id, person=person, parent=f"invite/r1/{person}")


async def test_mailings_differ_in_what_is_not_the_persons_and_may_be_under_nothing(store: Store) -> None:
    one = Mailing(an_item(id="a/", person=None, parent=None, due_at=NOW), [ANA])
    other = Mailing(an_item(id="b/", person=None, parent="a/", due_at=NOW + HOUR), [ANA, BO])
    nobody = Mailing(an_item(id="c/", person=None), [])
    async with store.write(TENANT) as transaction:
        await transaction.outbox.mail([one, other, nobody])
    async with store.read(TENANT) as transaction:
        planned = [*await transaction.outbox.of_person(ANA), *await transaction.outbox.of_person(BO)]
    assert planned == [item for mailing in (one, other) for item in mailing.items()]


async def test_mailing_again_leaves_what_is_there_as_it_is(store: Store) -> None:
    mailing = Mailing(an_item(id="a/", person=None), [ANA, BO])
    sent = _sent(next(mailing.items()))
    await _plan(store, sent)
    async with store.write(TENANT) as transaction:
        await transaction.outbox.mail([mailing, mailing])
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.get(sent.id) == sent
        assert (await transaction.outbox.get(f"a/{BO}")).person == BO


async def test_thousands_are_mailed_at_once(store: Store) -> None:
    async with store.write(TENANT) as transaction:
        await transaction.outbox.mail(
            [Mailing(an_item(id="invite/", person=None), [PersonId(f"p{number}") for number in range(50_001)])]
        )
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.counts(ROUND) == {Delivery.WAITING: 50_001}


async def test_thousands_are_planned_at_once(store: Store) -> None:
    await _plan(store, *(an_item(number, person=PersonId(f"p{number}")) for number in range(5001)))
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.counts(ROUND) == {Delivery.WAITING: 5001}


async def test_due_is_what_waits_or_is_in_doubt_until_now_by_time_then_id(store: Store) -> None:
    await _plan(
        store,
        an_item(3),
        an_item(2, state=Delivery.SENDING, person=BO),
        an_item(4, due_at=NOW - HOUR),
        an_item(1, due_at=NOW + timedelta(microseconds=1)),
        *(an_item(10 + n, state=state) for n, state in enumerate(Delivery) if n >= 2),
    )
    async with store.read(TENANT) as transaction:
        due = await transaction.outbox.due(NOW, 10)
        assert due == [an_item(4, due_at=NOW - HOUR), an_item(2, state=Delivery.SENDING, person=BO), an_item(3)]


async def test_what_is_due_to_one_person_comes_together(store: Store) -> None:
    to_a_channel = an_item(5, person=None, channel=ChannelId("C1"))
    await _plan(store, an_item(1), an_item(2, person=BO), an_item(3), an_item(4, person=BO), to_a_channel)
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.due(NOW, 1) == [an_item(1), an_item(3)]
        assert await transaction.outbox.due(NOW, 3) == [
            an_item(n, person=BO if n % 2 == 0 else ANA) for n in (1, 2, 3, 4)
        ]


@pytest.mark.parametrize("state", Delivery)
async def test_a_reply_waits_until_its_parent_was_sent(store: Store, state: Delivery) -> None:
    parent = an_item(1, state=state, due_at=NOW + HOUR)
    reply = an_item(2, parent=parent.id)
    await _plan(store, parent, reply)
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.due(NOW, 10) == ([reply] if state is Delivery.SENT else [])


async def test_next_due_is_when_something_can_be_sent(store: Store) -> None:
    parent = an_item(1, due_at=NOW + 2 * HOUR)
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.next_due_at() is None
    await _plan(store, parent, an_item(2, parent=parent.id), an_item(3, state=Delivery.DROPPED))
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.next_due_at() == NOW + 2 * HOUR


async def test_marking_writes_how_it_went_and_nothing_else(store: Store) -> None:
    await _plan(store, an_item(1), an_item(2))
    marked = replace(
        an_item(1), state=Delivery.SENT, attempts=2, wave=5, due_at=NOW + HOUR, sent_at=NOW, ref=MessageRef("D1/9")
    )
    async with store.write(TENANT) as transaction:
        await transaction.outbox.mark([replace(marked, person=BO, about="else")])
        await transaction.outbox.mark([])
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.get(marked.id) == marked
        assert await transaction.outbox.get(an_item(2).id) == an_item(2)


async def test_items_of_a_round_come_by_id(store: Store) -> None:
    await _plan(
        store,
        an_item(2),
        an_item(1),
        an_item(3, kind=Kind.REMINDER),
        an_item(4, round=RoundId("another")),
    )
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.of_round(ROUND, Kind.INVITE) == [an_item(1), an_item(2)]


async def test_items_of_a_change_come_by_id(store: Store) -> None:
    await _plan(
        store,
        an_item(2),
        an_item(1, round=None),
        an_item(3, kind=Kind.REMINDER),
        an_item(4, change=ChangeId("another")),
    )
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.of_change(CHANGE, Kind.INVITE) == [an_item(1, round=None), an_item(2)]


async def test_items_of_a_person_come_by_time(store: Store) -> None:
    await _plan(store, an_item(1, due_at=NOW + HOUR), an_item(2), an_item(3, person=BO))
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.of_person(ANA) == [an_item(2), an_item(1, due_at=NOW + HOUR)]


async def test_attention_is_asked_by_what_was_sent_except_ones_own_answer_and_edits(store: Store) -> None:
    await _plan(
        store,
        _sent(an_item(1), hours_ago=1),
        _sent(an_item(2), hours_ago=5),
        _sent(an_item(3), hours_ago=6),
        _sent(an_item(4, kind=Kind.REPLY)),
        _sent(an_item(5, kind=Kind.OFFER_REPLY)),
        _sent(an_item(6, kind=Kind.ROUND_OVER)),
        _sent(an_item(7, person=BO)),
        _sent(an_item(8, person=None, channel=ChannelId("C1"))),
        _sent(an_item(9, person=PersonId("cas"))),
        an_item(10),
        an_item(11, state=Delivery.UNREACHABLE),
    )
    wanted = {ANA: [NOW - 5 * HOUR, NOW - HOUR], BO: [NOW - HOUR]}
    many = [PersonId(f"p{number}") for number in range(2000)]
    async with store.read(TENANT) as transaction:
        for people in ([ANA, BO], [ANA, BO, *many]):
            since = await transaction.outbox.sent_since(people, NOW - 5 * HOUR)
            assert {person: list(moments) for person, moments in since.items()} == wanted
        assert not await transaction.outbox.sent_since([], NOW - 5 * HOUR)


async def test_invitations_cost_minutes_from_when_they_were_planned(store: Store) -> None:
    await _plan(
        store,
        _sent(an_item(1, minutes=4.5), hours_ago=1),
        an_item(2, minutes=3.0),
        _sent(an_item(3, minutes=50.0), hours_ago=6),
        an_item(4, minutes=50.0, kind=Kind.REMINDER),
        an_item(5, minutes=50.0, change=ChangeId("another")),
        an_item(6, minutes=50.0, state=Delivery.UNREACHABLE),
        an_item(7, minutes=2.0, person=BO),
    )
    async with store.read(TENANT) as transaction:
        minutes = await transaction.outbox.minutes_since(CHANGE, NOW - 5 * HOUR)
    assert minutes == {ANA: 7.5, BO: 2.0}


async def test_invitations_are_counted_by_state(store: Store) -> None:
    await _plan(
        store, an_item(1), an_item(2), _sent(an_item(3)), an_item(4, kind=Kind.REMINDER), an_item(5, round=None)
    )
    async with store.read(TENANT) as transaction:
        counts = await transaction.outbox.counts(ROUND)
    assert counts == {Delivery.WAITING: 2, Delivery.SENT: 1}


async def test_what_is_dropped_is_not_sent_any_more(store: Store) -> None:
    await _plan(
        store,
        an_item(1, kind=Kind.REMINDER),
        an_item(2, kind=Kind.REMINDER, state=Delivery.SENDING),
        _sent(an_item(3, kind=Kind.REMINDER)),
        an_item(4),
        an_item(5, kind=Kind.REMINDER, round=RoundId("another")),
    )
    async with store.write(TENANT) as transaction:
        assert await transaction.outbox.drop(round_id=ROUND, kinds=frozenset({Kind.REMINDER})) == 2
        states = [(await transaction.outbox.get(an_item(number).id)).state for number in range(1, 6)]
    assert states == [
        Delivery.DROPPED,
        Delivery.DROPPED,
        Delivery.SENT,
        Delivery.WAITING,
        Delivery.WAITING,
    ]


async def test_the_invitations_of_a_round_are_counted_by_where_they_are(store: Store) -> None:
    await _plan(store, an_item(1), an_item(2, state=Delivery.SENDING), an_item(3), an_item(4, kind=Kind.REMINDER))
    async with store.read(TENANT) as transaction:
        assert await transaction.outbox.counts(ROUND) == {Delivery.SENDING: 1, Delivery.WAITING: 2}
