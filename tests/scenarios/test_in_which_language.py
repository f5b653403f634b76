"""Every message and every reply says in which language it is, so that a screen reader reads it in that one."""

from bot.messages import Action, Form, Notice
from tests.world import EN, NL, a_change, a_world, one_question, someone, staff

LISTEN = "roosters-listen-1"


async def test_messages_and_replies_are_in_the_language_of_whoever_reads_them() -> None:
    world = await a_world([*staff(20), someone("emma", language=EN)])
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    for name, language in (("p001", NL), ("emma", EN)):
        user = world.user(name)
        assert {one.message.language for one in user.chat} == {language}
        form = await user.clicks(Action.ANSWER, of=f"{LISTEN}.")
        assert isinstance(form, Form)
        assert form.language == language
        asked = {"words": "yes"} if len(form.fields) > 1 else {}
        probe = await user.fills(answer="De vaste ploeg.", **asked)
        assert isinstance(probe, Form)
        assert probe.language == language
        thanks = await user.fills(probe="")
        assert isinstance(thanks, Notice)
        assert thanks.language == language
    assert {one.message.language for one in world.mila.channel} == {NL}


async def test_a_reply_is_in_the_language_that_was_just_chosen() -> None:
    world = await a_world(staff(5))
    home = await world.user("p001").presses(Action.LANGUAGE, EN)
    assert isinstance(home, Notice)
    assert home.language == EN
    explained = await world.user("p001").presses(Action.EXPLAIN, f"- {NL}")
    assert isinstance(explained, Notice)
    assert explained.language == NL


async def test_a_refusal_is_in_the_language_of_whoever_is_refused() -> None:
    world = await a_world([*staff(5), someone("emma", language=EN)])
    refused = await world.user("emma").presses(Action.ANSWER, "no-token")
    assert isinstance(refused, Notice)
    assert refused.language == EN


async def test_a_language_without_texts_is_the_default() -> None:
    world = await a_world([*staff(5), someone("hans", language="de")])
    home = await world.user("hans").presses(Action.HOME)
    assert isinstance(home, Notice)
    assert home.language == NL
