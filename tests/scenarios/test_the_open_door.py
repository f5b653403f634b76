"""The open door: rumours and questions, by name at once, or without a name when enough of them wait."""

import re

import pytest

from bot.ids import PersonId
from bot.messages import Action, Form, Heading, Notice
from bot.round import RoundState
from tests.people import User, words_in
from tests.world import CHANGE, TENANT, World, a_change, one_question

RUMOUR = "Ik hoor dat locatie Noord gaat sluiten"


@pytest.fixture
async def running(world: World) -> World:
    """Give a world in which the frame was told, on a Wednesday."""
    await world.applies(a_change())
    await world.until("01-13 10:00")
    return world


async def asks(user: User, text: str = RUMOUR, *, how: str = "anonymous", kind: str = "rumour") -> str:
    """Come by the door; return the receipt, "" by name."""
    value = await opens(user)
    given = {"text": text, "kind": kind} | ({"how": how} if value else {})
    await user.fills(**given)
    assert isinstance(user.screen, Notice), user.screen
    return next((block.text for block in user.screen.blocks if isinstance(block, Heading)), "")


async def opens(user: User) -> str:
    """Open the form with the button of the welcome message; return what the button carries."""
    user.looks_away()
    (welcome,) = user.read("welcome")
    (value,) = (
        button.value
        for block in welcome.message.blocks
        for button in getattr(block, "buttons", ())
        if button.action is Action.DOOR
    )
    await user.presses(Action.DOOR, value)
    return str(value)


async def test_by_name_the_core_team_has_it_at_once_and_answers(running: World) -> None:
    await asks(running.user("p003"), how="named")
    await running.tick()
    (asked,) = running.mila.read("core_question")
    assert RUMOUR in words_in(asked.message)
    assert "P003" in words_in(asked.message)
    await running.mila.clicks(Action.REPLY_QUESTION)
    await running.mila.fills(reply="Nee, Noord blijft.")
    await running.until("01-14 12:00")
    assert "Nee, Noord blijft." in words_in(running.user("p003").read("reply")[0].message)
    assert not running.user("p004").has_read("Nee, Noord blijft.")


@pytest.mark.parametrize(("voices", "read"), [(9, False), (10, True)])
async def test_without_a_name_it_waits_for_k_voices_of_its_kind(running: World, voices: int, *, read: bool) -> None:
    for user in running.others(voices):
        await asks(user)
    for user in running.others(5, start=20):
        await asks(user, "Wanneer weten we meer?", kind="question")
    assert not running.mila.has_read(RUMOUR)
    await running.until("01-22")
    assert running.mila.has_read(RUMOUR) is read
    assert not running.mila.has_read("Wanneer weten we meer?")
    assert len(running.mila.read("core_door")) == (voices if read else 0)


async def test_it_is_read_weekly_and_not_when_the_tenth_voice_comes(running: World) -> None:
    for user in running.others(15):
        await asks(user)
    await running.until("01-14 12:00")
    before = len(running.mila.read("core_door"))
    await running.until("01-20 12:00")
    assert before in {0, 15}
    assert len(running.mila.read("core_door")) == 15


async def test_questions_about_the_frame_can_be_anonymous_too(running: World) -> None:
    for user in running.others(10):
        await asks(user, "Blijft mijn vrije dag?", kind="question")
    await running.until("01-22")
    assert running.mila.has_read("Blijft mijn vrije dag?")
    for name in ("P000", "P005"):
        assert not any(name in words_in(one.message) for one in running.mila.read("core_door"))


async def test_one_person_is_one_voice_however_often_they_ask(running: World) -> None:
    for number in range(12):
        await asks(running.user("p000"), f"{RUMOUR} {number}")
    for user in running.others(8, start=1):
        await asks(user)
    await running.until("02-01")
    assert not running.mila.read("core_door")


async def test_the_token_of_a_round_is_none_for_the_door(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    user = world.user("p000")
    (value,) = (
        button.value
        for block in user.read("invite")[-1].message.blocks
        for button in getattr(block, "buttons", ())
        if button.action is Action.OFFER
    )
    await user.presses(Action.DOOR, value)
    await user.fills(text=RUMOUR, kind="rumour", how="anonymous")
    assert not any(isinstance(block, Heading) for block in getattr(user.screen, "blocks", ()))


async def test_a_later_one_takes_the_place_of_an_earlier_one(running: World) -> None:
    await asks(running.user("p000"), "Dit was een vergissing")
    await asks(running.user("p000"), "Dit bedoel ik")
    for user in running.others(9, start=1):
        await asks(user)
    await running.until("01-22")
    assert running.mila.has_read("Dit bedoel ik")
    assert not running.mila.has_read("Dit was een vergissing")


async def test_what_waited_four_weeks_is_destroyed_unread(running: World) -> None:
    for user in running.others(4):
        await asks(user)
    await running.until("02-20")
    for user in running.others(9, start=10):
        await asks(user)
    await running.until("03-05")
    assert not running.mila.read("core_door")
    async with running.storage.store.read(TENANT) as tx:
        states = [one.state for one in await tx.rounds.unfinished()]
    assert states.count(RoundState.OPEN) == 2


@pytest.mark.parametrize(("moment", "read"), [("01-31 12:00", True), ("02-01 12:00", False)])
async def test_who_came_in_the_first_week_waits_four_weeks_for_the_others(
    running: World, moment: str, *, read: bool
) -> None:
    # The first batch began with the week of Monday the fourth of January.
    for user in running.others(4):
        await asks(user)
    await running.until(moment)
    for user in running.others(6, start=10):
        await asks(user)
    await running.until("02-10")
    assert bool(running.mila.read("core_door")) is read


async def test_names_are_taken_out_before_anybody_reads_it(running: World) -> None:
    for user in running.others(10):
        await asks(user, "Ik hoor van Joost dat Mila weggaat")
    await running.until("01-22")
    read = [words_in(one.message) for one in running.mila.read("core_door")]
    assert len(read) == 10
    assert not any(name in text for text in read for name in ("Joost", "Mila"))


async def test_who_reads_along_by_now_asks_by_name_only_though_they_have_a_token(running: World) -> None:
    await running.applies(a_change(core_team=(*a_change().core_team, PersonId("p001"))))
    await asks(running.user("p001"))
    assert running.user("p001").sees("Jij leest mee met wat hier binnenkomt.")


async def test_who_writes_a_language_of_few_by_now_asks_by_name_only(running: World) -> None:
    user = running.user("p001")
    await opens(user)
    form = user.filled(text=RUMOUR, kind="rumour", how="anonymous")
    await user.presses(Action.LANGUAGE, "en")
    await user.sends(form)
    assert user.sees("you can only ask with your name")


async def test_who_reads_along_asks_by_name_only(running: World) -> None:
    mila = running.mila
    (welcome,) = mila.read("welcome")
    await mila.presses(Action.DOOR, "")
    assert isinstance(mila.screen, Form)
    assert not any(field.key == "how" for field in mila.screen.fields)
    assert "lees" in words_in(welcome.message)


async def test_from_elsewhere_than_the_first_message_it_goes_by_name(running: World) -> None:
    user = running.user("p000")
    await user.presses(Action.HOME)
    await user.clicks(Action.DOOR)
    assert isinstance(user.screen, Form)
    assert not any(field.key == "how" for field in user.screen.fields)


async def test_a_receipt_shows_the_reply_to_whoever_has_it_and_never_the_text(running: World) -> None:
    receipts = [await asks(user, f"{RUMOUR} {n}") for n, user in enumerate(running.others(10))]
    assert all(re.fullmatch(r"([a-z]{5} ){4}[a-z]{5}", one) for one in receipts)
    assert len(set(receipts)) == 10
    user = running.user("p029")

    async def looks(words: str) -> str:
        await user.presses(Action.RECEIPT)
        await user.fills(receipt=words)
        return words_in(user.screen)

    waiting = await looks(receipts[0])
    assert RUMOUR not in waiting
    assert waiting == await looks("babab babab babab babab babab"), "nobody can tell who asked before it is read"
    await running.until("01-22")
    assert RUMOUR not in await looks(receipts[0])
    for entry in running.mila.read("core_door"):
        if RUMOUR + " 0" in words_in(entry.message):
            await running.mila.presses(Action.REPLY_QUESTION, entry.item.split("/")[-1])
            await running.mila.fills(reply="Nee, Noord blijft.")
    assert "Nee, Noord blijft." in await looks(receipts[0].upper().replace(" ", "-"))
    assert RUMOUR not in words_in(user.screen)
    assert "Nee, Noord blijft." not in await looks(receipts[1])


async def test_the_same_form_twice_shows_the_same_receipt(running: World) -> None:
    user = running.user("p000")
    await user.presses(Action.DOOR, next(b for b in _door_values(user)))
    form = user.filled(text=RUMOUR, kind="rumour", how="anonymous")
    first, second = words_in(await user.sends(form)), words_in(await user.sends(form))
    assert first == second


def _door_values(user: User) -> list[str]:
    return [
        button.value
        for block in user.read("welcome")[0].message.blocks
        for button in getattr(block, "buttons", ())
        if button.action is Action.DOOR
    ]


async def test_the_same_rumour_from_k_voices_makes_the_bot_propose_a_pulse(running: World) -> None:
    for user in running.others(12):
        await asks(user)
    await running.until("01-22")
    (proposed,) = running.mila.read("core_propose_pulse")
    assert "12" in words_in(proposed.message)


async def test_different_rumours_do_not(running: World) -> None:
    for number, user in enumerate(running.others(12)):
        await asks(user, f"Onderwerp{number} verandert{number} binnenkort{number}")
    await running.until("01-22")
    assert not running.mila.read("core_propose_pulse")


async def test_what_is_known_reaches_everyone_and_stands_before_the_form(running: World) -> None:
    await running.mila.presses(Action.PUBLISH_KNOWN, CHANGE)
    await running.mila.fills(
        about_nl="Gaat Noord dicht?", known_nl="Nee.", unknown_nl="Wie er komt.", until="2027-02-01"
    )
    await running.until("01-20")
    assert len(running.user("p020").read("known")) == 1
    await running.user("p000").presses(Action.DOOR)
    for part in ("Gaat Noord dicht?", "Nee.", "Wie er komt.", "1 februari"):
        assert running.user("p000").sees(part)


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
async def test_nothing_or_too_much_is_a_sentence(running: World, text: str) -> None:
    user = running.user("p000")
    await user.presses(Action.DOOR, _door_values(user)[0])
    await user.fills(text=text, kind="rumour", how="anonymous")
    assert "text" in user.problems


async def test_the_key_of_the_welcome_messages_is_gone_the_next_day(running: World) -> None:
    assert not [name for name in await running.keys.names() if ".door." in name]


async def test_a_receipt_cannot_be_made_again_after_the_release(running: World) -> None:
    for user in running.others(10):
        await asks(user)
    sealed = [name for name in await running.keys.names() if "door-rumour" in name]
    await running.until("01-22")
    left = [name for name in await running.keys.names() if "door-rumour" in name]
    assert sealed
    assert not set(sealed) & set(left)
