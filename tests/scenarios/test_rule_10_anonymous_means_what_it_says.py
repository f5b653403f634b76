"""Rule 10: what is promised before answering is kept: k, small audiences, languages, and too few said to everyone."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.ids import ChangeId, TeamKey
from bot.messages import Action, Facts, Form, Notice
from bot.round import RoundState
from tests.people import User, words_in
from tests.world import EN, NL, TENANT, World, a_change, a_world, one_question, plan, someone, staff, texts

LISTEN = "roosters-listen-1"
SECRET = "Ik wil mijn zondagen niet kwijt"


async def opened(world: World) -> None:
    """Play up to an open listening round."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")


def form_of(user: User) -> Form:
    """Return the form on someone's screen."""
    assert isinstance(user.screen, Form)
    return user.screen


async def test_before_answering_one_reads_who_reads_it_when_and_from_how_many_voices_on(world: World) -> None:
    await opened(world)
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of=LISTEN)
    for part in ("kernteam", "dinsdag 26 januari", "10", "Margriet, de vertrouwenspersoon"):
        assert user.sees(part), part


async def test_the_promise_is_four_lines_and_one_button_further_stands_how_it_works(world: World) -> None:
    await opened(world)
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of=LISTEN)
    (promise,) = [block for block in form_of(user).blocks if isinstance(block, Facts)]
    assert [fact.label for fact in promise.facts] == [
        texts().get(NL, f"promise.{name}_label") for name in ("who", "when", "k", "limits")
    ]
    await user.clicks(Action.EXPLAIN)
    for part in (
        "dinsdag 26 januari",
        "minder dan 10",
        "drie werkdagen langer",
        "zo aanpassen",
        "elke schijf",
        "Margriet, de vertrouwenspersoon",
    ):
        assert user.sees(part), part
    assert isinstance(user.screen, Notice)


async def test_how_it_works_says_the_same_whether_or_not_someone_answered(world: World) -> None:
    await opened(world)
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of=LISTEN)
    (value,) = user.offered(Action.EXPLAIN)
    before = await user.presses(Action.EXPLAIN, value)
    await world.answers(user, SECRET, round_=LISTEN)
    assert await user.presses(Action.EXPLAIN, value) == before


@pytest.mark.parametrize("value", ["", "- en", "nothing-like-it en", "x" * 300])
async def test_how_it_works_can_be_asked_at_any_time(world: World, value: str) -> None:
    user = world.user("p000")
    await user.presses(Action.EXPLAIN, value)
    language = EN if value.endswith("en") else NL
    assert user.sees(texts().get(language, "explain.from_any", text=10, tap=5))
    assert user.sees(texts().get(language, "note.no_reports"))


@pytest.mark.parametrize(("others", "k"), [(30, 10), (19, 10), (18, 5), (7, 5)])
async def test_k_follows_from_how_many_are_asked_and_is_frozen_at_the_opening(others: int, k: int) -> None:
    world = await a_world(staff(others))
    await opened(world)
    assert (await world.round("listen")).k == k
    for number in range(15):
        world.chats.join(someone(f"new{number}"))
    await world.syncs()
    assert (await world.round("listen")).k == k
    assert (await world.round("listen")).invited == others + 1


async def test_with_fewer_than_eight_there_is_no_round() -> None:
    world = await a_world(staff(6))
    change = a_change(one_question())
    assert "Met minder dan 8 mensen blijft niemand anoniem." in await world.complaints(change)


async def test_a_round_whose_audience_shrank_below_eight_is_not_held() -> None:
    world = await a_world(staff(8))
    await world.applies(a_change(one_question()))
    for number in range(3):
        world.chats.leave(world.user(f"p{number:03}").id)
    await world.syncs()
    await world.until("01-20")
    assert (await world.round("listen")).state is RoundState.CANCELLED
    assert not any("listen" in one.item for one in world.user("p005").chat)
    (told,) = world.mila.read("core_not_opened")
    assert "Luisterronde gaat niet door: " in words_in(told.message)
    assert "Met minder dan 8 mensen blijft niemand anoniem." in words_in(told.message)


@pytest.mark.parametrize(("voices", "read"), [(9, False), (10, True)])
async def test_below_k_nobody_reads_a_word_after_one_extension_of_three_working_days(voices: int, read: bool) -> None:  # noqa: FBT001 - a case
    world = await a_world()
    await opened(world)
    await world.answered(world.others(voices), SECRET, round_=LISTEN)
    await world.until("01-26 18:00")
    round_ = await world.round("listen")
    assert round_.extended is not read
    await world.until("02-05")
    assert (await world.round("listen")).state is (RoundState.RELEASED if read else RoundState.DESTROYED)
    assert world.mila.has_read(SECRET) is read
    async with world.storage.store.read(round_.tenant) as tx:
        assert bool(await tx.answers.of_round(round_.id)) is read


async def test_where_one_question_is_below_k_everyone_is_told_that_nobody_read_it(world: World) -> None:
    both = plan("listen", "01-19", "01-26", questions=("lose", "hope"))
    await world.applies(a_change(both))
    await world.until("01-19 12:00")
    for number, user in enumerate(world.others(12)):
        await user.clicks(Action.ANSWER, of=LISTEN)
        await user.fills(answer=f"De rust op vrijdag {number}", words="yes")
        await user.fills(probe="De app en het systeem")
        if number < 4:
            await user.fills(answer=SECRET, words="yes")
    await world.until("02-08 18:00")
    assert [one.withheld for one in (await world.round("listen")).counts] == [False, True]
    assert not world.mila.has_read(SECRET)
    assert world.user("p029").has_read(texts().get(NL, "heard.withheld"))
    assert world.mila.has_read(texts().get(NL, "digest.withheld"))


async def test_in_the_extension_more_voices_make_it_readable(world: World) -> None:
    await opened(world)
    await world.answered(world.others(9), SECRET, round_=LISTEN)
    await world.until("01-27 12:00")
    assert (await world.round("listen")).state is RoundState.OPEN
    assert world.user("p020").can_click(Action.ANSWER, of=LISTEN)
    await world.answers(world.user("p020"), SECRET, round_=LISTEN)
    await world.until("02-01")
    assert (await world.round("listen")).state is RoundState.RELEASED
    assert (await world.round("listen")).voices == 10


async def test_where_too_few_answered_everyone_is_told_that_nobody_read_it(world: World) -> None:
    await opened(world)
    await world.answered(world.others(3), SECRET, round_=LISTEN)
    await world.until("02-08")
    for name in ("p000", "p029", "lea", "mila"):
        assert len(world.user(name).read("extended" if name.startswith("p") else "too_few")) == 1
        (few,) = world.user(name).read("too_few")
        assert "niemand" in words_in(few.message).lower()
        assert "3" not in words_in(few.message)


async def test_extended_by_hand_and_still_too_few_is_not_extended_again(world: World) -> None:
    await opened(world)
    await world.mila.presses(Action.EXTEND_ROUND, LISTEN)
    await world.mila.fills()
    await world.mila.presses(Action.EXTEND_ROUND, LISTEN)
    await world.mila.fills()
    assert world.mila.sees("Nog een keer kan niet.")
    await world.until("02-01")
    assert (await world.round("listen")).state is RoundState.DESTROYED


async def test_with_fewer_than_twenty_asked_only_themes_are_read() -> None:
    world = await a_world(staff(15))
    await opened(world)
    user = world.user("p000")
    await user.clicks(Action.ANSWER, of=LISTEN)
    assert not any(field.key == "words" for field in form_of(user).fields)
    await world.answered(world.others(8), "Te veel werkdruk en te weinig mensen", round_=LISTEN)
    await world.answers(world.user("p010"), SECRET, round_=LISTEN)
    await world.answers(world.user("p011"), "De app en het systeem werken niet", round_=LISTEN)
    await world.until("01-27")
    assert world.mila.has_read("Werkdruk")
    # A theme of one voice is not even named.
    assert not world.mila.has_read("Systemen en spullen")
    assert not world.mila.has_read("weinig mensen")
    assert not world.mila.has_read(SECRET)


async def test_a_language_that_fewer_than_k_use_is_never_shown_in_words_and_the_form_says_so() -> None:
    few = [replace(one, language=EN) if one.id in {"p000", "p001"} else one for one in staff()]
    world = await a_world(few)
    await opened(world)
    english, dutch = world.user("p000"), world.user("p005")
    await english.clicks(Action.ANSWER, of=LISTEN)
    await dutch.clicks(Action.ANSWER, of=LISTEN)
    assert not any(field.key == "words" for field in form_of(english).fields)
    assert any(field.key == "words" for field in form_of(dutch).fields)
    assert english.sees(texts().get(EN, "promise.no_words"))
    assert not dutch.sees(texts().get(NL, "promise.no_words"))
    await world.fills_through(english, "I want to keep my Sundays")
    await world.answered(world.others(12, start=2), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("01-27")
    assert not world.mila.has_read("I want to keep my Sundays")
    assert (await world.round("listen")).voices == 13


async def test_only_words_that_someone_allowed_are_read(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN, quotable=False)
    await world.answers(world.user("p020"), SECRET, round_=LISTEN, quotable=False)
    await world.answers(world.user("p021"), "De lift is te smal", round_=LISTEN)
    await world.until("01-27")
    assert world.mila.has_read("De lift is te smal")
    assert not world.mila.has_read(SECRET)
    assert not world.mila.has_read("rust op vrijdag")


async def test_under_a_theme_stand_the_words_of_those_who_allowed_it_and_no_others(world: World) -> None:
    await opened(world)
    allowed, kept = world.others(6), world.others(6, start=6)
    await world.answered(allowed, "Te veel werkdruk, zeg ik hardop {number}", round_=LISTEN)
    await world.answered(kept, "Te veel werkdruk, maar stil {number}", round_=LISTEN, quotable=False)
    await world.until("01-27")
    (theme,) = (one for one in world.mila.read("digest_theme") if "Werkdruk" in words_in(one.message))
    assert "zeg ik hardop" in words_in(theme.message)
    assert "maar stil" not in words_in(theme.message)


async def test_whether_ones_words_may_be_read_is_asked_each_time_and_has_no_default(world: World) -> None:
    await opened(world)
    user = world.user("p000")
    await world.answers(user, "De rust", round_=LISTEN)
    await user.clicks(Action.ANSWER, of=LISTEN)
    (asked,) = (field for field in form_of(user).fields if field.key == "words")
    assert asked.value == ""
    await user.fills(answer="De rust")
    assert "words" in user.problems


async def test_who_reads_a_round_is_not_invited_to_it(world: World) -> None:
    await opened(world)
    assert world.user("p000").read("invite")
    for name in ("mila", "joost"):
        assert not world.user(name).read("invite")


async def test_names_are_taken_out_of_what_is_read(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "Vraag het P029, mail p029@werk.nl of bel 06-12345678", round_=LISTEN)
    await world.until("01-27")
    assert world.mila.has_read("Vraag het")
    for piece in ("p029@werk.nl", "06-12345678"):
        assert not world.mila.has_read(piece)


# Changing and withdrawing


async def test_until_the_close_an_answer_can_be_changed_and_only_the_last_one_is_read(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), SECRET, round_=LISTEN)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("01-27")
    assert (await world.round("listen")).voices == 12
    assert not world.mila.has_read(SECRET)
    assert world.mila.has_read("rust op vrijdag")


async def withdraws(user: User) -> str:
    """Take one's answer back with the same button; return what is said then."""
    user.looks_away()
    await user.clicks(Action.ANSWER, of=LISTEN)
    await user.clicks(Action.WITHDRAW)
    await user.fills()
    return words_in(user.screen)


async def test_until_the_close_an_answer_can_be_withdrawn_and_nothing_of_it_is_left(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.answers(world.user("p020"), SECRET, round_=LISTEN)
    await withdraws(world.user("p020"))
    await world.until("01-27")
    assert (await world.round("listen")).voices == 12
    assert not world.mila.has_read(SECRET)


async def test_after_withdrawing_one_can_answer_again(world: World) -> None:
    await opened(world)
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await world.answers(world.user("p020"), SECRET, round_=LISTEN)
    await withdraws(world.user("p020"))
    await world.answers(world.user("p020"), "De lift is te smal", round_=LISTEN)
    await world.until("01-27")
    assert (await world.round("listen")).voices == 13
    assert world.mila.has_read("De lift is te smal")


async def test_withdrawing_says_the_same_whether_or_not_there_was_anything(world: World) -> None:
    await opened(world)
    await world.answers(world.user("p000"), SECRET, round_=LISTEN)
    assert await withdraws(world.user("p000")) == await withdraws(world.user("p001"))


async def test_a_form_opens_empty_whether_or_not_someone_answered(world: World) -> None:
    await opened(world)
    answered, silent = world.user("p000"), world.user("p001")
    await world.answers(answered, SECRET, round_=LISTEN)
    answered.looks_away()
    for user in (answered, silent):
        await user.clicks(Action.ANSWER, of=LISTEN)
    assert words_in(answered.screen) == words_in(silent.screen)
    assert all(field.value == "" for field in form_of(answered).fields)


async def test_after_the_close_nothing_can_be_given_changed_or_withdrawn(world: World) -> None:
    await opened(world)
    user = world.user("p020")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)
    await user.clicks(Action.ANSWER, of=LISTEN)
    late = user.filled(answer=SECRET, words="yes")
    button = user.chat[-1]
    await world.until("01-26 18:00")
    await user.sends(late)
    assert user.sees(texts().get(NL, "error.round_closed")), words_in(user.screen)
    await world.until("01-27")
    assert (await world.round("listen")).voices == 12
    assert not world.mila.has_read(SECRET)
    assert not user.can_click(Action.ANSWER, of=LISTEN)
    assert button.item.startswith("invite")


async def test_the_button_of_a_closed_round_says_so(world: World) -> None:
    await opened(world)
    user = world.user("p020")
    (value,) = (
        one.value
        for block in user.read("invite")[-1].message.blocks
        for one in getattr(block, "buttons", ())
        if one.action is Action.ANSWER
    )
    await world.until("02-10")
    await user.presses(Action.ANSWER, value)
    assert user.sees("dicht")


async def test_a_form_sent_twice_and_a_hundred_times_at_once_is_one_voice(world: World) -> None:
    await opened(world)
    await world.answered(world.others(11), "De rust op vrijdag {number}", round_=LISTEN)
    user = world.user("p020")
    await user.clicks(Action.ANSWER, of=LISTEN)
    form = user.filled(answer=SECRET, words="yes")
    await asyncio.gather(*(world.service.handle(form) for _ in range(100)))
    await world.until("01-27")
    assert (await world.round("listen")).voices == 12


async def test_an_answer_that_is_empty_or_too_long_is_a_sentence_and_nothing_is_stored(world: World) -> None:
    await opened(world)
    user = world.user("p020")
    for text in ("", "   ", "x" * 2001):
        user.looks_away()
        await user.clicks(Action.ANSWER, of=LISTEN)
        await user.fills(answer=text, words="yes")
        assert "answer" in user.problems


async def test_a_colleagues_button_does_not_work_for_someone_else(world: World) -> None:
    await opened(world)
    (value,) = (
        one.value
        for block in world.user("p001").read("invite")[-1].message.blocks
        for one in getattr(block, "buttons", ())
        if one.action is Action.ANSWER
    )
    for thief in ("p002", "mila", "lea"):
        await world.user(thief).presses(Action.ANSWER, value)
        assert not isinstance(world.user(thief).screen, Form)


# Audiences that could be subtracted


async def test_a_pulse_to_almost_everyone_who_was_just_asked_is_refused() -> None:
    people = [*staff(30), *(someone(f"s{n}", teams=(TeamKey("south"),)) for n in range(5))]
    world = await a_world(people)
    await opened(world)
    await world.user("lea").presses(Action.PULSE)
    await world.user("lea").fills(rumour="Noord gaat dicht", team="north")
    assert world.user("lea").sees("Deze groep lijkt te veel op een groep die pas nog vragen kreeg.")


@pytest.mark.parametrize(("more", "opened_too"), [(0, True), (5, False), (12, True)])
async def test_an_audience_of_another_change_of_the_same_readers_is_compared_too(
    more: int, *, opened_too: bool
) -> None:
    people = [*staff(30), *(someone(f"s{n}", teams=(TeamKey("south"),)) for n in range(more))]
    world = await a_world(people)
    everyone = replace(a_change(one_question("02-09", "02-16")), id=ChangeId("other"), frame_on=date(2027, 1, 26))
    await world.applies(a_change(one_question(), audience=(TeamKey("north"),)))
    await world.applies(replace(everyone, audience=(TeamKey("north"), TeamKey("south"))))
    await world.until("02-10 12:00")
    async with world.storage.store.read(TENANT) as tx:
        (round_,) = await tx.rounds.of_change(ChangeId("other"))
    assert (round_.state is RoundState.OPEN) is opened_too


# Nothing that says who took part


async def test_what_is_kept_about_you_looks_the_same_whether_or_not_you_answered(world: World) -> None:
    await opened(world)
    answered, silent = world.user("p000"), world.user("p001")
    await world.answers(answered, SECRET, round_=LISTEN)
    await answered.presses(Action.HOME)
    await silent.presses(Action.HOME)
    assert words_in(answered.screen).replace("P000", "P001") == words_in(silent.screen)


async def test_answering_writes_nothing_that_is_keyed_by_person(world: World) -> None:
    await opened(world)
    async with world.storage.store.read(TENANT) as tx:
        before = (await tx.people.get(world.user("p000").id), list(await tx.outbox.of_person(world.user("p000").id)))
    await world.answers(world.user("p000"), SECRET, round_=LISTEN)
    await withdraws(world.user("p000"))
    async with world.storage.store.read(TENANT) as tx:
        after = (await tx.people.get(world.user("p000").id), list(await tx.outbox.of_person(world.user("p000").id)))
    assert before == after


async def test_no_answer_no_name_and_no_token_reaches_a_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await opened(world)
    await world.answered(world.others(12), SECRET, round_=LISTEN)
    user = world.user("p000")
    (value,) = (
        one.value
        for block in user.read("invite")[-1].message.blocks
        for one in getattr(block, "buttons", ())
        if one.action is Action.ANSWER
    )
    await world.user("p001").presses(Action.ANSWER, value)
    await user.presses(Action.ANSWER, value + "x")
    await world.until("01-27")
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("bot", "storage")))
    for secret in (SECRET, "P000", value.split(" ")[0]):
        assert secret not in logged
