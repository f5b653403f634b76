"""Snooze, stop, language, what is kept about you, and being forgotten."""

from datetime import time, timedelta

import pytest

from bot.errors import NotFound
from bot.ids import PersonId
from bot.messages import Action, Invalid, Notice, Pointer
from bot.outbox import Delivery
from tests.people import words_in
from tests.world import BELIEVE, CHANGE, TENANT, World, a_change, a_world, one_question, someone, staff

LISTEN = "roosters-listen-1"


async def snoozes(world: World, name: str, until: str) -> None:
    """Be quiet until a day."""
    await world.user(name).presses(Action.SNOOZE)
    await world.user(name).fills(until=until)


async def test_who_snoozes_hears_nothing_until_that_day_and_then_takes_part(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-13")
    await snoozes(world, "p000", "2027-01-22")
    assert world.user("p000").sees("vrijdag 22 januari")
    before = len(world.user("p000").chat)
    await world.until("01-21 20:00")
    assert len(world.user("p000").chat) == before
    await world.until("01-22 12:00")
    assert any(LISTEN in one.item for one in world.user("p000").chat)
    await world.answers(world.user("p000"), "De rust", round_=LISTEN)


async def test_a_snooze_past_the_close_is_not_being_invited_and_counts_as_not_reached(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-13")
    await snoozes(world, "p000", "2027-03-01")
    await world.until("01-19 12:00")
    await world.answered(world.others(12, start=1), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("02-05")
    assert not any(LISTEN in one.item for one in world.user("p000").read("invite"))
    assert (await world.item(f"invite/{LISTEN}/p000")).state is Delivery.DROPPED
    assert (await world.round("listen")).invited == 31


async def test_a_snooze_can_be_ended_early(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-13")
    await snoozes(world, "p000", "2027-01-26")
    await world.until("01-20 12:00")
    assert not any(LISTEN in one.item for one in world.user("p000").chat)
    await world.user("p000").presses(Action.HOME)
    await world.user("p000").clicks(Action.RESUME)
    await world.until("01-20 14:00")
    assert any(LISTEN in one.item for one in world.user("p000").chat)


@pytest.mark.parametrize("until", ["2027-01-12", "2020-01-01", "morgen", ""])
async def test_a_snooze_is_until_a_day_that_comes(world: World, until: str) -> None:
    await world.until("01-12 12:00")
    await snoozes(world, "p000", until)
    assert isinstance(world.user("p000").screen, Invalid)


async def test_a_snooze_that_is_over_is_not_shown_any_more(world: World) -> None:
    await world.until("01-05 12:00")
    await snoozes(world, "p000", "2027-01-08")
    user = world.user("p000")
    await user.presses(Action.HOME)
    assert user.sees("8 januari")
    await world.until("01-09")
    await user.presses(Action.HOME)
    assert not user.sees("8 januari")


async def test_stop_means_stop_and_the_page_stays_open(world: World) -> None:
    await world.applies(a_change(BELIEVE, one_question()))
    await world.until("01-13")
    user = world.user("p000")
    await user.presses(Action.STOP)
    before = len(user.chat)
    await world.until("03-01")
    assert len(user.chat) == before
    await user.presses(Action.PAGE, CHANGE)
    assert user.sees("Punt evenings")


async def test_who_stopped_still_gets_the_answer_to_their_own_question(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    user = world.user("p000")
    await user.presses(Action.QUESTION, CHANGE)
    await user.fills(text="Mag ik ruilen?")
    await user.presses(Action.STOP)
    await world.tick()
    await world.mila.clicks(Action.REPLY_QUESTION)
    await world.mila.fills(about_nl="Ruilen", known_nl="Ja.")
    await world.until("01-14")
    assert user.read("reply")
    assert not user.read("known")


async def test_stop_stays_stop_for_who_leaves_and_returns(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-08 12:00")
    await world.user("p000").presses(Action.STOP)
    world.chats.leave(PersonId("p000"))
    await world.syncs()
    world.chats.join(someone("p000"))
    await world.syncs()
    before = len(world.user("p000").chat)
    await world.until("01-28")
    assert len(world.user("p000").chat) == before


async def test_who_stopped_before_the_frame_and_takes_part_again_gets_the_frame_first(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-08 12:00")
    user = world.user("p000")
    await user.presses(Action.STOP)
    await world.until("01-20 12:00")
    assert not user.read("frame")
    await user.presses(Action.HOME)
    await user.clicks(Action.RESUME)
    await world.until("01-21 12:00")
    kinds = [one.item.split("/")[0] for one in user.chat]
    assert kinds.index("frame") < kinds.index("invite")


async def test_another_language_from_the_next_message_on(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-08 12:00")
    user = world.user("p000")
    await user.presses(Action.HOME)
    await user.clicks("English")
    assert user.sees("English") or user.sees("What I keep")
    await world.until("01-19 12:00")
    assert "What should we make sure not to lose?" in words_in(user.chat[-1].message)
    await user.clicks(Action.ANSWER, of=LISTEN)
    assert user.sees("What should we make sure not to lose?")
    assert "Wat mogen we hierbij niet kwijtraken?" in words_in(world.user("p001").chat[-1].message)


async def test_a_language_that_is_not_there_changes_nothing(world: World) -> None:
    await world.user("p000").presses(Action.LANGUAGE, "fr")
    await world.user("p000").presses(Action.HOME)
    assert world.user("p000").sees("Nederlands")


async def test_what_is_kept_names_what_is_kept(world: World) -> None:
    user = world.user("p000")
    await user.presses(Action.HOME)
    for part in ("P000", "Nederlands", "09:00", "17:00", "north"):
        assert user.sees(part)


async def test_forgetting_someone_leaves_nothing_of_them_and_their_voice_stands(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(10), "De rust op vrijdag {number}", round_=LISTEN)
    await world.user("p003").presses(Action.QUESTION, CHANGE)
    await world.user("p003").fills(text="Blijft mijn vrije dag?")
    world.chats.leave(PersonId("p003"))
    await world.syncs()
    await world.service.forget(TENANT, PersonId("p003"))
    assert not await world.items_of("p003")
    async with world.storage.store.read(TENANT) as tx:
        assert "p003" not in {one.id for one in await tx.people.all()}
        assert not [one for one in await tx.door.entries() if one.person == "p003"]
    await world.until("01-27")
    assert (await world.round("listen")).voices == 10
    with pytest.raises(NotFound):
        await world.service.forget(TENANT, PersonId("p003"))


async def test_forgetting_looks_the_same_whether_or_not_someone_answered(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answers(world.user("p003"), "De rust", round_=LISTEN)
    before = [await world.items_of(name) for name in ("p003", "p004")]
    assert [one.kind for one in before[0]] == [one.kind for one in before[1]]
    assert [one.state for one in before[0]] == [one.state for one in before[1]]


async def test_two_people_with_the_same_hours_hear_at_the_same_time_whatever_they_did(world: World) -> None:
    await world.applies(a_change(BELIEVE, one_question()))
    await world.until("01-12 12:00")
    await world.answers(world.user("p000"), "yes", round_="roosters-believe-1")
    await world.until("01-19 12:00")
    await world.answers(world.user("p000"), "De rust", round_=LISTEN)
    await world.until("02-10")
    one, other = ([(m.item.split("/")[0], m.delivered_at) for m in world.user(n).chat] for n in ("p000", "p001"))
    assert one == other
    assert max(at for _, at in one) - min(at for _, at in one) > timedelta(days=7)


async def test_a_night_worker_is_told_at_night() -> None:
    world = await a_world([*staff(), someone("nacht", starts=time(19), ends=time(23))])
    await world.applies(a_change())
    await world.until("01-13")
    assert world.user("nacht").read("frame")[0].delivered_at.hour == 18


async def test_the_home_page_points_to_what_is_open_and_looks_the_same_for_everyone(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    answered, silent = world.user("p000"), world.user("p001")
    await world.answers(answered, "De rust", round_=LISTEN)
    for user in (answered, silent):
        await user.presses(Action.HOME)
        assert isinstance(user.screen, Notice)
        (pointer,) = (block for block in user.screen.blocks if isinstance(block, Pointer))
        assert pointer.ref == next(one.ref for one in user.chat if LISTEN in one.item)
        assert "19 januari" in pointer.text
    assert words_in(answered.screen).replace("P000", "P001") == words_in(silent.screen)
    await world.until("02-05")
    await silent.presses(Action.HOME)
    assert not any(isinstance(block, Pointer) for block in getattr(silent.screen, "blocks", ()))


async def test_a_second_reply_to_the_same_question_reaches_who_asked_and_a_retry_does_not(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    user = world.user("p000")
    await user.presses(Action.DOOR)
    await user.fills(text="Gaat Noord dicht?", kind="rumour")
    await world.tick()
    for reply in ("Dat zoeken we uit.", "Nee, Noord blijft."):
        await world.mila.clicks(Action.REPLY_QUESTION)
        form = world.mila.filled(reply=reply)
        await world.mila.sends(form)
        await world.passes(hours=1)
        await world.mila.sends(form)
        await world.passes(hours=1)
    first, second = user.read("reply")
    assert "Dat zoeken we uit." in words_in(first.message)
    assert "Nee, Noord blijft." in words_in(second.message)


async def test_a_reply_that_was_changed_before_it_went_out_is_sent_once(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    user = world.user("p000")
    await user.presses(Action.DOOR)
    await user.fills(text="Gaat Noord dicht?", kind="rumour")
    await world.until("01-13 20:00")
    for reply in ("Dat zoeken we uit.", "Nee, Noord blijft."):
        await world.mila.clicks(Action.REPLY_QUESTION)
        await world.mila.fills(reply=reply)
    await world.until("01-14 12:00")
    (sent,) = user.read("reply")
    assert "Nee, Noord blijft." in words_in(sent.message)
