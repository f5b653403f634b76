"""A whole change from frame to its end, by people who read and press, in memory and on both databases."""

import asyncio

from bot.change import ChangeState
from bot.messages import Action, Form, Notice
from bot.round import RoundState
from tests.people import words_in
from tests.world import (
    BELIEVE,
    CHANGE,
    DECIDED,
    NL,
    World,
    a_change,
    one_question,
    plan,
    texts,
    two_scenarios,
)

WHOLE = a_change(
    BELIEVE,
    one_question(kind="source"),
    one_question("02-03", "02-10"),
    plan("scenarios", "02-18", "02-25", point="evenings"),
    scenarios=two_scenarios(),
)


async def test_from_the_frame_to_the_end(anywhere: World) -> None:
    world = anywhere
    await world.applies(WHOLE)

    # The frame, with its one tap.
    await world.until("01-12 12:00")
    for number, user in enumerate(world.others(14)):
        await user.clicks(Action.ANSWER, of="believe")
        await user.fills(answer="yes" if number % 2 else "no")
    await world.until("01-18 12:00")
    assert "7" in words_in(world.user("p029").read("what_we_heard")[0].message)

    # Lessons of earlier changes.
    await world.until("01-19 12:00")
    await world.answered(world.others(14), "Te veel werkdruk bij de vorige keer {number}", round_="roosters-source-1")
    user = world.user("p005")
    user.looks_away()
    await user.clicks(Action.OFFER, of="source")
    await user.fills(wishes="quarter", note="Graag een kwartier.")
    await world.until("01-27 10:00")
    assert world.mila.has_read("Graag een kwartier.")
    await world.mila.clicks(Action.REPLY_OFFER)
    await world.mila.fills(reply="Donderdag om tien uur?")
    await world.mila.clicks(Action.TELL_HEARD, of="source")
    await world.mila.fills(reaction_nl="Dat doen we nu anders.")

    # What must we not lose?
    await world.until("02-03 12:00")
    await world.answered(world.others(14), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.answered(world.others(14), "De werkdruk op vrijdag {number}", round_="roosters-listen-1")
    await world.until("02-11 10:00")
    assert (await world.round("listen")).voices == 14
    assert not world.mila.has_read("De rust op vrijdag")
    await world.mila.clicks(Action.TELL_HEARD, of="listen")
    await world.mila.fills()

    # Two ways it could go.
    await world.until("02-18 12:00")
    for user in world.others(14):
        await world.answers(user, "Dat scheelt reistijd", round_="roosters-scenarios-1")
    await world.until("02-26 10:00")
    assert {one.voices for one in (await world.round("scenarios")).counts} == {14}
    await world.mila.clicks(Action.TELL_HEARD, of="scenarios")
    await world.mila.fills()

    # What was decided, whether people recognise it, and the end.
    await world.mila.presses(Action.OUTCOME, f"{CHANGE}/evenings")
    given = {"verdict": "adapted", "chosen": "a", "reason_nl": "Omdat het kan.", "others_nl": "B kost een nacht."}
    form = world.mila.screen
    assert isinstance(form, Form)
    if any(field.key == "another-nl" for field in form.fields):
        given["another_nl"] = "Dat staat er nu in."
    await world.mila.fills(**given)
    await world.until("03-05 16:00")
    for user in world.others(12):
        await world.answers(user, "yes", round_="roosters-heard-1")
    await world.until("03-15")
    assert (await world.round("heard")).state is RoundState.RELEASED
    await world.mila.presses(Action.CLOSE, CHANGE)
    await world.mila.fills()
    assert (await world.change()).state is ChangeState.CLOSED
    await world.until("03-25")
    assert "Omdat het kan." in words_in(world.user("p029").read("change_closed")[0].message)
    assert not [
        name
        for name in await world.keys.names()
        if name.startswith("wave.") or ("roosters" in name and name.startswith("seal."))
    ]


async def test_changing_and_withdrawing_leave_nothing_on_any_storage(anywhere: World) -> None:
    world = anywhere
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(11), "De rust op vrijdag {number}", round_="roosters-listen-1")
    user = world.user("p020")
    await world.answers(user, "Dit was een vergissing", round_="roosters-listen-1")
    user.looks_away()
    await user.clicks(Action.ANSWER, of="listen")
    await user.clicks(Action.WITHDRAW)
    await user.fills()
    await world.until("01-27")
    assert (await world.round("listen")).voices == 11
    assert not world.mila.has_read("Dit was een vergissing")


async def test_two_of_the_core_team_who_decide_at_the_same_moment_decide_once(anywhere: World) -> None:
    world = anywhere
    await world.applies(a_change())
    await world.until("01-13 10:00")
    joost = world.user("joost")
    for user in (world.mila, joost):
        await user.presses(Action.OUTCOME, f"{CHANGE}/evenings")
    forms = [
        world.mila.filled(**DECIDED),
        joost.filled(**DECIDED | {"verdict": "declined"}),
    ]
    replies = await asyncio.gather(*(world.service.handle(form) for form in forms))
    assert len({words_in(reply) for reply in replies}) == 2, "one of them hears that it was decided already"
    (point,) = (one for one in (await world.change()).points if one.outcome is not None)
    await world.until("01-21")
    (told,) = world.user("p020").read("outcome")
    assert point.outcome is not None
    assert point.outcome.reason.texts[0][1] in words_in(told.message)


async def test_submissions_at_the_same_moment_as_the_close_are_read_or_refused(anywhere: World) -> None:
    world = anywhere
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    users = world.others(25)
    for user in users:
        await user.clicks(Action.ANSWER, of="listen")
    forms = [user.filled(answer="De rust op vrijdag", words="yes") for user in users]
    await asyncio.gather(*(world.service.handle(form) for form in forms[:12]))
    world.clock.move_to((await world.round("listen")).closes_at)
    replies, _ = await asyncio.gather(
        asyncio.gather(*(world.service.handle(form) for form in forms[12:])), world.tick()
    )
    closed = texts().get(NL, "error.round_closed")
    refused = sum(closed in words_in(reply) for reply in replies)
    assert all(closed in words_in(reply) or isinstance(reply, Form | Notice) for reply in replies)
    await world.until("01-28")
    assert (await world.round("listen")).voices == 25 - refused
