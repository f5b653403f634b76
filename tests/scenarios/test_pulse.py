"""A manager hears grumbling: first help to ask it oneself, then a pulse, within limits that are said clearly."""

from dataclasses import replace

import pytest

from bot.change import Manager
from bot.ids import PersonId, TeamKey
from bot.messages import Action, Form, Invalid
from bot.questions import RoundKind
from bot.round import RoundState
from tests.people import words_in
from tests.world import CHANGE, NL, World, a_change, a_world, one_question, packs, someone, staff

PULSE = "roosters-pulse-1"
RUMOUR = "De nachten worden langer"


async def a_company(north: int = 12) -> World:
    """Give a company of forty in the south and so many in the north, which Lea leads."""
    south = [someone(f"s{n:02}", teams=(TeamKey("south"),)) for n in range(40)]
    world = await a_world([*staff(north), *south])
    await world.applies(a_change())
    await world.until("01-20 10:00")
    return world


async def pulses(world: World, rumour: str = RUMOUR, team: str = "north") -> None:
    """Type /pulse and fill it in."""
    await world.user("lea").presses(Action.PULSE)
    await world.user("lea").fills(rumour=rumour, team=team)


async def test_the_bot_first_helps_to_ask_it_oneself() -> None:
    world = await a_company()
    await world.user("lea").presses(Action.PULSE)
    help_ = packs().of(RoundKind.PULSE).self_help
    assert 2 <= len(help_) <= 3
    assert all(world.user("lea").sees(one.in_(NL)) for one in help_)
    assert not any(one.read("invite") for one in world.others(12))


async def test_a_pulse_goes_to_the_team_and_to_nobody_else() -> None:
    world = await a_company()
    await pulses(world)
    await world.until("01-20 16:00")
    assert all(RUMOUR in words_in(user.chat[-1].message) for user in world.others(12))
    assert not world.user("s00").has_read(RUMOUR)
    assert not world.user("lea").read("invite")


async def test_it_says_who_reads_it_and_what_will_be_done() -> None:
    world = await a_company()
    await pulses(world)
    await world.until("01-20 16:00")
    user = world.user("p000")
    assert "leidinggevende" in words_in(user.chat[-1].message)
    await user.clicks(Action.ANSWER, of=PULSE)
    assert user.sees("kernteam")


async def test_persons_cannot_be_picked_and_a_team_that_is_not_ones_own_neither() -> None:
    world = await a_company()
    await world.user("lea").presses(Action.PULSE)
    form = world.user("lea").screen
    assert isinstance(form, Form)
    assert [str(field.key) for field in form.fields] == ["rumour", "team"]
    await world.user("lea").fills(rumour=RUMOUR, team="south")
    assert isinstance(world.user("lea").screen, Invalid)


async def test_only_who_leads_a_team_can_pulse() -> None:
    world = await a_company()
    await world.user("p000").presses(Action.PULSE)
    assert world.user("p000").sees("Een peiling is voor wie een team leidt.")


async def test_a_team_too_small_to_be_anonymous_is_refused() -> None:
    world = await a_company(north=7)
    await pulses(world)
    assert world.user("lea").sees("Met minder dan 8 mensen blijft niemand anoniem.")
    await world.until("01-25")
    assert not world.user("p000").read("invite")


async def test_the_same_team_is_not_pulsed_twice_in_ten_working_days() -> None:
    world = await a_company()
    await pulses(world)
    await world.until("02-02 10:00")
    await pulses(world)
    assert world.user("lea").sees("kreeg de afgelopen twee weken al een peiling")
    await world.until("02-04 10:00")
    await pulses(world)
    assert (await world.round("pulse", 2)).state is RoundState.OPEN


async def test_sent_twice_it_is_one_pulse() -> None:
    world = await a_company()
    await world.user("lea").presses(Action.PULSE)
    form = world.user("lea").filled(rumour=RUMOUR, team="north")
    await world.user("lea").sends(form)
    await world.user("lea").sends(form)
    await world.until("01-21")
    assert sum("pulse" in one.item for one in world.user("p000").chat) == 1


async def test_a_pulse_that_would_cost_more_than_a_quarter_of_an_hour_is_refused() -> None:
    world = await a_company()
    page = replace(packs().of(RoundKind.LISTEN).pages[0], minutes=14.0)
    await world.applies(a_change(replace(one_question("01-25", "01-29"), pages=(page,), questions=())))
    await world.until("01-26 10:00")
    await pulses(world)
    assert world.user("lea").sees("Meer dan een kwartier per vier weken vraag ik niet.")


@pytest.mark.parametrize("rumour", ["", "  ", "x" * 201])
async def test_without_a_rumour_or_with_too_much_of_it_there_is_no_pulse(rumour: str) -> None:
    world = await a_company()
    await pulses(world, rumour)
    assert "rumour" in world.user("lea").problems


async def test_team_and_manager_hear_what_was_heard_and_others_do_not() -> None:
    world = await a_company()
    await pulses(world)
    await world.until("01-21 12:00")
    await world.answered(world.others(9), "Te veel werkdruk in de nacht {number}", round_=PULSE)
    await world.until("02-05")
    for name in ("p000", "p011", "lea", "mila"):
        assert world.user(name).read("what_we_heard"), name
    assert not world.user("s00").read("what_we_heard")
    await world.user("s00").presses(Action.PAGE, CHANGE)
    assert not world.user("s00").sees("Werkdruk")


async def test_a_pulse_does_not_hold_up_the_change_nor_wait_for_it() -> None:
    world = await a_company()
    await world.applies(a_change(one_question("01-28", "02-04")))
    await pulses(world)
    await world.until("01-28 12:00")
    assert (await world.round("listen")).state is RoundState.OPEN


async def test_the_pulse_of_a_late_joiner_is_not_taken_for_the_tap_of_the_frame() -> None:
    world = await a_company()
    world.chats.join(someone("nina"))
    await world.syncs()
    await pulses(world)
    await world.until("01-21")
    (frame,) = world.user("nina").read("frame")
    assert RUMOUR not in words_in(frame.message)
    assert world.user("nina").can_click(Action.ANSWER, of=PULSE)


async def test_a_manager_of_two_teams_chooses_one() -> None:
    world = await a_company()
    managers = tuple(Manager(PersonId("lea"), TeamKey(team)) for team in ("north", "south"))
    await world.applies(a_change(managers=managers))
    await pulses(world, team="")
    assert "team" in world.user("lea").problems
    await world.user("lea").presses(Action.PULSE, CHANGE)
    await world.user("lea").fills(rumour=RUMOUR, team="south")
    assert (await world.round("pulse")).teams == ("south",)
