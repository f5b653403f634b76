"""Segments (section 5): off; where they are on, sizes of themes beside each other, and never anybody's words."""

from collections import Counter
from collections.abc import Iterator

import pytest

from bot.ids import PersonId, TeamKey
from bot.messages import Action, Message, Said, Table
from tests.people import words_in
from tests.world import EN, NL, TENANT, World, a_change, a_world, plan, someone

NORTH, SOUTH = TeamKey("north"), TeamKey("south")
PRESSURE = "Te veel werkdruk en te weinig mensen {number}"
PEACE = "Mijn vrije dag en een rooster dat klopt {number}"
ROUND = "roosters-listen-1"


@pytest.fixture
async def world(anywhere: World) -> World:
    """Give a company with fifteen people in the north and fifteen in the south, on each kind of storage."""
    for number in range(15, 30):
        anywhere.chats.join(someone(f"p{number:03}", teams=(SOUTH,)))
    await anywhere.syncs()
    return anywhere


async def listened(world: World, *, north: int, south: int, segments: tuple[TeamKey, ...] = (NORTH, SOUTH)) -> None:
    """Let so many of each group answer, half of them about pressure, and let the round close."""
    planned = plan("listen", "01-19", "01-26", questions=("lose",), segments=segments)
    await world.applies(a_change(planned))
    await world.until("01-19 12:00")
    for start, count in ((0, north), (15, south)):
        group = world.others(count, start=start)
        await world.answered(group[: count // 2], PRESSURE, round_=ROUND)
        await world.answered(group[count // 2 :], PEACE, round_=ROUND)
    await world.until("02-02 18:00")


def tables(world: World) -> Iterator[tuple[Message, Table]]:
    """The tables in the core team's channel."""
    for one in world.mila.channel:
        for block in one.message.blocks:
            if isinstance(block, Table):
                yield one.message, block


async def test_the_core_team_sees_each_theme_by_segment_without_words(world: World) -> None:
    await listened(world, north=12, south=14)
    ((message, table),) = tables(world)
    assert table.columns == ("", "north", "south")
    assert {row[1:] for row in table.rows} >= {("6", "7")}
    assert all(row[0] for row in table.rows)
    assert "vrije dag en een rooster" not in words_in(message)
    assert not any(isinstance(block, Said) for block in message.blocks)


async def test_where_a_segment_is_below_k_nobody_sees_segments(world: World) -> None:
    await listened(world, north=14, south=9)
    assert world.mila.read("digest")
    assert not list(tables(world))
    async with world.storage.store.read(TENANT) as tx:
        answers = await tx.answers.of_round((await world.round("listen")).id)
    assert {answer.segment for answer in answers} == {None}


async def released(world: World) -> Counter[tuple[str, str | None]]:
    """Count what of the first round can be read, by language and segment."""
    async with world.storage.store.read(TENANT) as tx:
        answers = await tx.answers.of_round((await world.round("listen")).id)
    return Counter((answer.language, answer.segment) for answer in answers)


async def test_a_rare_language_and_a_segment_do_not_stand_together_in_an_answer() -> None:
    # Twelve speak English: one in the north, eleven in the south.
    english = {0, *range(15, 26)}
    people = (
        someone(f"p{n:03}", teams=(NORTH if n < 15 else SOUTH,), language=EN if n in english else NL) for n in range(30)
    )
    world = await a_world(tuple(people))
    await listened(world, north=15, south=15)
    assert await released(world) == {("nl", None): 18, ("en", None): 12}


async def test_who_moves_while_a_round_is_open_stays_in_the_segment_of_its_opening(world: World) -> None:
    await world.applies(a_change(plan("listen", "01-19", "01-26", questions=("lose",), segments=(NORTH, SOUTH))))
    await world.until("01-19 12:00")
    world.chats.join(someone("p000", teams=(SOUTH,)))
    await world.syncs()
    await world.answered(world.others(30), PRESSURE, round_=ROUND)
    await world.until("02-02 18:00")
    assert await released(world) == {("nl", "north"): 15, ("nl", "south"): 15}


async def test_who_was_forgotten_meanwhile_can_still_take_back_what_they_said(world: World) -> None:
    await world.applies(a_change(plan("listen", "01-19", "01-26", questions=("lose",), segments=(NORTH, SOUTH))))
    await world.until("01-19 12:00")
    await world.answered(world.others(30), PRESSURE, round_=ROUND)
    await world.service.forget(TENANT, PersonId("p000"))
    await world.syncs()
    gone = world.user("p000")
    gone.looks_away()
    await gone.clicks(Action.ANSWER, of=f"{ROUND}.")
    await gone.clicks(Action.WITHDRAW)
    await gone.fills()
    await world.until("02-02 18:00")
    assert await released(world) == {("nl", "north"): 14, ("nl", "south"): 15}


async def twice(world: World, segments: tuple[TeamKey, ...]) -> None:
    """Plan the same round a second time, with these segments, and let the first be read."""
    first = plan("listen", "01-19", "01-26", questions=("lose",), segments=(NORTH, SOUTH))
    second = plan("listen", "02-09", "02-16", questions=("lose",), segments=segments)
    await world.applies(a_change(first, second))
    await world.until("01-19 12:00")
    await world.answered(world.others(30), PRESSURE, round_=ROUND)
    await world.until("02-03 18:00")


async def test_a_second_round_has_no_segments_where_one_of_them_differs_by_a_person(world: World) -> None:
    await twice(world, (NORTH, SOUTH))
    world.chats.join(someone("p000", teams=(SOUTH,)))
    await world.syncs()
    await world.until("02-09 12:00")
    assert (await world.round("listen", 1)).segments == (NORTH, SOUTH)
    assert (await world.round("listen", 2)).segments == ()


async def test_turning_the_segments_round_tells_nothing_of_who_is_in_two(world: World) -> None:
    world.chats.join(someone("p000", teams=(NORTH, SOUTH)))
    await world.syncs()
    await twice(world, (SOUTH, NORTH))
    await world.until("02-09 12:00")
    assert (await world.round("listen", 2)).segments == ()


async def test_a_second_round_has_the_same_segments_where_nobody_moved(world: World) -> None:
    await twice(world, (NORTH, SOUTH))
    await world.until("02-09 12:00")
    assert (await world.round("listen", 2)).segments == (NORTH, SOUTH)


async def test_segments_are_off_unless_they_are_asked_for(world: World) -> None:
    await listened(world, north=14, south=14, segments=())
    assert world.mila.read("digest")
    assert not list(tables(world))


async def test_everyone_hears_the_sizes_of_all_together_only(world: World) -> None:
    await listened(world, north=12, south=14)
    (told,) = world.user("p000").read("what_we_heard")
    assert "south" not in words_in(told.message)
    await world.user("p000").presses(Action.PAGE, "roosters")
    assert not world.user("p000").sees("south")


@pytest.mark.parametrize("segments", [(), (NORTH, SOUTH)])
async def test_the_form_says_before_answering_that_answers_are_counted_by_group(
    world: World, segments: tuple[TeamKey, ...]
) -> None:
    await world.applies(a_change(plan("listen", "01-19", "01-26", questions=("lose",), segments=segments)))
    await world.until("01-19 12:00")
    await world.user("p000").clicks(Action.ANSWER, of=ROUND)
    assert world.user("p000").sees("Ik tel antwoorden ook per groep: north, south.") == bool(segments)
