"""Rule 4: two or three scenarios, the same questions to each, in an order of one's own, and room for another one."""

from dataclasses import replace

import pytest

from bot.change import Scenario
from bot.ids import PointKey, ScenarioKey
from bot.messages import Action, Form, Heading, Table, TextField
from bot.privacy import may_split
from bot.questions import RoundKind
from tests.examples import a_round
from tests.people import User, words_in
from tests.world import World, a_change, one_question, plan, text

PLANNED = plan("scenarios", "02-10", "02-17", point="evenings")


def ways(count: int) -> tuple[Scenario, ...]:
    """Give so many ways it could go."""
    return tuple(
        Scenario(ScenarioKey(f"way{n}"), PointKey("evenings"), text(f"Weg {n}"), text(f"Zo {n}.")) for n in range(count)
    )


@pytest.mark.parametrize("count", [1, 4])
async def test_one_scenario_or_more_than_three_are_refused(world: World, count: int) -> None:
    change = a_change(one_question(), PLANNED, scenarios=ways(count))
    assert "Het moeten er twee of drie zijn" in await world.complaints(change)


@pytest.mark.parametrize("count", [2, 3])
async def test_two_and_three_are_taken(world: World, count: int) -> None:
    assert await world.complaints(a_change(one_question(), PLANNED, scenarios=ways(count))) == ""


async def scenarios_are_open(world: World, count: int = 2) -> None:
    """Play up to an open scenarios round."""
    await world.applies(a_change(one_question(), PLANNED, scenarios=ways(count)))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.until("02-10 12:00")


async def pages(world: World, user: User) -> list[Form]:
    """Answer all the scenarios; return the first step of each."""
    user.looks_away()
    await user.clicks(Action.ANSWER, of="scenarios")
    seen: list[Form] = []
    while isinstance(user.screen, Form):
        form = user.screen
        if any(field.key == "meaning" for field in form.fields):
            seen.append(form)
        given = {str(field.key): "Dat scheelt" for field in form.fields if isinstance(field, TextField)}
        if any(field.key == "words" for field in form.fields):
            given["words"] = "yes"
        await user.fills(**given)
    return seen


def title(form: Form) -> str:
    """The scenario that a form is about."""
    return next(block.text for block in form.blocks if isinstance(block, Heading))


async def test_every_scenario_gets_the_same_questions_and_there_is_room_for_another_one(world: World) -> None:
    await scenarios_are_open(world, 3)
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of="scenarios")
    asked = []
    while isinstance(user.screen, Form):
        asked.append([(field.key, field.label) for field in user.screen.fields])
        given = {str(field.key): "Dat scheelt" for field in user.screen.fields if isinstance(field, TextField)}
        await user.fills(**given | ({"words": "no"} if any(f.key == "words" for f in user.screen.fields) else {}))
    assert asked[0] == asked[2] == asked[4]
    assert asked[1] == asked[3] == asked[5]
    assert [key for key, _ in asked[0]] == ["meaning", "chance", "hard", "words"]
    assert [key for key, _ in asked[1]] == ["another"]


async def test_the_order_differs_per_person_and_stays_the_same_for_one(world: World) -> None:
    await scenarios_are_open(world, 3)
    orders = []
    for user in world.others(15):
        first, again = await pages(world, user), await pages(world, user)
        order = [title(form) for form in first]
        assert order == [title(form) for form in again]
        assert len(set(order)) == 3
        orders.append(tuple(order))
    assert len(set(orders)) > 1


async def test_the_order_does_not_tell_the_core_team_who_is_who(world: World) -> None:
    await scenarios_are_open(world)
    firsts = {title((await pages(world, user))[0]) for user in world.others(20)}
    assert len(firsts) == 2


async def released(world: World, another: str = "") -> None:
    """Let twelve people answer every scenario, and everyone hear it."""
    await scenarios_are_open(world)
    for user in world.others(12):
        user.looks_away()
        await user.clicks(Action.ANSWER, of="scenarios")
        while isinstance(user.screen, Form):
            keys = {str(field.key) for field in user.screen.fields}
            given = dict.fromkeys(keys - {"words", "another"}, "Dat scheelt veel reistijd")
            given |= {"words": "yes"} if "words" in keys else {}
            given |= {"another": another} if "another" in keys else {}
            await user.fills(**given)
    await world.until("02-18 12:00")


async def test_the_digest_puts_the_scenarios_side_by_side(world: World) -> None:
    await released(world)
    digest = world.mila.read("digest")[-1]
    (table,) = (block for block in digest.message.blocks if isinstance(block, Table))
    assert {"Weg 0", "Weg 1"} <= set(table.columns)
    assert len(table.rows) >= 3
    assert all(len(row) == len(table.columns) for row in table.rows)


CHOICE = {
    "verdict": "adopted",
    "reason_nl": "Omdat het kan.",
    "chosen": "way0",
    "changed_nl": "Later beginnen.",
}


async def test_an_outcome_names_the_choice_and_why_not_the_others(world: World) -> None:
    await released(world)
    await world.mila.presses(Action.OUTCOME, "roosters/evenings")
    await world.mila.fills(**CHOICE)
    assert (await world.change()).undecided
    await world.mila.presses(Action.OUTCOME, "roosters/evenings")
    await world.mila.fills(**CHOICE, others_nl="Weg 1 kost een nacht.")
    await world.until("02-26")
    (told,) = world.user("p020").read("outcome")
    for part in ("Weg 0", "Later beginnen.", "Omdat het kan.", "Weg 1 kost een nacht."):
        assert part in words_in(told.message)


async def test_another_scenario_that_people_named_must_be_answered(world: World) -> None:
    await released(world, another="Laat ieder team het zelf kiezen")
    await world.mila.presses(Action.OUTCOME, "roosters/evenings")
    await world.mila.fills(**CHOICE, others_nl="Weg 1 kost een nacht.")
    assert (await world.change()).undecided
    await world.mila.presses(Action.OUTCOME, "roosters/evenings")
    await world.mila.fills(**CHOICE, others_nl="Weg 1 kost een nacht.", another_nl="Zelf kiezen kan volgend jaar.")
    assert not (await world.change()).undecided
    await world.until("02-26")
    assert "Zelf kiezen kan volgend jaar." in words_in(world.user("p020").read("outcome")[-1].message)


async def test_another_scenario_can_be_placed_beside_the_others(world: World) -> None:
    await released(world, another="Laat ieder team het zelf kiezen")
    change = a_change(one_question(), PLANNED, plan("scenarios", "03-03", "03-10", point="evenings"), scenarios=ways(3))
    await world.applies(change)
    await world.until("03-03 12:00")
    seen = await pages(world, world.user("p000"))
    assert len({title(form) for form in seen}) == 3


def test_scenarios_are_never_split_over_people() -> None:
    both = replace(a_round(), kind=RoundKind.SCENARIOS, point=None)
    assert not may_split(both, invited=10_000, k=10)
    assert not may_split(replace(both, kind=RoundKind.ASK), invited=10_000, k=10)
