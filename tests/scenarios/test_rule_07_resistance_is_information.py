"""Rule 7: no score, no ranking, no theme that tidies anger away; silence is a number and is never explained."""

import re

from tests.people import words_in
from tests.world import World, a_change, one_question, packs

EXPLAINS = re.compile(
    r"weerstand|sentiment|tevreden|score|ranglijst|resistan|satisf|ranking|niet betrokken", re.IGNORECASE
)


async def closed(world: World, words: str, voices: int = 12) -> str:
    """Play a listening round; return everything that the core team reads of it."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(voices), words, round_="roosters-listen-1")
    await world.until("01-27")
    return "\n".join(words_in(one.message) for one in world.mila.channel)


async def test_silence_is_a_number(world: World) -> None:
    read = await closed(world, "De rust op vrijdag {number}")
    assert "31" in words_in(world.mila.read("digest")[-1].message)
    assert "12" in words_in(world.mila.read("digest")[-1].message)
    assert EXPLAINS.search(read) is None


async def test_no_team_and_no_person_is_compared(world: World) -> None:
    read = await closed(world, "De rust op vrijdag {number}")
    assert "north" not in read
    for user in world.others(30):
        assert user.id.title() not in read
        assert user.id not in read


async def test_anger_stays_in_peoples_own_words_and_has_no_theme_that_tidies_it_away(world: World) -> None:
    read = await closed(world, "Ik ben hier echt woest over, dit is een schande {number}")
    assert "woest" in read
    for codebook in ("change",):
        for theme in packs().codebook(codebook).themes:
            for _, label in theme.label.texts:
                assert EXPLAINS.search(label) is None


async def test_no_message_asks_why_someone_did_not_answer(world: World) -> None:
    await closed(world, "De rust op vrijdag {number}")
    silent = world.user("p029")
    assert silent.read("reminder")
    for one in silent.chat:
        assert "waarom je niet" not in words_in(one.message).lower()
        assert "nog niet geantwoord" not in words_in(one.message).lower()


async def test_a_voice_that_stands_alone_keeps_its_place(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(11), "Te veel werkdruk en te weinig mensen {number}", round_="roosters-listen-1")
    await world.answers(world.user("p020"), "De lift is te smal voor een rolstoel", round_="roosters-listen-1")
    await world.until("01-27")
    assert world.mila.has_read("De lift is te smal voor een rolstoel")
