"""What an organiser may change on the way, and what a core team does to a round that is open."""

from dataclasses import replace
from datetime import date

import pytest

from bot.change import PlannedRound, PointState
from bot.errors import Refused
from bot.ids import PageKey, PersonId
from bot.messages import Action
from bot.round import RoundState
from tests.people import words_in
from tests.world import World, a_change, one_question, point, text

LISTEN = "roosters-listen-1"
FIRST = a_change(one_question(), one_question("02-10", "02-17"))


async def opened(world: World) -> None:
    """Play up to an open listening round."""
    await world.applies(FIRST)
    await world.until("01-19 12:00")


OTHERWISE = {
    "closes on another day": replace(one_question(), closes_on=date(2027, 1, 28)),
    "asks something else": replace(one_question(), questions=(PageKey("hope"),)),
    "is not there": None,
}


@pytest.mark.parametrize("planned", OTHERWISE.values(), ids=OTHERWISE)
async def test_an_open_round_stays_as_it_is(world: World, planned: PlannedRound | None) -> None:
    await opened(world)
    before = await world.round("listen")
    planning = tuple(one for one in (planned, FIRST.planning[1]) if one is not None)
    change = replace(FIRST, planning=planning)
    assert "Deze ronde loopt al en blijft zoals ze is" in await world.complaints(change)
    with pytest.raises(Refused):
        await world.applies(change)
    assert await world.round("listen") == before


async def test_a_round_that_is_still_planned_may_move_change_and_go(world: World) -> None:
    await opened(world)
    await world.applies(replace(FIRST, planning=(FIRST.planning[0], one_question("02-17", "02-24"))))
    assert (await world.round("listen", 2)).state is RoundState.CANCELLED
    assert (await world.round("listen", 3)).state is RoundState.PLANNED
    await world.until("02-11")
    assert not any("listen-2" in one.item for one in world.user("p000").chat)
    await world.until("02-18")
    assert any("listen-3" in one.item for one in world.user("p000").chat)


async def test_other_questions_for_a_planned_round_are_what_is_asked(world: World) -> None:
    await opened(world)
    other = replace(FIRST.planning[1], questions=(PageKey("hope"),))
    await world.applies(replace(FIRST, planning=(FIRST.planning[0], other)))
    await world.until("02-11")
    assert [page.key for page in (await world.round("listen", 2)).pages] == ["hope"]


async def test_a_correction_keeps_what_came_of_the_change(world: World) -> None:
    await opened(world)
    await world.decides()
    await world.applies(replace(FIRST, title=text("Anders roosteren")))
    change = await world.change()
    assert change.points[1].outcome is not None
    assert change.frame_told_at is not None
    assert (await world.round("listen")).state is RoundState.OPEN


async def test_a_round_extended_by_hand_closes_three_working_days_later_and_everyone_is_told(world: World) -> None:
    await opened(world)
    before = await world.round("listen")
    await world.mila.presses(Action.EXTEND_ROUND, LISTEN)
    await world.mila.fills()
    after = await world.round("listen")
    assert (after.closes_at - before.closes_at).days == 3
    assert after.heard_by > before.heard_by  # type: ignore[operator]
    await world.until("01-27 18:00")
    for user in world.others(30):
        (told,) = user.read("extended")
        assert "29 januari" in words_in(told.message)
    await world.answers(world.user("p000"), "De rust", round_=LISTEN)


async def test_a_round_called_off_is_destroyed_unread_and_everyone_is_told(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.mila.presses(Action.CANCEL_ROUND, LISTEN)
    await world.mila.fills()
    await world.tick()
    assert not [name for name in await world.keys.names() if name.endswith(LISTEN)]
    assert not world.user("p000").can_click(Action.ANSWER, of=LISTEN)
    await world.until("02-03")
    assert all(len(user.read("cancelled")) == 1 for user in world.others(30))
    assert not world.mila.has_read("rust op vrijdag")
    assert not world.user("p000").read("what_we_heard")


async def test_a_round_called_off_does_not_hold_up_the_next(world: World) -> None:
    await opened(world)
    await world.mila.presses(Action.CANCEL_ROUND, LISTEN)
    await world.mila.fills()
    await world.until("02-11")
    assert (await world.round("listen", 2)).state is RoundState.OPEN


async def test_a_round_that_is_over_can_be_neither_extended_nor_called_off(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("01-27 12:00")
    for action in (Action.EXTEND_ROUND, Action.CANCEL_ROUND):
        await world.mila.presses(action, LISTEN)
        await world.mila.fills()
        assert world.mila.sees("Deze ronde is al dicht.")
    assert (await world.round("listen")).state is RoundState.RELEASED


async def test_two_of_the_core_team_extending_at_once_extend_it_once(world: World) -> None:
    await opened(world)
    joost = world.user("joost")
    for user in (world.mila, joost):
        await user.presses(Action.EXTEND_ROUND, LISTEN)
    await world.mila.fills()
    await joost.fills()
    assert (await world.round("listen")).closes_at.day == 29
    await world.until("02-01")
    assert len(world.user("p000").read("extended")) == 1


async def test_a_together_point_needs_two_designers_from_the_floor(world: World) -> None:
    for names in (("p001",), ("mila", "joost"), ("p001", "mila"), ("p001", "p001")):
        designers = tuple(PersonId(name) for name in names)
        change = a_change(points=(point("swaps", PointState.TOGETHER, co_designers=designers),))
        assert await world.complaints(change) != "", names
    fine = a_change(points=(point("swaps", PointState.TOGETHER),))
    assert await world.complaints(fine) == ""
