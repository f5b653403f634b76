"""Rule 5: a change ends when every point has an outcome, and everyone was asked whether they recognise it."""

import pytest

from bot.change import ChangeState, PointState
from bot.errors import IllegalMove, Refused
from bot.messages import Action
from bot.round import RoundState
from tests.people import words_in
from tests.world import (
    CHANGE,
    DECIDED,
    NL,
    TENANT,
    World,
    a_change,
    one_question,
    plan,
    point,
    texts,
)

REASON = DECIDED["reason_nl"]


async def refused_to_close(world: World) -> str:
    """Try to close; return why not."""
    await world.mila.presses(Action.CLOSE, CHANGE)
    await world.mila.fills()
    assert (await world.change()).state is not ChangeState.CLOSED
    return words_in(world.mila.screen)


async def checked(world: World, *, yes: int, no: int) -> None:
    """Decide the last point and let the heard check be held."""
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides()
    # The frame and the outcome were this week's two messages.
    await world.until("01-19 12:00")
    for number, user in enumerate(world.others(yes + no)):
        await world.answers(user, "yes" if number < yes else "no", round_="roosters-heard-1")
    await world.until("01-22 20:00")


async def test_what_was_not_told_in_time_is_visible_to_everyone_and_a_task_of_the_core_team(world: World) -> None:
    await checked(world, yes=4, no=6)
    by = (await world.round("heard")).heard_by
    assert by is not None
    late = "Te laat, want beloofd voor vrijdag 29 januari: wat er gehoord is (Vraag achteraf)"
    user = world.user("p000")
    for moment, seen in (("01-28 12:00", False), ("01-29 12:00", True)):
        await world.until(moment)
        await user.presses(Action.PAGE, CHANGE)
        assert user.sees(late) == seen
    await world.until("02-02 12:00")
    assert any(late in words_in(one.message) for one in world.mila.read("core_tasks"))


async def test_a_change_does_not_close_while_a_point_is_undecided(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    assert "Er staan nog punten open." in await refused_to_close(world)
    with pytest.raises(Refused):
        await world.service.close(TENANT, CHANGE)


async def test_a_point_that_was_opened_after_the_heard_check_has_to_be_decided_too(world: World) -> None:
    await checked(world, yes=8, no=0)
    await world.until("01-28")
    await world.applies(a_change(points=(*a_change().points, point("swaps"))))
    assert "Er staan nog punten open." in await refused_to_close(world)


async def test_a_change_does_not_close_before_the_heard_check(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides()
    assert "Vraag eerst aan iedereen of ze herkennen" in await refused_to_close(world)
    await world.until("01-19 12:00")
    assert world.user("p000").can_click(Action.ANSWER, of="heard")
    await refused_to_close(world)


async def test_the_count_of_the_heard_check_is_told_to_everyone_and_then_the_change_closes(world: World) -> None:
    await checked(world, yes=8, no=2)
    await world.until("01-27")
    assert "8" in words_in(world.user("p029").read("what_we_heard")[-1].message)
    await world.mila.presses(Action.CLOSE, CHANGE)
    await world.mila.fills()
    assert (await world.change()).state is ChangeState.CLOSED
    await world.until("02-04")
    (closed,) = world.user("p029").read("change_closed")
    assert REASON in words_in(closed.message)
    assert "8" in words_in(closed.message)


async def test_where_nearly_all_answered_the_heard_check_no_number_says_who_did_not(world: World) -> None:
    await checked(world, yes=20, no=10)
    user = world.user("p029")
    await user.presses(Action.PAGE, CHANGE)
    assert user.sees("Ongeveer 7 van de 10 zeiden: ja, dit herken ik.")
    assert not user.sees("30")


async def test_where_fewer_than_half_recognise_it_the_core_team_answers_that_first(world: World) -> None:
    await checked(world, yes=4, no=6)
    assert "Minder dan de helft herkent" in await refused_to_close(world)
    await world.until("02-10")
    assert "Minder dan de helft herkent" in await refused_to_close(world)
    await world.mila.presses(Action.TELL_HEARD, "roosters-heard-1")
    await world.mila.fills(reaction_nl=" ")
    assert "reaction-nl" in world.mila.problems
    await world.mila.presses(Action.TELL_HEARD, "roosters-heard-1")
    await world.mila.fills(reaction_nl="We hebben de nachten gemist.")
    await world.until("02-15")
    told = words_in(world.user("p029").read("what_we_heard")[-1].message)
    assert "We hebben de nachten gemist." in told
    assert "6" in told
    await world.mila.presses(Action.CLOSE, CHANGE)
    await world.mila.fills()
    assert (await world.change()).state is ChangeState.CLOSED


async def test_a_heard_check_with_too_few_voices_counts_as_held_and_is_published_as_that(world: World) -> None:
    await checked(world, yes=2, no=0)
    await world.until("02-03")
    assert (await world.round("heard")).state is RoundState.DESTROYED
    assert world.user("p029").read("too_few")
    await world.mila.presses(Action.CLOSE, CHANGE)
    await world.mila.fills()
    assert (await world.change()).state is ChangeState.CLOSED
    await world.user("p029").presses(Action.PAGE, CHANGE)
    assert world.user("p029").sees(texts().get(NL, "page.heard_check_few"))


async def test_a_heard_check_that_was_called_off_is_held_another_time(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides()
    await world.until("01-18 12:00")
    await world.mila.presses(Action.CANCEL_ROUND, "roosters-heard-1")
    await world.mila.fills()
    await world.until("01-22 12:00")
    assert (await world.round("heard", 2)).state is RoundState.OPEN


async def test_the_heard_check_of_the_file_takes_the_place_of_the_one_that_came_up_by_itself(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides()
    assert (await world.round("heard")).state is RoundState.PLANNED
    await world.applies(a_change(plan("heard", "01-21", "01-27")))
    await world.until("01-22 12:00")
    assert (await world.round("heard")).state is RoundState.CANCELLED
    assert (await world.round("heard", 2)).state is RoundState.OPEN
    assert len([one for one in world.user("p000").chat if "heard" in one.item]) == 1


@pytest.mark.parametrize("at", ["01-13 12:00", "01-19 12:00", "01-26 12:00"], ids=["planned", "open", "held"])
async def test_one_heard_check_is_enough(world: World, at: str) -> None:
    first = plan("heard", "01-19", "01-22")
    second = plan("heard", "02-09", "02-12")
    assert "Eén keer is genoeg" in await world.complaints(a_change(first, second))
    await world.applies(a_change(first))
    await world.until("01-13 10:00")
    await world.decides()
    await world.until(at)
    assert "Eén keer is genoeg" in await world.complaints(a_change(first, second))
    assert await world.complaints(a_change(first)) == ""


async def test_an_outcome_after_the_heard_check_is_asked_about_too(world: World) -> None:
    await checked(world, yes=8, no=0)
    await world.until("01-28")
    await world.applies(a_change(points=(*a_change().points, point("swaps"))))
    await world.until("02-02 10:00")
    await world.decides("swaps")
    assert texts().get(NL, "refused.close_heard_check") in await refused_to_close(world)
    await world.until("02-05 12:00")
    assert (await world.round("heard", 2)).state is RoundState.OPEN


async def test_the_heard_check_waits_until_every_point_is_decided(world: World) -> None:
    await world.applies(a_change(plan("heard", "01-19", "01-25")))
    await world.until("01-21")
    assert not any("heard" in one.item for one in world.user("p000").chat)
    await world.decides()
    await world.until("01-22 12:00")
    assert (await world.round("heard")).state is RoundState.OPEN


async def test_a_change_that_only_announced_something_can_come_to_its_end(world: World) -> None:
    await world.applies(a_change(points=(point("pay", PointState.FIXED),)))
    await world.until("01-14 10:00")
    await refused_to_close(world)
    await world.until("01-18 12:00")
    assert (await world.round("heard")).state is RoundState.OPEN


async def test_a_closed_change_asks_and_tells_nothing_more(world: World) -> None:
    await checked(world, yes=8, no=0)
    await world.until("01-26 12:00")
    await world.service.close(TENANT, CHANGE)
    await world.until("02-02")
    before = len(world.user("p000").chat)
    with pytest.raises(IllegalMove):
        await world.applies(a_change(one_question("02-10", "02-17")))
    await world.until("03-01")
    assert len(world.user("p000").chat) == before
