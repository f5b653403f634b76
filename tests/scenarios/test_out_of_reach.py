"""Those who cannot be written to yet: the core team hears how many, and what helps; they are invited when it did."""

from bot.outbox import Delivery
from tests.people import words_in
from tests.world import CHANNEL, EN, World, a_change, a_world, one_question, someone, staff


async def a_world_without_app(count: int) -> World:
    """Give a company in which so many people do not have the app."""
    without = [someone(f"q{number:03}", reachable=False) for number in range(count)]
    return await a_world((*staff(28), *without))


def told(world: World) -> str:
    """Return what the core team reads in its channel."""
    return "\n".join(words_in(one.message.blocks) for one in world.chats.messages(CHANNEL))


async def test_the_core_team_hears_at_the_opening_how_many_cannot_be_reached_and_what_helps() -> None:
    world = await a_world_without_app(2)
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    assert "2 van de 31 mensen kan ik nog niet schrijven" in told(world)
    assert "De beheerder kan de app klaarzetten" in told(world)


async def test_where_everyone_can_be_reached_nothing_is_said_of_it() -> None:
    world = await a_world_without_app(0)
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    assert "nog niet schrijven" not in told(world)


async def test_who_cannot_be_reached_is_not_written_to() -> None:
    world = await a_world_without_app(1)
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    items = await world.items_of("q000")
    assert {item.state for item in items} == {Delivery.WAITING}


async def test_a_language_that_too_few_of_those_in_reach_use_is_not_shown_in_words() -> None:
    english = [someone(f"p{number:03}", language=EN, reachable=number == 20) for number in range(20, 30)]
    world = await a_world((*(someone(f"p{number:03}") for number in range(20)), *english))
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(15), "Te veel werkdruk {number}", round_="roosters-listen-1")
    night_bus = "The night bus at the harbour never comes in time"
    await world.answered(world.others(1, start=20), night_bus, round_="roosters-listen-1")
    await world.until("01-27 12:00")
    assert world.mila.read("digest")
    assert not world.mila.has_read("night bus at the harbour")
