"""Rule 2: the frame comes before any question, to managers first, and whether people believe it is published."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.change import Change
from bot.ids import TeamKey
from bot.messages import Action
from bot.people import Person
from bot.round import RoundState
from tests.people import User, words_in
from tests.world import (
    BELIEVE,
    World,
    a_change,
    a_world,
    one_question,
    someone,
    staff,
)

EVERYTHING: Change = a_change(BELIEVE, one_question())


def frame_came_first(user: User) -> bool:
    """Whether the frame came before anything that asks, and in the same message at the latest."""
    kinds = [one.item.split("/")[0] for one in user.chat]
    asking = [at for at, kind in enumerate(kinds) if kind in {"invite", "reminder"}]
    return "frame" in kinds and all(kinds.index("frame") < at for at in asking)


async def test_everyone_hears_the_frame_before_any_question(world: World) -> None:
    await world.applies(EVERYTHING)
    await world.until("01-28")
    for user in world.others(30):
        assert frame_came_first(user)
        assert any("listen" in one.item for one in user.read("invite"))


async def test_managers_hear_the_frame_with_three_likely_questions_a_working_day_earlier(world: World) -> None:
    await world.applies(EVERYTHING)
    await world.until("01-11 12:00")
    (early,) = world.user("lea").read("frame_manager")
    for expected in ("Waarom moet dit eigenlijk?", "Wat ligt al vast", "Wat gebeurt er met wat ik zeg?"):
        assert expected in words_in(early.message)
    assert not any(user.read("frame") for user in world.others(30))
    await world.until("01-12 12:00")
    assert all(user.read("frame") for user in world.others(30))
    assert not any(user.read("frame_manager") for user in world.others(30))


async def test_a_working_day_earlier_steps_over_a_weekend(world: World) -> None:
    await world.applies(replace(EVERYTHING, frame_on=datetime(2027, 1, 18, tzinfo=UTC).date(), planning=()))
    await world.until("01-15 12:00")
    assert world.user("lea").read("frame_manager")


async def test_a_change_that_is_applied_late_still_tells_managers_first_and_asks_nothing_before_the_frame(
    world: World,
) -> None:
    await world.until("01-12 10:00")
    await world.applies(EVERYTHING)
    await world.until("01-12 16:00")
    assert world.user("lea").read("frame_manager")
    assert not world.user("p000").read("frame")
    assert not world.user("p000").read("invite")
    assert not world.user("p000").can_click(Action.ANSWER)
    await world.until("01-13 16:00")
    assert world.user("p000").read("frame")
    assert world.user("p000").can_click(Action.ANSWER, of="believe")


async def test_whoever_has_not_had_the_frame_is_not_asked_while_others_are() -> None:
    away = someone("away", reachable=False)
    world = await a_world([*staff(), away])
    await world.applies(EVERYTHING)
    await world.until("01-20")
    assert world.user("p000").read("invite")
    assert not world.user("away").chat
    assert (await world.item("invite/roosters-listen-1/away")).sent_at is None


async def test_the_frame_carries_one_tap_and_it_is_one_message(world: World) -> None:
    await world.applies(EVERYTHING)
    await world.until("01-12 12:00")
    user = world.user("p000")
    assert [one.item.split("/")[0] for one in user.chat] == ["welcome", "frame"]
    await user.clicks(Action.ANSWER, of="believe")
    assert user.sees("Geloof je dat wat hier open heet, ook echt nog open is?")
    await user.fills(answer="no")
    assert user.screen is not None
    assert not user.sees("nee")


async def test_the_tap_comes_by_itself_where_believe_is_asked_on_a_later_day(world: World) -> None:
    later = replace(BELIEVE, opens_on=BELIEVE.opens_on.replace(day=13), closes_on=BELIEVE.closes_on.replace(day=18))
    await world.applies(a_change(later))
    await world.until("01-13 12:00")
    assert [one.item.split("/")[0] for one in world.user("p000").chat] == ["welcome", "frame", "invite"]
    assert world.user("p000").can_click(Action.ANSWER, of="believe")


async def test_whether_people_believe_it_is_told_to_everyone_in_numbers(world: World) -> None:
    await world.applies(EVERYTHING)
    await world.until("01-12 12:00")
    for user in world.others(8):
        await world.answers(user, "no", round_="roosters-believe-1")
    for user in world.others(4, start=8):
        await world.answers(user, "yes", round_="roosters-believe-1")
    await world.until("01-20")
    for name in ("p000", "p029", "lea", "mila"):
        (told,) = world.user(name).read("what_we_heard")
        assert "Nee" in words_in(told.message)
        assert "8" in words_in(told.message)
    await world.user("p029").presses(Action.PAGE, "roosters")
    assert world.user("p029").sees("8")


async def test_after_the_close_the_frame_stands_there_without_its_tap(world: World) -> None:
    await world.applies(EVERYTHING)
    await world.until("01-12 12:00")
    assert world.user("p000").can_click(Action.ANSWER, of="believe")
    await world.until("01-25")
    assert (await world.round("believe")).extended
    assert (await world.round("believe")).state is RoundState.DESTROYED
    assert not world.user("p000").can_click(Action.ANSWER, of="believe")
    (frame,) = world.user("p000").read("frame")
    assert "Punt evenings" in words_in(frame.message)


LATE = (TeamKey("north"),)


@pytest.mark.parametrize("day", ["01-06", "01-14", "02-01"])
async def test_who_joins_hears_the_frame_and_takes_part_from_the_next_round_on(world: World, day: str) -> None:
    await world.applies(a_change(BELIEVE, one_question(), one_question("02-10", "02-17")))
    await world.until(f"{day} 10:00")
    world.chats.join(someone("nina", teams=LATE))
    await world.syncs()
    await world.until("02-11")
    nina = world.user("nina")
    assert len(nina.read("welcome")) == 1
    assert len(nina.read("frame")) == 1
    assert frame_came_first(nina)
    listened = {one.item.split("/")[1] for one in nina.read("invite")} - {"roosters-believe-1"}
    assert listened == {"roosters-listen-1", "roosters-listen-2"} - ({"roosters-listen-1"} if day == "02-01" else set())


async def test_who_moves_into_the_audience_hears_the_frame_before_being_asked() -> None:
    mover = someone("mover", teams=(TeamKey("south"),))
    world = await a_world([*staff(), mover])
    await world.applies(a_change(one_question(), audience=(TeamKey("north"),)))
    await world.until("01-14 10:00")
    assert not world.user("mover").read("frame")
    world.chats.join(replace(mover, teams=LATE))
    await world.syncs()
    await world.until("01-20")
    assert world.user("mover").read("frame")
    assert world.user("mover").read("invite")


async def test_who_left_is_not_written_to_and_on_return_misses_nothing(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-11 12:00")
    person: Person = someone("p005")
    world.chats.leave(person.id)
    await world.syncs()
    await world.until("01-14 10:00")
    assert not world.user("p005").read("frame")
    world.chats.join(person)
    await world.syncs()
    await world.until("01-21")
    assert len(world.user("p005").read("frame")) == 1
    assert len(world.user("p005").read("welcome")) == 1
    assert world.user("p005").read("invite")
