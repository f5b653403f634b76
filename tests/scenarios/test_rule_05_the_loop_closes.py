"""Rule 5: what was heard is told within five working days, every outcome to everyone, and no change ends before."""

from datetime import date

import pytest

from bot.change import ChangeState, PointState
from bot.errors import IllegalMove, Refused
from bot.ids import TeamKey
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
    a_world,
    one_question,
    plan,
    point,
    someone,
    staff,
    texts,
)

REASON = DECIDED["reason_nl"]


async def listened(world: World, *more: object, voices: int = 12) -> None:
    """Play a listening round up to the evening of its last day, the 26th."""
    await world.applies(a_change(one_question(), *more))  # type: ignore[arg-type]
    await world.until("01-19 12:00")
    await world.answered(world.others(voices), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.until("01-26 18:00")


# What we heard


async def test_within_five_working_days_everyone_hears_what_was_heard_though_the_core_team_says_nothing(
    world: World,
) -> None:
    await listened(world)
    await world.until("02-02 18:00")
    for name in ("p000", "p029", "lea", "mila"):
        (told,) = world.user(name).read("what_we_heard")
        assert "12" in words_in(told.message)


async def test_the_core_team_can_tell_it_at_once_with_a_first_reaction(world: World) -> None:
    await listened(world)
    await world.until("01-27 10:00")
    await world.mila.clicks(Action.TELL_HEARD, of="listen-1")
    await world.mila.fills(reaction_nl="Vrijdag houden we rustig.", reaction_en="Fridays stay calm.")
    await world.until("01-29")
    assert "Vrijdag houden we rustig." in words_in(world.user("p029").read("what_we_heard")[0].message)
    await world.until("02-10")
    assert len(world.user("p029").read("what_we_heard")) == 1


async def test_it_is_told_once_also_when_the_form_arrives_twice_or_two_people_send_it(world: World) -> None:
    await listened(world)
    await world.mila.clicks(Action.TELL_HEARD, of="listen-1")
    joost = world.user("joost")
    await joost.clicks(Action.TELL_HEARD, of="listen-1")
    form = world.mila.filled(reaction_nl="De eerste.")
    await world.mila.sends(form)
    await world.mila.sends(form)
    await joost.fills(reaction_nl="De tweede.")
    assert joost.sees("Dit is al aan iedereen verteld.")
    await world.until("02-05")
    (told,) = world.user("p000").read("what_we_heard")
    assert "De eerste." in words_in(told.message)


async def test_what_we_heard_has_themes_and_sizes_and_nobodys_words(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "Te veel werkdruk en te weinig mensen {number}", round_="roosters-listen-1")
    await world.until("02-02 18:00")
    (told,) = world.user("p000").read("what_we_heard")
    assert "weinig mensen" not in words_in(told.message)
    assert "Werkdruk" in words_in(told.message)


async def test_until_it_was_told_the_change_asks_nothing_new(world: World) -> None:
    await listened(world, one_question("01-28", "02-04"))
    await world.until("02-01")
    assert (await world.round("listen", 2)).state is RoundState.PLANNED
    assert not any("listen-2" in one.item for one in world.user("p000").chat)
    await world.mila.presses(Action.TELL_HEARD, "roosters-listen-1")
    await world.mila.fills()
    await world.until("02-02 12:00")
    assert (await world.round("listen", 2)).state is RoundState.OPEN


async def test_a_round_that_opened_late_stays_open_as_long_as_planned(world: World) -> None:
    await listened(world, one_question("01-28", "02-04"))
    await world.until("02-03")
    late = await world.round("listen", 2)
    assert late.state is RoundState.OPEN
    assert (late.closes_at - late.opens_at).days >= 7


# Outcomes


async def test_every_outcome_is_told_to_everyone_and_stays_on_the_page(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides()
    await world.until("01-20")
    for name in ("p000", "p029", "lea", "mila"):
        (told,) = world.user(name).read("outcome")
        assert REASON in words_in(told.message)
    await world.until("03-20")
    await world.user("p000").presses(Action.PAGE, CHANGE)
    assert world.user("p000").sees(REASON)


async def test_a_no_needs_its_reason_and_is_told_too(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides(verdict="declined", reason_nl="  ", reason_en="")
    assert "reason-nl" in world.mila.problems
    await world.decides(verdict="declined", reason_nl="Het kost een nacht extra.")
    await world.until("01-20")
    assert "Het kost een nacht extra." in words_in(world.user("p000").read("outcome")[0].message)


async def test_an_outcome_says_what_was_decided(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.mila.presses(Action.OUTCOME, f"{CHANGE}/evenings")
    assert world.mila.sees("Zeg wat er gaat gebeuren, ook als alles blijft zoals het is.")
    await world.decides(decision_nl=" ", decision_en="")
    assert "Zeg in een paar woorden wat er besloten is." in world.mila.problems["decision-nl"]
    assert (await world.change()).undecided
    await world.decides(decision_nl="De avonden blijven zoals ze zijn.")
    await world.until("01-20")
    assert "De avonden blijven zoals ze zijn." in words_in(world.user("p000").read("outcome")[0].message)


async def test_an_outcome_is_recorded_once(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    joost = world.user("joost")
    for user in (world.mila, joost):
        await user.presses(Action.OUTCOME, f"{CHANGE}/evenings")
    form = world.mila.filled(**DECIDED)
    await world.mila.sends(form)
    await world.mila.sends(form)
    await joost.fills(**DECIDED | {"verdict": "declined", "reason_nl": "Nee."})
    await world.until("01-21")
    assert len(world.user("p000").read("outcome")) == 1
    assert REASON in words_in(world.user("p000").read("outcome")[0].message)


async def test_the_themes_that_led_to_an_outcome_are_named_in_it(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "Te veel werkdruk en te weinig mensen {number}", round_="roosters-listen-1")
    await world.until("01-26 18:00")
    await world.mila.clicks(Action.LINK_POINT, of="roosters-listen-1")
    await world.mila.fills(point="evenings")
    await world.decides()
    await world.until("02-04")
    assert "Werkdruk" in words_in(world.user("p000").read("outcome")[0].message)


async def test_who_was_asked_and_works_elsewhere_now_hears_the_outcome_too() -> None:
    world = await a_world([*staff(), someone("mover")])
    await world.applies(a_change(one_question(), audience=(TeamKey("north"),)))
    await world.until("01-20 12:00")
    assert world.user("mover").read("invite")
    world.chats.join(someone("mover", teams=(TeamKey("south"),)))
    await world.syncs()
    await world.decides()
    await world.until("01-29")
    assert world.user("mover").read("outcome")


async def test_overdue_outcomes_are_visible_to_everyone(world: World) -> None:
    points = (point("evenings", due_on=date(2027, 1, 20)),)
    await world.applies(a_change(points=points))
    await world.until("01-20 12:00")
    user = world.user("p000")
    await user.presses(Action.PAGE, CHANGE)
    assert not user.sees("Dit had je al moeten horen:")
    await world.until("01-21 12:00")
    await user.presses(Action.PAGE, CHANGE)
    assert user.sees("Dit had je al moeten horen:")


async def test_the_core_team_hears_once_a_week_what_is_late(world: World) -> None:
    await world.applies(a_change(points=(point("evenings", due_on=date(2027, 1, 20)),)))
    await world.until("02-02 12:00")
    tasks = world.mila.read("core_tasks")
    assert len(tasks) in {2, 3}
    assert "Punt evenings" in words_in(tasks[0].message)


# The end


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
