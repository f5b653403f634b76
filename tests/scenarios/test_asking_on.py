"""Asking on: one further question under a theme, to everyone who was asked, whose replies come under the theme."""

import pytest

from bot.ids import PersonId
from bot.messages import Action, Form, Message, Pointer
from bot.round import RoundState
from tests.people import buttons_on, words_in
from tests.world import NL, World, a_change, one_question, someone, texts

LISTEN = "roosters-listen-1"
ASK = "roosters-ask-1"


async def listened(world: World) -> None:
    """Play a listening round with two themes, up to the morning after its close."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(8), "Te veel werkdruk en te weinig mensen {number}", round_=LISTEN)
    await world.answered(world.others(6, start=8), "De app en het systeem werken niet {number}", round_=LISTEN)
    await world.answers(world.user("p020"), "De lift is te smal", round_=LISTEN)
    await world.until("01-27 10:00")


async def asks_on(world: World, theme: str, question: str) -> None:
    """Ask on under a theme."""
    await world.mila.presses(Action.ASK_ON, theme)
    if isinstance(world.mila.screen, Form):
        await world.mila.fills(question_nl=question, question_en=question)


def themes(world: World) -> list[str]:
    """The themes that can be asked on about, as their buttons name them."""
    return [
        button.value
        for one in world.mila.read("digest_theme")
        for block in one.message.blocks
        for button in getattr(block, "buttons", ())
        if button.action is Action.ASK_ON
    ]


def can_be_asked_on(message: Message) -> bool:
    """Say whether a message has the button."""
    return any(button.action is Action.ASK_ON for button in buttons_on(message))


async def told(world: World) -> None:
    """Tell what was heard, so that the next may be asked."""
    await world.mila.presses(Action.TELL_HEARD, LISTEN)
    await world.mila.fills()


async def both(world: World) -> None:
    """Ask on under both themes."""
    first, second = themes(world)[:2]
    await asks_on(world, first, "Op welke dag is het het ergst?")
    await asks_on(world, second, "Wat doet de app niet?")
    await told(world)
    await world.until("01-28 12:00")


async def test_it_is_a_round_with_a_first_message_of_its_own_to_everyone_of_the_first(world: World) -> None:
    await listened(world)
    world.chats.join(someone("nina"))
    await world.syncs()
    await both(world)
    assert (await world.round("ask")).state is RoundState.OPEN
    await world.until("02-02")
    assert all(any(ASK in one.item for one in user.chat) for user in world.others(30))
    assert not any(ASK in one.item for one in world.user("nina").chat)


async def test_everyone_sees_every_theme_and_answers_the_one_that_is_theirs(world: World) -> None:
    await listened(world)
    await both(world)
    await world.until("02-02")
    user = world.user("p025")
    await user.clicks(Action.ANSWER, of=ASK)
    assert user.sees("Op welke dag is het het ergst?")
    await user.clicks(Action.ANSWER, of="ask-2")
    assert user.sees("Wat doet de app niet?")
    await user.fills(answer="Ruilen op je telefoon", words="yes")
    await world.until("02-12")
    round_ = await world.round("ask")
    assert {one.page: one.voices for one in round_.counts} == {"ask-1": 0, "ask-2": 1} or round_.extended


async def test_the_form_warns_not_to_say_who_you_are(world: World) -> None:
    await listened(world)
    await both(world)
    await world.until("02-02")
    user = world.user("p025")
    await user.clicks(Action.ANSWER, of=ASK)
    assert user.sees("wie je bent")


async def test_replies_come_under_the_theme_in_the_thread_of_the_first_digest(anywhere: World) -> None:
    world = anywhere
    await listened(world)
    first = {one.message.blocks[0]: one for one in world.mila.read("digest_theme") if can_be_asked_on(one.message)}
    await both(world)
    await world.until("02-02")
    for number, user in enumerate(world.others(12)):
        user.looks_away()
        await user.clicks(Action.ANSWER, of=ASK)
        await user.fills(answer=f"Op maandag, nummer {number}", words="yes")
        await user.clicks(Action.ANSWER, of="ask-2")
        await user.fills(answer=f"Ruilen op je telefoon {number}", words="yes")
    await world.until("02-15")
    assert (await world.round("ask")).state is RoundState.RELEASED
    digests = world.mila.read("digest")
    assert sum("listen" in one.item for one in digests) == 1
    assert not any("ask" in one.item for one in digests)
    replies = [one for one in world.mila.read("digest_theme") if ASK in one.item]
    assert {one.parent for one in replies} == {digests[0].ref}
    said = [words_in(one.message) for one in replies]
    (days,) = (at for at, text in enumerate(said) if "Op welke dag is het het ergst?" in text)
    (app,) = (at for at, text in enumerate(said) if "Wat doet de app niet?" in text)
    assert "Op maandag" in "".join(said[days:app])
    assert "Ruilen op je telefoon" not in "".join(said[:app])
    assert "Ruilen op je telefoon" in "".join(said[app:])
    for at in (days, app):
        title, *_, pointer = replies[at].message.blocks
        assert isinstance(pointer, Pointer)
        assert pointer.ref == first[title].ref


@pytest.mark.parametrize("question", ["In welk team werk je?", "Hoe lang werk je hier al?", "Wat is er? En waarom?"])
async def test_a_question_that_gives_away_who_answers_or_is_two_is_refused(world: World, question: str) -> None:
    await listened(world)
    await asks_on(world, themes(world)[0], question)
    assert "question-nl" in world.mila.problems
    await world.until("01-30")
    assert not any(ASK in one.item for one in world.user("p000").chat)


async def test_once_a_theme_and_not_about_a_lone_voice(world: World) -> None:
    await listened(world)
    theme = themes(world)[0]
    await asks_on(world, theme, "Op welke dag?")
    await asks_on(world, theme, "En nog iets?")
    assert world.mila.sees("Hierop is al doorgevraagd.")
    assert len((await world.round("ask")).pages) == 1
    alone = [one for one in world.mila.read("digest_theme") if "De lift is te smal" in words_in(one.message)]
    assert not any(
        button.action is Action.ASK_ON
        for one in alone
        for block in one.message.blocks
        for button in getattr(block, "buttons", ())
    )


async def test_someone_who_reads_along_by_then_is_not_asked(world: World) -> None:
    await listened(world)
    await both_then_joins(world)
    await world.until("02-02")
    assert not any(ASK in one.item for one in world.user("p002").chat)


async def both_then_joins(world: World) -> None:
    """Ask on, and take someone from the floor into the core team before it opens."""
    await asks_on(world, themes(world)[0], "Op welke dag?")
    change = a_change(one_question())
    await world.applies(a_change(one_question(), core_team=(*change.core_team, PersonId("p002"))))
    await told(world)


async def test_heard_is_a_mark_that_everyone_sees_and_pressing_it_twice_is_once(world: World) -> None:
    await listened(world)
    value = themes(world)[0]
    await world.mila.presses(Action.HEARD, value)
    await world.mila.presses(Action.HEARD, value)
    assert len((await world.round("listen")).themes_heard) == 1
    await told(world)
    await world.until("02-02")
    assert texts().get(NL, "heard.mark") in words_in(world.user("p020").read("what_we_heard")[0].message)


async def test_linking_twice_links_once(world: World) -> None:
    await listened(world)
    for _ in range(2):
        await world.mila.presses(Action.LINK_POINT, themes(world)[0])
        await world.mila.fills(point="evenings")
    assert len((await world.change()).points[1].linked) == 1
