"""What changed since the last time: of the same question to the same people, and of nothing else."""

from collections.abc import Sequence

from bot.change import Manager
from bot.ids import PersonId, TeamKey
from bot.messages import Action
from tests.people import User
from tests.world import World, a_change, a_world, one_question, someone, staff

NORTH, SOUTH = TeamKey("north"), TeamKey("south")
PRESSURE = "Te veel werkdruk en te weinig mensen"
PEACE = "Mijn vrije dag en een rooster dat klopt"


async def say(world: World, users: Sequence[User], *, of: str) -> None:
    """Let half of them speak of pressure, and half of peace."""
    for number, user in enumerate(users):
        user.looks_away()
        await user.clicks(Action.ANSWER, of=of)
        await world.fills_through(user, PRESSURE if number % 2 else PEACE)


async def test_the_same_question_to_the_same_people_is_laid_beside_the_last_time() -> None:
    world = await a_world()
    await world.applies(a_change(one_question(), one_question("02-09", "02-16")))
    for number, (moment, count) in enumerate((("01-19 12:00", 10), ("02-09 12:00", 20)), start=1):
        await world.until(moment)
        await say(world, world.others(count), of=f"roosters-listen-{number}.")
        await world.passes(days=9)
    assert world.mila.has_read("Dat zijn 5 stemmen meer dan de vorige keer.")


async def test_what_a_team_said_is_not_laid_beside_what_another_said() -> None:
    world = await a_world([*staff(12), *(someone(f"s{n:02}", teams=(SOUTH,)) for n in range(12))])
    await world.applies(a_change(managers=tuple(Manager(PersonId("lea"), team) for team in (NORTH, SOUTH))))
    await world.until("01-20 10:00")
    asked = {"north": world.others(12), "south": [world.user(f"s{n:02}") for n in range(8)]}
    for number, (team, users) in enumerate(asked.items(), start=1):
        await world.user("lea").presses(Action.PULSE)
        await world.user("lea").fills(rumour="De nachten worden langer", team=team)
        await world.passes(hours=4)
        await say(world, users, of=f"roosters-pulse-{number}.")
        await world.passes(days=9)
    assert len(world.mila.read("digest")) == 2
    assert not world.mila.has_read("vorige keer")
