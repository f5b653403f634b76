"""An answer that is too long is refused with what its own field takes."""

import pytest

from bot.messages import Action
from tests.world import NL, World, a_change, one_question, texts

LISTEN = "roosters-listen-1"


@pytest.mark.parametrize("length", [1401, 2001, 3500])
async def test_who_writes_too_much_reads_how_much_fits_in_that_field(world: World, length: int) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of=LISTEN)
    await user.fills(answer="x" * length, words="yes")
    assert user.problems == {"answer": texts().get(NL, "invalid.too_long", maximum=1400)}
