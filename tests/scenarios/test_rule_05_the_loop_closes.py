"""Rule 5: within five working days everyone hears what was heard, and every outcome is told to everyone."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.ids import TeamKey
from bot.messages import Action
from bot.outbox import Item, Kind
from bot.round import Round, RoundState
from tests.people import words_in
from tests.world import (
    CHANGE,
    DECIDED,
    World,
    a_change,
    a_world,
    one_question,
    point,
    someone,
    staff,
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


ELSEWHERE: dict[str, dict[str, Any]] = {
    "two days a week": {"workdays": (0, 3)},
    "six hours behind": {"zone": "America/New_York"},
    "half a day ahead": {"zone": "Pacific/Auckland"},
    "the evening": {"starts": time(17), "ends": time(22)},
    "a holiday on the fifth day": {"region": "fifth"},
    "away until after the fifth day": {"snoozed_until": date(2027, 2, 4)},
}


class ADayOff:
    """One region has a holiday on the second of February."""

    def is_holiday(self, region: str, day: date) -> bool:
        """Say so."""
        return region == "fifth" and day == date(2027, 2, 2)


@pytest.mark.parametrize("given", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_everyone_hears_it_within_five_working_days_of_their_own(given: dict[str, Any]) -> None:
    world = await a_world([*staff(), someone("anja", **given)], holidays=ADayOff())
    await listened(world)
    closed_at = (await world.round("listen")).closes_at
    await world.until("02-11")
    (told,) = await told_to(world, "anja")
    anja = someone("anja", **given)
    days = [closed_at.astimezone(ZoneInfo(anja.zone)).date() + timedelta(days=ahead) for ahead in range(1, 20)]
    own = [
        day
        for day in days
        if day.weekday() in anja.workdays
        and not ADayOff().is_holiday(anja.region, day)
        and (anja.snoozed_until is None or day >= anja.snoozed_until)
    ]
    assert told.sent_at is not None
    assert told.sent_at.astimezone(ZoneInfo(anja.zone)).date() <= own[4]


async def told_to(world: World, name: str) -> list[Item]:
    """What was heard, as it went out to someone."""
    return [item for item in await world.items_of(name) if item.kind is Kind.WHAT_WE_HEARD]


async def test_who_had_two_messages_hears_it_at_most_a_week_later_and_bundled(world: World) -> None:
    await listened(world)
    for moment in ("01-28 10:00", "01-29 10:00", "02-01 10:00"):
        await world.until(moment)
        await world.mila.presses(Action.PUBLISH_KNOWN, CHANGE)
        await world.mila.fills(about_nl=f"Iets van {moment[:5]}", known_nl="Dit weten we.")
    await world.until("02-11")
    (told,) = await told_to(world, "p000")
    assert told.sent_at is not None
    assert told.sent_at - told_planned(await world.round("listen")) <= timedelta(days=7)
    assert "Iets van 02-01" in words_in(world.user("p000").read("what_we_heard")[0].message)


def told_planned(round_: Round) -> datetime:
    """When everyone was told."""
    assert round_.heard_told_at is not None
    return round_.heard_told_at


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
