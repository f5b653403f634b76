"""Rule 8: every digest ends with a question to ask in person, and every offer by name gets a personal reply."""

from bot.messages import Action
from bot.questions import RoundKind
from bot.round import RoundState
from bot.service.keyring import seal
from tests.people import buttons_on, words_in
from tests.world import CHANGE, NL, TENANT, World, a_change, one_question, packs

LISTEN = "roosters-listen-1"


async def opened(world: World) -> None:
    """Play up to an open listening round."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")


async def test_a_digest_ends_with_a_question_to_ask_in_person(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("01-27")
    last = world.mila.channel[-1]
    assert last.item.startswith(f"digest_theme/{LISTEN}")
    assert packs().of(RoundKind.LISTEN).in_person[0].in_(NL) in words_in(last.message)


async def offers(world: World, name: str, **given: str) -> None:
    """Make an offer from the invitation."""
    user = world.user(name)
    user.looks_away()
    await user.clicks(Action.OFFER, of=LISTEN)
    await user.fills(**{"wishes": "think_along", "note": "Ik rooster al jaren."} | given)


async def test_one_can_offer_without_answering_and_nobody_reads_it_before_the_close(world: World) -> None:
    await opened(world)
    await offers(world, "p005")
    await world.until("01-26 16:00")
    assert not world.mila.read("core_offers")
    assert not world.mila.has_read("Ik rooster al jaren.")
    await world.until("02-05")
    (offer,) = world.mila.read("core_offers")
    assert "P005" in words_in(offer.message)
    assert "Ik rooster al jaren." in words_in(offer.message)
    assert "Het gaat over “Zelf roosteren”." in words_in(offer.message)
    assert (await world.round("listen")).voices == 0


async def test_after_the_close_nothing_can_be_offered(world: World) -> None:
    await opened(world)
    user = world.user("p005")
    (token,) = {button.value for button in buttons_on(user.read("invite")[-1].message) if button.action is Action.OFFER}
    await user.presses(Action.OFFER, token)
    form = user.filled(wishes="think_along")
    await world.until("02-05")
    for reply in (await user.sends(form), await user.presses(Action.OFFER, token)):
        assert "Deze ronde is dicht." in words_in(reply)
    assert not world.mila.read("core_offers")


async def test_an_offer_is_no_voice_and_the_answers_do_not_carry_its_name(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await offers(world, "p005")
    await offers(world, "p025")
    await world.until("01-27")
    assert (await world.round("listen")).voices == 12
    digest = "\n".join(words_in(one.message) for one in world.mila.read("digest_theme"))
    assert "P005" not in digest
    assert "rooster al jaren" not in digest


async def test_a_later_offer_takes_the_place_of_an_earlier_one(world: World) -> None:
    await opened(world)
    await offers(world, "p005")
    await offers(world, "p005", wishes="quarter", note="Toch liever een kwartier.")
    await world.until("02-05")
    (offer,) = world.mila.read("core_offers")
    assert "Toch liever een kwartier." in words_in(offer.message)
    assert "Ik rooster al jaren." not in words_in(offer.message)


async def test_every_offer_gets_a_personal_reply_and_only_the_one_who_offered_reads_it(world: World) -> None:
    await opened(world)
    await offers(world, "p005")
    await world.until("02-03 10:00")
    await world.mila.clicks(Action.REPLY_OFFER)
    await world.mila.fills(reply="Kom donderdag om tien uur.")
    await world.until("02-05")
    assert "Kom donderdag om tien uur." in words_in(world.user("p005").read("offer_reply")[0].message)
    assert not world.user("p006").has_read("Kom donderdag om tien uur.")


async def test_an_offer_in_a_round_that_is_called_off_still_gets_its_personal_reply(anywhere: World) -> None:
    world = anywhere
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await offers(world, "p005")
    await world.mila.presses(Action.CANCEL_ROUND, LISTEN)
    await world.mila.fills()
    await world.tick()
    called_off = await world.round("listen")
    assert called_off.state is RoundState.CANCELLED
    assert (called_off.voices, called_off.counts) == (0, ())
    assert not [name for name in await world.keys.names() if f".{LISTEN}" in name]
    (offer,) = world.mila.read("core_offers")
    assert "P005" in words_in(offer.message)
    assert not world.mila.has_read("rust op vrijdag")
    await world.mila.clicks(Action.REPLY_OFFER)
    await world.mila.fills(reply="Kom donderdag om tien uur.")
    await world.until("02-03")
    assert "Kom donderdag om tien uur." in words_in(world.user("p005").read("offer_reply")[0].message)
    # What everyone is told says so, to all in the same words.
    news = {words_in(user.read("cancelled")[0].message) for user in world.others(30)}
    assert len(news) == 1
    assert "persoonlijk antwoord" in news.pop()


async def test_a_round_that_is_called_off_ends_though_its_boxes_cannot_be_read(world: World) -> None:
    await opened(world)
    await offers(world, "p005")
    await world.keys.destroy(seal(TENANT, (await world.round("listen")).id))
    await world.mila.presses(Action.CANCEL_ROUND, LISTEN)
    await world.mila.fills()
    await world.tick()
    assert (await world.round("listen")).state is RoundState.CANCELLED
    assert not world.mila.read("core_offers")


async def test_an_offer_that_waits_too_long_is_a_task_of_the_core_team(world: World) -> None:
    await opened(world)
    await offers(world, "p005")
    await world.until("02-16 12:00")
    assert any("aanbod" in words_in(one.message).lower() for one in world.mila.read("core_tasks"))


async def test_an_offer_wants_to_be_something(world: World) -> None:
    await opened(world)
    await offers(world, "p005", wishes="")
    assert "wishes" in world.user("p005").problems


async def test_only_the_core_team_replies(world: World) -> None:
    await opened(world)
    await offers(world, "p005")
    await world.until("02-03 10:00")
    (offer,) = world.mila.read("core_offers")
    key = offer.item.split("/")[-1]
    await world.user("p006").presses(Action.REPLY_OFFER, key)
    assert not world.user("p006").sees("Ik rooster al jaren.")


async def test_a_question_by_name_is_answered_within_two_working_days(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-14 15:00")
    user = world.user("p003")
    await user.presses(Action.QUESTION, CHANGE)
    form = user.filled(text="Blijft mijn vrije vrijdag?")
    await user.sends(form)
    await user.sends(form)
    assert user.sees("maandag 18 januari")
    await world.tick()
    (asked,) = world.mila.read("core_question")
    assert "Blijft mijn vrije vrijdag?" in words_in(asked.message)
    assert "P003" in words_in(asked.message)
    await world.until("01-25 12:00")
    assert any("vra" in words_in(one.message).lower() for one in world.mila.read("core_tasks"))


async def test_the_answer_to_a_question_about_the_frame_reaches_everyone(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-14 10:00")
    await world.user("p003").presses(Action.QUESTION, CHANGE)
    await world.user("p003").fills(text="Blijft mijn vrije vrijdag?")
    await world.tick()
    await world.mila.clicks(Action.REPLY_QUESTION)
    form = world.mila.filled(
        about_nl="De vrije dag", known_nl="Die blijft.", unknown_nl="Vanaf wanneer.", until="2027-02-01"
    )
    await world.mila.sends(form)
    await world.mila.sends(form)
    await world.until("01-20")
    for name in ("p003", "p020", "lea"):
        (known,) = world.user(name).read("known")
        for part in ("De vrije dag", "Die blijft.", "Vanaf wanneer.", "1 februari"):
            assert part in words_in(known.message)
        assert "P003" not in words_in(known.message)
