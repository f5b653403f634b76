"""Two rounds that differ by one person: whatever is done in between, the second does not open."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import count

import pytest

from bot.change import Manager
from bot.ids import ChangeId, PersonId, RoundId, TeamKey
from bot.messages import Action
from bot.ports import Transaction
from bot.round import Round, RoundState
from bot.service import rounds
from bot.subtraction import Earlier
from tests.world import TENANT, World, a_change, a_world, one_question, plan, someone, staff

NORTH, SOUTH, WEST = TeamKey("north"), TeamKey("south"), TeamKey("west")
PRESSURE = "Te veel werkdruk en te weinig mensen {number}"
SECOND = RoundId("tweede-listen-1")


@pytest.fixture
async def world(anywhere: World) -> World:
    """Give a company of three teams of fifteen, on each kind of storage."""
    for number in range(15, 45):
        anywhere.chats.join(someone(f"p{number:03}", teams=(SOUTH if number < 30 else WEST,)))
    await anywhere.syncs()
    return anywhere


async def read_once(world: World, audience: tuple[TeamKey, ...] = (), segments: tuple[TeamKey, ...] = ()) -> None:
    """Let everyone answer a first round, and let it be read."""
    first = plan("listen", "01-19", "01-26", questions=("lose",), segments=segments)
    await world.applies(a_change(first, audience=audience))
    await world.until("01-19 12:00")
    asked = [user for user in world.others(45) if user.can_click("answer", of="roosters-listen-1.")]
    await world.answered(asked, PRESSURE, round_="roosters-listen-1")
    await world.until("02-03 18:00")
    assert (await world.round("listen")).state is RoundState.RELEASED


async def asks_again(world: World, audience: tuple[TeamKey, ...]) -> RoundState:
    """Ask the same of these teams in a second change, and say what becomes of it."""
    second = a_change(plan("listen", "02-16", "02-23", questions=("lose",)), audience=audience)
    await world.applies(replace(second, id=ChangeId("tweede"), frame_on=date(2027, 2, 9)))
    await world.until("02-17 12:00")
    async with world.storage.store.read(TENANT) as tx:
        return (await tx.rounds.get(SECOND)).state


async def moves(world: World, name: str, team: TeamKey) -> None:
    """Let somebody go to another team."""
    world.chats.join(someone(name, teams=(team,)))
    await world.syncs()


async def comes_back(world: World, names: Iterable[str], team: TeamKey) -> None:
    """Let people leave the organisation, and come back in a team."""
    names = tuple(names)
    for name in names:
        world.chats.leave(PersonId(name))
    await world.syncs()
    for name in names:
        world.chats.join(someone(name, teams=(team,)))
    await world.syncs()


async def test_to_the_same_people_it_opens_again(world: World) -> None:
    await read_once(world, segments=(NORTH, SOUTH, WEST))
    assert await asks_again(world, (NORTH, SOUTH)) is RoundState.OPEN


async def test_two_segments_together_are_an_audience_too(world: World) -> None:
    await read_once(world, segments=(NORTH, SOUTH, WEST))
    await moves(world, "p000", WEST)
    assert await asks_again(world, (NORTH, SOUTH)) is RoundState.CANCELLED


async def test_who_could_read_the_first_round_does_not_become_somebody_else_by_leaving_its_core_team(
    world: World,
) -> None:
    await read_once(world, (NORTH,))
    lea = (PersonId("lea"),)
    await world.applies(replace(await world.change(), core_team=lea, organisers=lea))
    await moves(world, "p000", WEST)
    assert await asks_again(world, (NORTH,)) is RoundState.CANCELLED


async def test_a_team_that_left_and_came_back_without_one_of_them_is_the_same_team(world: World) -> None:
    await read_once(world, (NORTH,))
    await comes_back(world, (f"p{number:03}" for number in range(15)), NORTH)
    await moves(world, "p000", WEST)
    assert await asks_again(world, (NORTH,)) is RoundState.CANCELLED


async def test_who_was_elsewhere_then_and_comes_back_into_the_team_is_no_newcomer(world: World) -> None:
    await read_once(world, (NORTH,))
    await comes_back(world, ("p030",), NORTH)
    assert await asks_again(world, (NORTH,)) is RoundState.CANCELLED


async def test_who_is_new_is_no_difference(world: World) -> None:
    await read_once(world, (NORTH,))
    await moves(world, "nina", NORTH)
    assert await asks_again(world, (NORTH,)) is RoundState.OPEN


async def test_five_who_were_promised_ten_are_not_the_difference_to_a_small_round() -> None:
    world = await a_world(staff(22))
    await world.applies(a_change(one_question(), one_question("02-09", "02-16"), audience=(NORTH,)))
    await world.until("01-19 12:00")
    await world.answered(world.others(22), PRESSURE, round_="roosters-listen-1")
    await world.until("02-03 18:00")
    for number in range(5):
        await moves(world, f"p{number:03}", WEST)
    await world.until("02-09 12:00")
    assert (await world.round("listen", 2)).state is RoundState.CANCELLED


async def test_two_that_open_in_the_same_moment_are_compared_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    both_looked, looks = asyncio.Event(), count(1)
    looked = rounds._earlier

    async def looks_and_waits(tx: Transaction, round_: Round, now: datetime) -> list[Earlier]:
        found = await looked(tx, round_, now)
        if next(looks) == 2:
            both_looked.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(both_looked.wait(), 0.3)
        return found

    monkeypatch.setattr(rounds, "_earlier", looks_and_waits)
    for number in range(15):
        world.chats.join(someone(f"p{number:03}", teams=(NORTH, WEST) if number else (NORTH,)))
    world.chats.join(someone("p015", teams=(NORTH, WEST)))
    for number in range(30, 45):
        world.chats.leave(PersonId(f"p{number:03}"))
    world.chats.join(someone("bob", teams=(TeamKey("office"),)))
    await world.syncs()
    await world.applies(a_change())
    led = (Manager(PersonId("bob"), WEST),)
    await world.applies(replace(a_change(managers=led), id=ChangeId("tweede")))
    await world.until("01-20 10:00")
    lea, bob = world.user("lea"), world.user("bob")
    for user in (lea, bob):
        await user.presses(Action.PULSE)
    await asyncio.gather(
        lea.fills(rumour="Het wordt later", team="north"), bob.fills(rumour="Het wordt later", team="west")
    )
    assert len([user for user in (lea, bob) if user.sees("Het gaat de deur uit")]) == 1
