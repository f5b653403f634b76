"""Rule 3: listening first, scenarios only when it has closed, and nobody sees results while a round is open."""

from dataclasses import replace

import pytest

from bot.change import ChangeState
from bot.errors import Refused
from bot.messages import Action, Form
from bot.questions import RoundKind
from bot.round import RoundState
from tests.people import words_in
from tests.world import (
    BELIEVE,
    NL,
    World,
    a_change,
    one_question,
    packs,
    plan,
    texts,
    two_scenarios,
)

SCENARIOS = plan("scenarios", "02-10", "02-17", point="evenings")
FIRST_LISTENING = "pas rond als de luisterronde dicht is"


async def listens(world: World, words: str = "De rust op vrijdag is mij veel waard, nummer {number}") -> None:
    """Let twelve people answer the listening round, and everyone hear it."""
    await world.until("01-19 12:00")
    await world.answered(world.others(12), words, round_="roosters-listen-1")
    await world.until("02-09")


@pytest.mark.parametrize(
    "listening",
    [(), (one_question("02-11", "02-18"),), (one_question("02-08", "02-12"),), (one_question("02-03", "02-10"),)],
    ids=["none", "after", "over it", "until its day"],
)
async def test_a_planning_with_scenarios_before_the_end_of_listening_is_refused(
    world: World, listening: tuple[object, ...]
) -> None:
    change = a_change(*listening, SCENARIOS, scenarios=two_scenarios())  # type: ignore[arg-type]
    assert FIRST_LISTENING in await world.complaints(change)
    with pytest.raises(Refused):
        await world.applies(change)


async def test_scenarios_go_out_once_listening_has_closed_and_was_told(world: World) -> None:
    await world.applies(a_change(one_question(), SCENARIOS, scenarios=two_scenarios()))
    await listens(world)
    assert not any("scenarios" in one.item for one in world.user("p000").chat)
    await world.until("02-10 12:00")
    assert (await world.round("scenarios")).state is RoundState.OPEN
    assert world.user("p000").can_click(Action.ANSWER, of="scenarios")


async def test_scenarios_wait_for_a_listening_round_that_is_open_longer(world: World) -> None:
    listening = one_question("02-01", "02-09")
    await world.applies(a_change(listening, SCENARIOS, scenarios=two_scenarios()))
    await world.until("02-08 12:00")
    await world.mila.presses(Action.EXTEND_ROUND, "roosters-listen-1")
    await world.mila.fills()
    await world.until("02-11 12:00")
    assert (await world.round("listen")).state is RoundState.OPEN
    assert (await world.round("scenarios")).state is RoundState.PLANNED


async def test_listening_that_was_called_off_is_no_listening(world: World) -> None:
    await world.applies(a_change(one_question(), SCENARIOS, scenarios=two_scenarios()))
    await world.until("01-20 12:00")
    await world.mila.presses(Action.CANCEL_ROUND, "roosters-listen-1")
    await world.mila.fills()
    await world.until("02-20")
    assert not any("scenarios" in one.item for one in world.user("p000").chat)


async def test_source_and_listening_may_be_one_round_or_two(world: World) -> None:
    change = a_change(one_question(kind="source"), SCENARIOS, scenarios=two_scenarios())
    assert await world.complaints(change) == ""
    both = a_change(one_question(kind="source"), one_question("01-28", "02-04"), SCENARIOS, scenarios=two_scenarios())
    assert await world.complaints(both) == ""


async def opened_scenario(world: World) -> str:
    """Read the first page of the scenarios round."""
    await world.until("02-10 12:00")
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of="scenarios")
    assert isinstance(user.screen, Form)
    return words_in(user.screen)


async def test_a_scenario_that_was_written_before_listening_closed_is_shown_as_such(world: World) -> None:
    await world.applies(a_change(one_question(), SCENARIOS, scenarios=two_scenarios()))
    await listens(world)
    early = await opened_scenario(world)
    assert all(one.early for one in (await world.change()).scenarios)
    assert texts().get(NL, "form.early") in early


async def test_a_scenario_that_was_written_afterwards_is_not_shown_as_early(world: World) -> None:
    change = a_change(one_question(), SCENARIOS)
    await world.applies(change)
    await listens(world)
    await world.applies(replace(change, scenarios=two_scenarios()))
    late = await opened_scenario(world)
    assert texts().get(NL, "form.early") not in late


async def test_without_scenarios_by_then_the_scenarios_round_is_taken_off_rather_than_asked(world: World) -> None:
    await world.applies(a_change(one_question(), SCENARIOS))
    await listens(world)
    await world.until("02-12")
    assert (await world.round("scenarios")).state is not RoundState.OPEN
    assert not any("scenarios" in one.item for one in world.user("p000").chat)


SECRET = "Ik wil mijn zondagen niet kwijt"


async def test_while_a_round_is_open_nobody_sees_results(world: World) -> None:
    await world.applies(a_change(BELIEVE, one_question()))
    await world.until("01-19 12:00")
    before = world.mila.channel
    await world.answered(world.others(25), SECRET + " {number}", round_="roosters-listen-1")
    await world.until("01-26 16:59")
    assert [one.item.split("/")[0] for one in world.mila.channel if one not in before] == []
    for user in (world.mila, world.user("lea"), world.user("p000")):
        assert not user.has_read(SECRET)
        for action, value in ((Action.PAGE, "roosters"), (Action.HOME, "")):
            await user.presses(action, value)
            assert not user.sees(SECRET)
            assert not user.sees("25")
    for action, value in ((Action.CORE, "roosters"), (Action.TELL_HEARD, "roosters-listen-1")):
        await world.mila.presses(action, value)
        assert not world.mila.sees(SECRET)
        assert not world.mila.sees("25")


async def test_the_core_team_cannot_tell_what_was_heard_before_the_close(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-20 12:00")
    await world.mila.presses(Action.TELL_HEARD, "roosters-listen-1")
    await world.mila.fills()
    assert world.mila.sees("Deze ronde loopt nog. Er is nog niets om te vertellen.")


async def test_meanwhile_the_core_team_hears_what_it_can_do(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    opened = world.mila.read("core_opened")[-1]
    assert "31" in words_in(opened.message)
    question = packs().of(RoundKind.LISTEN).meanwhile[0].in_(NL)
    assert question in words_in(opened.message)


async def test_at_the_close_the_digest_is_a_thread_with_what_people_allowed(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), SECRET + " {number}", round_="roosters-listen-1")
    await world.until("01-26 18:00")
    kinds = [one.item.split("/")[0] for one in world.mila.channel]
    assert kinds.count("digest") == 1
    assert kinds.index("digest") < kinds.index("digest_theme")
    assert world.mila.has_read(SECRET)
    assert not world.user("p000").has_read(SECRET)
    assert (await world.change()).state is ChangeState.RUNNING
