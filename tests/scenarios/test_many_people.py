"""What one person does reads that person, however many there are: else twenty thousand would wait for each other."""

from typing import NoReturn

import pytest

from bot.messages import Action, Notice
from storage.memory_repositories import MemoryPeople
from tests.world import CHANGE, World, a_change, one_question

LISTEN = "roosters-listen-1"


def everybody(_: MemoryPeople) -> NoReturn:
    """Stand in the way of whoever reads everybody."""
    pytest.fail("everybody was read")


async def test_what_one_person_does_reads_nobody_who_has_no_part_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    one = world.user("p005")
    with monkeypatch.context() as patched:
        patched.setattr(MemoryPeople, "all", everybody)
        await world.answers(one, "De rust op vrijdag", round_=LISTEN)
        await world.answers(one, "De rust op zaterdag", round_=LISTEN)
        one.looks_away()
        await one.clicks(Action.OFFER, of=LISTEN)
        await one.fills(wishes="think_along", note="Ik rooster al jaren.")
        await one.presses(Action.PAGE, str(CHANGE))
        assert one.sees("Mila")
        await one.presses(Action.HOME)
        assert isinstance(one.screen, Notice)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("02-03 10:00")
    with monkeypatch.context() as patched:
        patched.setattr(MemoryPeople, "all", everybody)
        await world.mila.clicks(Action.REPLY_OFFER)
        await world.mila.fills(reply="Kom donderdag om tien uur.")
    await world.until("02-05")
    assert one.read("offer_reply")
