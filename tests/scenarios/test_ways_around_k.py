"""Ways around the promises that an attacker looked for: each was open once, and stays closed."""

from dataclasses import replace

import pytest

from bot.change import Change
from bot.errors import DeliveryFailed, Refused
from bot.ids import FieldKey, PageKey, PersonId, TeamKey, TenantId
from bot.messages import Action, Invalid
from bot.ports import DigestRequest
from bot.questions import Page, Question
from bot.round import RoundState
from bot.service import organiser
from bot.service.checking import check
from bot.service.context import Context
from tests.people import words_in
from tests.world import CORE, EN, TENANT, InProcess, World, a_change, a_world, one_question, plan, someone, staff, text

LISTEN = "roosters-listen-1"


class DigestFailed(DeliveryFailed):
    """The arithmetic broke."""


async def fails(_: InProcess, __: DigestRequest) -> bytes:
    """Break instead of making a digest."""
    raise DigestFailed


async def opened(world: World) -> None:
    """Play up to an open listening round in which twelve have answered."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_=LISTEN)


async def test_a_digest_that_fails_keeps_neither_seal_nor_boxes_nor_tokens(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(world)
    monkeypatch.setattr(InProcess, "digest", fails)
    await world.until("01-26 18:00")
    assert (await world.round("listen")).state is RoundState.RELEASED
    left = [name for name in await world.keys.names() if LISTEN in name and not name.startswith("batch.")]
    assert not left
    assert not any(user.can_click(Action.ANSWER, of=LISTEN) for user in world.others(30))
    monkeypatch.undo()
    await world.tick()
    await world.passes(minutes=1)
    assert "De rust op vrijdag" in "".join(words_in(one.message) for one in world.mila.channel)


async def test_what_was_heard_is_not_told_before_there_is_a_digest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(world)
    monkeypatch.setattr(InProcess, "digest", fails)
    await world.until("02-08")
    assert (await world.round("listen")).heard_told_at is None


async def test_who_is_asked_now_cannot_become_a_reader_before_the_round_has_closed(world: World) -> None:
    await opened(world)
    core_team = (*(PersonId(name) for name in CORE), PersonId("p000"))
    grown = replace(await world.change(), core_team=core_team)
    assert "kan pas meelezen als die ronde dicht is" in await world.complaints(grown)
    await world.until("01-27")
    assert "meelezen" not in await world.complaints(replace(await world.change(), core_team=core_team))


async def test_a_round_that_opens_while_a_change_is_applied_does_not_ask_who_will_read_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-18 12:00")

    async def looks_too_early(context: Context, tenant: TenantId, change: Change) -> tuple[str, ...]:
        found = await check(context, tenant, change)
        await world.until("01-19 12:00")
        return found

    monkeypatch.setattr(organiser, "check", looks_too_early)
    grown = replace(await world.change(), core_team=(*(PersonId(name) for name in CORE), PersonId("p000")))
    with pytest.raises(Refused):
        await world.service.apply(TENANT, grown, by=PersonId("mila"))
    assert PersonId("p000") not in (await world.change()).readers


@pytest.mark.parametrize(
    ("question", "fine"),
    [("In welk team werk je?", False), ("Hoe lang werk je hier al?", False), ("Wat houden?", True)],
)
async def test_an_organisers_own_question_cannot_ask_for_it_either(world: World, question: str, *, fine: bool) -> None:
    asked = Question(FieldKey("answer"), text(question, "What should we keep?"))
    probe = Question(FieldKey("probe"), text("Waarom?", "Why?"), step=2)
    own = plan("listen", "01-19", "01-26", pages=(Page(PageKey("own"), (asked, probe), 2.0),))
    assert ("Stel één vraag" in await world.complaints(a_change(own))) is not fine


async def test_an_offer_by_name_does_not_fall_into_the_box_of_a_question_whatever_that_is_called(world: World) -> None:
    page = Page(PageKey("offer"), (Question(FieldKey("answer"), text("Wat houden?")),), 2.0)
    await world.applies(a_change(plan("listen", "01-19", "01-26", pages=(page,))))
    await world.until("01-19 12:00")
    for user in world.others(10):
        await world.answers(user, "De rust op vrijdag", round_=LISTEN)
        await user.clicks(Action.OFFER)
        await user.fills(wishes="think_along")
    await world.until("01-27")
    assert (await world.round("listen")).voices == 10


async def test_a_pulse_cannot_ask_for_what_gives_people_away() -> None:
    world = await a_world([*staff(12), *(someone(f"s{n:02}", teams=(TeamKey("south"),)) for n in range(40))])
    await world.applies(a_change())
    await world.until("01-20 10:00")
    lea = world.user("lea")
    await lea.presses(Action.PULSE)
    await lea.fills(rumour="In welk team werk je, en hoe lang werk je hier al?", team="north")
    assert isinstance(lea.screen, Invalid)
    assert "zien wie antwoordt" in words_in(lea.screen)


async def test_who_writes_a_language_of_few_is_not_offered_to_come_by_the_door_without_a_name() -> None:
    world = await a_world([*staff(30), someone("kim", language=EN)])
    await world.until("01-13 12:00")
    kim, nl = world.user("kim"), world.user("p000")
    await kim.clicks(Action.DOOR)
    await nl.clicks(Action.DOOR)
    assert "anonymous" not in words_in(kim.screen) + repr(kim.screen)
    assert "anonymous" in repr(nl.screen)


async def test_whether_nearly_all_answered_is_reckoned_over_those_who_were_reached() -> None:
    world = await a_world([*staff(28), *(someone(f"q{number:03}", reachable=False) for number in range(4))])
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(27), "De rust op vrijdag {number}", round_=LISTEN)
    await world.until("02-12")
    round_ = await world.round("listen")
    assert (round_.invited, round_.reached, round_.voices) == (33, 29, 27)
    (told,) = world.user("p000").read("what_we_heard")
    for said in (told.message, *(one.message for one in world.mila.channel)):
        assert "27" not in words_in(said)


@pytest.mark.parametrize(("english", "shown"), [(0, False), (10, True)])
async def test_words_in_a_language_of_few_are_not_shown_whatever_language_is_set(english: int, *, shown: bool) -> None:
    world = await a_world([*staff(30), *(someone(f"e{number}", language=EN) for number in range(english))])
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(11), "Te veel werkdruk en te weinig mensen {number}", round_=LISTEN)
    await world.answers(world.user("p011"), "The night bus at the harbour never comes in time", round_=LISTEN)
    await world.until("01-27")
    assert world.mila.has_read("night bus") is shown
    assert world.mila.has_read("Te veel werkdruk")
