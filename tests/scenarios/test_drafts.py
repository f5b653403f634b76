"""Rules 1 and 5: the draft of a together point goes back to everyone, and lies with them before it is decided."""

from datetime import date
from typing import Any

import pytest

from bot.change import PointState
from bot.messages import Action, Notice
from tests.people import words_in
from tests.world import CHANGE, DECIDED, World, a_change, a_world, point, someone, staff


async def test_a_draft_goes_back_to_everyone_before_the_outcome_of_a_together_point(world: World) -> None:
    await world.applies(a_change(points=(point("swaps", PointState.TOGETHER),)))
    await world.until("01-13 10:00")
    await world.mila.presses(Action.OUTCOME, f"{CHANGE}/swaps")
    assert world.mila.sees("Laat iedereen eerst het voorstel zien.")
    await world.mila.presses(Action.DRAFT, f"{CHANGE}/swaps")
    form = world.mila.filled(draft_nl="Ruilen mag tot een dag van tevoren.")
    await world.mila.sends(form)
    await world.passes(minutes=5)
    await world.mila.sends(form)
    await world.until("01-20 10:00")
    (draft,) = world.user("p000").read("draft")
    assert "Ruilen mag tot een dag van tevoren." in words_in(draft.message)
    await world.decides("swaps")
    assert not (await world.change()).undecided


async def drafted(world: World, at: str, *, leads: bool = False) -> None:
    """Send out a draft, without a team leader or with one, whose week is full."""
    managers = a_change().managers if leads else ()
    await world.applies(a_change(points=(point("swaps", PointState.TOGETHER),), managers=managers))
    await world.until(at)
    await world.mila.presses(Action.DRAFT, f"{CHANGE}/swaps")
    await world.mila.fills(draft_nl="Ruilen mag tot een dag van tevoren.")


async def refused_to_decide(world: World) -> str:
    """Try to decide; return why not, which is said before anything is typed."""
    await world.mila.presses(Action.OUTCOME, f"{CHANGE}/swaps")
    return words_in(world.mila.screen) if isinstance(world.mila.screen, Notice) else ""


async def test_a_draft_lies_with_people_for_two_working_days_before_its_outcome(anywhere: World) -> None:
    world = anywhere
    await drafted(world, "01-14 10:00")
    # Thursday; then come Friday and Monday.
    for moment in ("01-14 10:05", "01-15 16:00", "01-17 12:00"):
        await world.until(moment)
        assert "vanaf maandag 18 januari" in await refused_to_decide(world)
    assert (await world.change()).undecided
    await world.until("01-18 09:00")
    await world.decides("swaps")
    assert not (await world.change()).undecided


async def test_the_two_days_begin_when_the_last_who_waits_for_the_draft_has_it(world: World) -> None:
    await drafted(world, "01-13 10:00", leads=True)
    await world.until("01-15 16:00")
    assert not world.user("lea").read("draft")
    assert "vanaf woensdag 20 januari" in await refused_to_decide(world)
    await world.until("01-19 12:00")
    assert world.user("lea").read("draft")
    assert "vanaf woensdag 20 januari" in await refused_to_decide(world)
    await world.until("01-20 09:00")
    assert not await refused_to_decide(world)


async def test_a_form_that_was_open_before_a_later_draft_does_not_decide(world: World) -> None:
    await drafted(world, "01-13 10:00")
    await world.until("01-15 10:00")
    await world.mila.presses(Action.OUTCOME, f"{CHANGE}/swaps")
    form = world.mila.filled(**DECIDED)
    joost = world.user("joost")
    await joost.presses(Action.DRAFT, f"{CHANGE}/swaps")
    await joost.fills(draft_nl="Toch anders.")
    await world.mila.sends(form)
    # The week of the frame and the first draft is full: the later one comes to everyone a week after the frame.
    assert world.mila.sees("vanaf donderdag 21 januari")
    assert (await world.change()).undecided


@pytest.mark.parametrize(
    "given",
    [{"stopped": True}, {"snoozed_until": date(2027, 2, 20)}, {"reachable": False}, {"workdays": ()}],
    ids=["stopped", "snoozed", "out of reach", "without hours"],
)
async def test_nobody_waits_for_someone_who_cannot_read_a_draft_now(given: dict[str, Any]) -> None:
    world = await a_world([*staff(), someone("away", **given)])
    await drafted(world, "01-13 10:00")
    await world.until("01-15 09:00")
    assert not world.user("away").read("draft")
    assert not await refused_to_decide(world)
