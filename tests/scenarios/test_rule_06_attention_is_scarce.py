"""Rule 6: fifteen minutes in four weeks, two messages a week, one reminder, and only in people's own hours."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.holidays import LibraryHolidays
from bot.errors import Refused
from bot.ids import PageKey, TeamKey
from bot.messages import Action
from bot.people import Person
from bot.questions import RoundKind
from bot.round import RoundState
from tests.people import User, words_in
from tests.world import (
    BELIEVE,
    CHANGE,
    World,
    a_change,
    a_world,
    one_question,
    packs,
    plan,
    someone,
    staff,
    two_scenarios,
)

WEEK = timedelta(days=7)
FREE = {"reply", "offer_reply"}

BUSY = a_change(
    BELIEVE,
    one_question(kind="source"),
    one_question("02-03", "02-10"),
    plan("scenarios", "02-18", "02-25", point="evenings"),
    scenarios=two_scenarios(),
)


def most_in_a_week(user: User) -> int:
    """Count the most messages that someone got in any seven days; one that two items share counts once."""
    sent = sorted(one.delivered_at for one in user.chat if one.item.split("/")[0] not in FREE)
    return max((sum(first <= one < first + WEEK for one in sent) for first in sent), default=0)


async def a_busy_spring(world: World) -> None:
    """Play a whole change in which the core team is busy too."""
    await world.applies(BUSY)
    await world.until("01-13 12:00")
    await world.applies(replace(BUSY, why=BUSY.title))
    await world.until("01-14 12:00")
    for number in range(3):
        await world.mila.presses(Action.PUBLISH_KNOWN, CHANGE)
        await world.mila.fills(about_nl=f"Gaat Noord dicht? {number}", known_nl="Nee.")
    await world.until("01-21 12:00")
    await world.answered(world.others(15), "Te veel werkdruk {number}", round_="roosters-source-1")
    await world.until("01-28 12:00")
    await world.mila.presses(Action.TELL_HEARD, "roosters-source-1")
    await world.mila.fills()
    await world.until("02-05 12:00")
    await world.answered(world.others(15), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.until("03-10")


async def test_nobody_ever_gets_a_third_message_in_seven_days(world: World) -> None:
    await a_busy_spring(world)
    for name in (*(user.id for user in world.others(30)), "lea", "mila"):
        assert 1 <= most_in_a_week(world.user(name)) <= 2, name


async def test_several_pieces_of_news_are_one_message(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.mila.presses(Action.PUBLISH_KNOWN, CHANGE)
    await world.mila.fills(about_nl="Gaat Noord dicht?", known_nl="Nee, Noord blijft.")
    await world.until("01-14 10:00")
    for about, answer in (("Komt er minder geld?", "Nee, evenveel."), ("Wie beslist dit?", "De directie.")):
        await world.mila.presses(Action.PUBLISH_KNOWN, CHANGE)
        await world.mila.fills(about_nl=about, known_nl=answer)
    await world.until("01-25")
    known = world.user("p000").read("known")
    assert len(known) == 2
    assert "Nee, evenveel." in words_in(known[1].message)
    assert "De directie." in words_in(known[1].message)


async def test_the_answer_to_ones_own_question_does_not_wait_for_next_week(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.mila.presses(Action.PUBLISH_KNOWN, CHANGE)
    await world.mila.fills(about_nl="Gaat Noord dicht?", known_nl="Nee.")
    await world.until("01-14 10:00")
    user = world.user("p000")
    await user.presses(Action.QUESTION, CHANGE)
    await user.fills(text="Mag ik ruilen?")
    await world.tick()
    await world.mila.clicks(Action.REPLY_QUESTION)
    await world.mila.fills(known_nl="Ja, dat mag.", about_nl="Ruilen")
    await world.until("01-14 12:00")
    assert "Ja, dat mag." in words_in(user.read("reply")[0].message)


async def test_there_is_one_reminder_and_everyone_gets_it_in_the_same_words(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    await world.answered(world.others(12), "De rust op vrijdag {number}", round_="roosters-listen-1")
    await world.until("02-02")
    said = Counter(words_in(user.read("reminder")[0].message) for user in world.others(30))
    assert len(said) == 1
    assert all(len(user.read("reminder")) == 1 for user in world.others(30))


async def test_a_round_that_is_extended_reminds_nobody_again(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("02-05")
    assert (await world.round("listen")).extended
    assert len(world.user("p000").read("reminder")) == 1


async def test_no_reminder_comes_after_the_close(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-22 12:00")
    await world.mila.presses(Action.CANCEL_ROUND, "roosters-listen-1")
    await world.mila.fills()
    await world.until("02-05")
    assert not world.user("p000").read("reminder")


HOURS = {
    "early": someone("early", starts=time(7), ends=time(15, 30)),
    "late": someone("late", starts=time(14, 30), ends=time(22, 30)),
    "short": someone("short", workdays=(0, 2), starts=time(10), ends=time(12)),
    "saturday": someone("saturday", workdays=(5,)),
    "tokyo": someone("tokyo", zone="Asia/Tokyo"),
    "york": someone("york", zone="America/New_York", region="US"),
    "paris": someone("paris", zone="Europe/Paris", region="FR"),
}


def at_work(person: Person, moment: datetime) -> bool:
    """Whether someone works then, by their own clock and calendar."""
    local = moment.astimezone(ZoneInfo(person.zone))
    inside = person.starts <= local.time() < person.ends
    return inside and local.weekday() in person.workdays and not LibraryHolidays().is_holiday(person.region, local)


async def test_everyone_is_written_to_in_their_own_working_hours_only() -> None:
    world = await a_world([*staff(), *HOURS.values()])
    await a_busy_spring(world)
    for name, person in HOURS.items():
        chat = world.user(name).chat
        assert len(chat) > 2, name
        assert all(at_work(person, one.delivered_at) for one in chat), name


async def test_nobody_is_written_to_on_their_public_holiday() -> None:
    # King's Day is a holiday in the Netherlands, and in Germany it is not.
    world = await a_world([*staff(), someone("jonas", region="DE")], start=datetime(2027, 4, 19, 7, tzinfo=UTC))
    await world.applies(a_change(frame_on=date(2027, 4, 27)))
    await world.until("04-27 18:00")
    assert world.user("jonas").read("frame")
    assert not world.user("p000").read("frame")
    await world.until("04-28 18:00")
    assert world.user("p000").read("frame")


async def test_a_planning_of_more_than_fifteen_minutes_in_four_weeks_is_refused(world: World) -> None:
    change = a_change(
        plan("listen", "01-19", "01-26"),
        plan("source", "02-01", "02-08"),
        plan("listen", "02-09", "02-12"),
    )
    minutes = sum(page.minutes for kind in ("listen", "source", "listen") for page in packs().of(RoundKind(kind)).pages)
    assert minutes > 15
    assert "Meer dan een kwartier vraag ik niet." in await world.complaints(change)
    with pytest.raises(Refused):
        await world.applies(change)


async def test_the_same_questions_over_more_time_are_taken(world: World) -> None:
    change = a_change(
        plan("listen", "01-19", "01-26"),
        plan("source", "02-03", "02-10"),
        plan("listen", "02-24", "03-03"),
    )
    assert await world.complaints(change) == ""


async def test_a_planning_with_three_messages_in_a_week_is_refused(world: World) -> None:
    change = a_change(one_question("01-13", "01-14"), one_question("01-15", "01-18"))
    assert "Meer dan twee stuur ik er niet." in await world.complaints(change)


async def test_no_round_opens_that_would_ask_someone_for_more_than_fifteen_minutes(world: World) -> None:
    many = tuple(replace(one_question(f"01-{day}", f"01-{day + 3}"), pages=(PAGE,)) for day in (19, 26))
    await world.applies(a_change(many[0]))
    await world.until("01-20 12:00")
    await world.answered(world.others(12), "Te veel werkdruk {number}", round_="roosters-listen-1")
    await world.until("01-25 12:00")
    await world.mila.clicks(Action.ASK_ON, of="roosters-listen-1")
    await world.mila.fills(question_nl="Wanneer?", question_en="When?")
    await world.mila.presses(Action.TELL_HEARD, "roosters-listen-1")
    await world.mila.fills()
    await world.until("02-05")
    spent: defaultdict[str, float] = defaultdict(float)
    for user in world.others(30):
        for item in await world.items_of(user.id):
            spent[user.id] += item.minutes if item.kind == "invite" and item.sent_at else 0.0
    assert max(spent.values()) <= 15
    assert (await world.round("ask")).state is not RoundState.OPEN


PAGE = replace(packs().of(RoundKind.LISTEN).pages[0], minutes=14.5)


async def test_where_enough_people_are_asked_each_gets_one_question_and_the_others_behind_say_more() -> None:
    world = await a_world(staff(95))
    change = a_change(plan("listen", "01-19", "01-26", questions=tuple(PageKey(k) for k in ("lose", "hope", "worry"))))
    await world.applies(change)
    await world.until("01-19 12:00")
    assert (await world.round("listen")).split
    invited = [await world.item(f"invite/roosters-listen-1/p{number:03}") for number in range(95)]
    firsts = Counter(item.page for item in invited)
    assert set(firsts) == {"lose", "hope", "worry"}
    assert max(firsts.values()) - min(firsts.values()) <= 1
    user = world.user("p000")
    await world.answers(user, "De rust", round_="roosters-listen-1")
    assert len(user.offered(Action.ANSWER)) == 2
    assert {item.minutes for item in invited} == {2}


async def test_with_fewer_people_everyone_gets_every_question_one_after_the_other() -> None:
    world = await a_world(staff(80))
    change = a_change(plan("listen", "01-19", "01-26", questions=tuple(PageKey(k) for k in ("lose", "hope", "worry"))))
    await world.applies(change)
    await world.until("01-19 12:00")
    assert not (await world.round("listen")).split
    assert (await world.item("invite/roosters-listen-1/p000")).minutes == 6


async def test_the_page_keeps_the_account(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-20 12:00")
    await world.decides(verdict="adapted")
    user = world.user("p000")
    await user.presses(Action.PAGE, CHANGE)
    # 31 people were asked for a question of two minutes, rounded up.
    assert user.sees("2 uur")


async def test_the_account_is_the_same_whether_or_not_anyone_answered(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-20 12:00")
    user = world.user("p020")
    before = words_in(await user.presses(Action.PAGE, CHANGE))
    await world.answered(world.others(12), "De rust {number}", round_="roosters-listen-1")
    assert words_in(await user.presses(Action.PAGE, CHANGE)) == before


async def test_someone_without_working_days_is_never_written_to() -> None:
    world = await a_world([*staff(), someone("never", workdays=(), teams=(TeamKey("north"),))])
    await a_busy_spring(world)
    assert world.user("never").chat == ()
