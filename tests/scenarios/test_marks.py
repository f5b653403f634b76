"""What the core team did about a theme stands on the theme's message, for everyone in its channel."""

from __future__ import annotations

from datetime import date

import pytest

from bot.ids import ChangeId
from bot.messages import Action, Notice
from bot.outbox import Delivery, Kind
from tests.people import buttons_on, words_in
from tests.world import EN, NL, TENANT, World, a_change, a_world, one_question, staff, text, texts

LISTEN = "roosters-listen-1"
WORDS = ("De rust op vrijdag", "Vaste collega's", "Onderling ruilen")


async def a_digest(*, language: object = NL) -> World:
    """Give a world in which the core team reads a digest."""
    world = await a_world([*staff()])
    languages = (language, EN if language == NL else NL)
    await world.applies(a_change(one_question(), languages=languages))
    await world.until("01-19 12:00")
    for number, user in enumerate(world.others(24)):
        await world.answers(user, WORDS[number % 3], round_=LISTEN)
    await world.until("01-27 10:00")
    return world


def themes(world: World) -> list[str]:
    """Read the messages about themes, as they stand in the channel."""
    return [words_in(one.message.blocks) for one in world.mila.read("digest_theme")]


async def test_heard_is_seen_on_the_message_with_its_day_and_the_button_is_gone() -> None:
    world = await a_digest()
    before = themes(world)
    await world.mila.clicks(Action.HEARD)
    await world.tick()
    (changed,) = [one for one in themes(world) if one not in before]
    assert "Gehoord, door het kernteam, op woensdag 27 januari" in changed
    assert len(themes(world)) == len(before), "it is no message of its own"
    message = next(one.message for one in world.mila.read("digest_theme") if "Gehoord, door" in words_in(one.message))
    assert {one.action for one in buttons_on(message)} == {Action.ASK_ON, Action.LINK_POINT}


async def test_a_mark_is_in_the_language_of_the_channel() -> None:
    world = await a_digest(language=EN)
    await world.mila.clicks(Action.HEARD)
    await world.tick()
    assert any("Heard, by the core team, on Wednesday" in one for one in themes(world))


async def test_everything_that_is_done_about_a_theme_is_added_and_nothing_is_lost() -> None:
    world = await a_digest()
    for action, fields in (
        (Action.HEARD, {}),
        (Action.LINK_POINT, {"point": "evenings"}),
        (Action.ASK_ON, {"question_nl": "Wanneer is dat het lastigst?"}),
    ):
        world.mila.looks_away()
        await world.mila.clicks(action)
        if fields:
            await world.mila.fills(**fields)
        await world.tick()
    marked = [one for one in themes(world) if "Gehoord, door het kernteam" in one]
    assert len(marked) == 1
    assert "Hoort bij “Punt evenings”, sinds woensdag 27 januari" in marked[0]
    assert "Hier is op woensdag 27 januari over doorgevraagd" in marked[0]
    world.mila.looks_away()
    await world.mila.clicks(Action.CORE)
    await world.mila.clicks(Action.OUTCOME)
    reply = await world.mila.fills(verdict="adapted", decision_nl="Samen ruilen", reason_nl="Omdat het kan")
    assert isinstance(reply, Notice)
    await world.tick()
    (marked_,) = [one for one in themes(world) if "Gehoord, door het kernteam" in one]
    verdict = texts().get(NL, "verdict.adapted")
    assert f"Besloten op woensdag 27 januari over “Punt evenings”: {verdict}" in marked_
    assert "Hier is op" in marked_


async def test_pressing_heard_again_changes_nothing() -> None:
    world = await a_digest()
    message = world.mila.read("digest_theme")[0].message
    (button,) = [one for one in buttons_on(message) if one.action is Action.HEARD]
    for _ in range(2):
        await world.mila.presses(button.action, button.value)
        await world.tick()
    async with world.storage.store.read(TENANT) as tx:
        marks = await tx.outbox.of_round(LISTEN, Kind.DIGEST_MARKED)  # type: ignore[arg-type]
    assert [one.state for one in marks] == [Delivery.SENT]


async def test_that_everyone_was_told_is_seen_at_the_end_of_the_digest() -> None:
    world = await a_digest()
    await world.mila.clicks(Action.TELL_HEARD)
    await world.mila.fills(reaction_nl="We houden de vaste gezichten.")
    await world.tick()
    last = themes(world)[-1]
    assert "Op woensdag 27 januari aan iedereen verteld" in last
    assert not list(buttons_on(world.mila.read("digest_theme")[-1].message))


async def test_that_it_was_told_without_the_core_team_is_seen_there_too_and_the_button_is_gone() -> None:
    world = await a_digest()
    assert list(buttons_on(world.mila.read("digest_theme")[-1].message))
    await world.until("02-05 12:00")
    last = world.mila.read("digest_theme")[-1].message
    assert "februari aan iedereen verteld" in words_in(last)
    assert not list(buttons_on(last))


@pytest.mark.parametrize("language", texts().languages)
def test_every_mark_has_its_words(language: str) -> None:
    for key in ("heard", "asked_on", "told"):
        assert "27" in texts().get(language, f"mark.{key}", day="27")  # type: ignore[arg-type]


async def test_who_reads_several_changes_is_asked_which_one_it_is_about() -> None:
    world = await a_digest()
    alone = await world.mila.presses(Action.CORE)
    assert isinstance(alone, Notice)
    assert words_in(alone.blocks).startswith("Zelf roosteren")
    await world.applies(a_change(id=ChangeId("ruilen"), title=text("Ruilen"), frame_on=date(2027, 2, 10)))
    reply = await world.mila.presses(Action.CORE)
    assert isinstance(reply, Notice)
    chosen = [one for one in buttons_on(reply) if one.action is Action.CORE]
    assert [one.value for one in chosen] == ["roosters", "ruilen"]
    about = await world.mila.presses(Action.CORE, "ruilen")
    assert isinstance(about, Notice)
    assert words_in(about.blocks).startswith("Ruilen")
