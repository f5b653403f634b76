"""Rule 9: one button stops a change; everyone hears it, one question goes out, and it goes on after telling."""

from bot.change import ChangeState
from bot.messages import Action
from bot.round import RoundState
from tests.people import words_in
from tests.world import CHANGE, World, a_change, one_question


async def stands_still(world: World) -> None:
    """Press the button."""
    await world.mila.presses(Action.STAND_STILL, CHANGE)
    await world.mila.fills()


async def goes_on(world: World) -> None:
    """Press the other one."""
    await world.mila.presses(Action.GO_ON, CHANGE)
    await world.mila.fills()


async def test_everything_planned_waits_and_everyone_is_told(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-14 10:00")
    await stands_still(world)
    assert (await world.change()).state is ChangeState.STOPPED
    await world.until("02-20")
    assert (await world.round("listen")).state is RoundState.PLANNED
    for name in ("p000", "p029", "lea", "mila"):
        assert len(world.user(name).read("stood_still")) == 1


async def test_an_invitation_that_did_not_go_out_yet_waits_too(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 08:00")
    await stands_still(world)
    await world.until("01-25")
    assert not any("roosters-listen-1" in one.item for one in world.user("p000").chat)


async def test_one_open_question_goes_out_a_listening_round_of_its_own(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-14 10:00")
    await stands_still(world)
    await world.until("01-19 12:00")
    still = await world.round("still")
    assert still.state is RoundState.OPEN
    assert len(still.pages) == 1
    assert world.user("p000").can_click(Action.ANSWER, of="still")


async def test_it_goes_on_only_after_telling_what_was_heard(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-14 10:00")
    await stands_still(world)
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "Het gaat mij te snel {number}", round_="roosters-still-1")
    await goes_on(world)
    assert world.mila.sees("Vertel eerst wat er gehoord is.")
    assert (await world.change()).state is ChangeState.STOPPED
    await world.until("01-23")
    await goes_on(world)
    assert (await world.change()).state is ChangeState.STOPPED
    await world.mila.presses(Action.TELL_HEARD, "roosters-still-1")
    await world.mila.fills()
    await goes_on(world)
    assert (await world.change()).state is ChangeState.RUNNING


async def test_what_was_planned_moves_by_as_long_as_it_stood_still(world: World) -> None:
    await world.applies(a_change(one_question()))
    before = await world.round("listen")
    await world.until("01-14 10:00")
    await stands_still(world)
    await world.until("02-04 10:00")
    await goes_on(world)
    after = await world.round("listen")
    assert after.opens_at >= before.opens_at + (world.now - world.now.replace(month=1, day=14))
    assert after.closes_at - after.opens_at >= before.closes_at - before.opens_at
    await world.until("02-20")
    assert world.user("p000").read("went_on")
    assert any("roosters-listen-1" in one.item for one in world.user("p000").chat)


async def test_pressing_it_twice_is_standing_still_once(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-14 10:00")
    await stands_still(world)
    await world.passes(minutes=2)
    await stands_still(world)
    await world.until("01-30")
    assert len(world.user("p000").read("stood_still")) == 1


async def test_a_change_can_stand_still_again(world: World) -> None:
    await world.applies(a_change(one_question("03-10", "03-17")))
    for day, until in (("01-14", "02-05"), ("02-10", "03-05")):
        await world.until(f"{day} 10:00")
        await stands_still(world)
        await world.until(f"{until} 10:00")
        await goes_on(world)
        assert (await world.change()).state is ChangeState.RUNNING


async def test_nobody_but_the_core_team_stops_a_change(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-14 10:00")
    for name in ("p000", "lea"):
        await world.user(name).presses(Action.STAND_STILL, CHANGE)
    assert (await world.change()).state is ChangeState.RUNNING


async def test_the_bot_proposes_it_once_when_response_halves(world: World) -> None:
    await world.applies(a_change(one_question(), one_question("02-03", "02-10")))
    await world.until("01-19 12:00")
    await world.answered(world.others(24), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.until("02-04 12:00")
    assert not world.mila.read("core_propose_still")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_="roosters-listen-2")
    await world.until("02-25")
    (proposed,) = world.mila.read("core_propose_still")
    assert "stil" in words_in(proposed.message).lower()
    await world.mila.clicks(Action.STAND_STILL, of=CHANGE)
    await world.mila.fills()
    assert (await world.change()).state is ChangeState.STOPPED


async def test_it_is_not_proposed_while_response_stays(world: World) -> None:
    await world.applies(a_change(one_question(), one_question("02-03", "02-10")))
    await world.until("01-19 12:00")
    await world.answered(world.others(20), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.until("02-04 12:00")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_="roosters-listen-2")
    await world.until("02-25")
    assert not world.mila.read("core_propose_still")
