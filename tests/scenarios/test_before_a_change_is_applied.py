"""Before a change is applied: where the rules say no, what it asks of people, every message, and a try of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.change import PlannedRound, PointState
from bot.ids import Language, PersonId, TeamKey
from bot.localised import Localised
from bot.messages import Action, Block, Buttons, Message, Note
from bot.outbox import Kind
from bot.service.outlook import Week
from bot.service.preview import Preview
from tests.people import words_in
from tests.world import (
    BELIEVE,
    CHANGE,
    EN,
    NL,
    TENANT,
    World,
    a_change,
    a_world,
    one_question,
    packs,
    plan,
    point,
    someone,
    staff,
    text,
    two_scenarios,
)

LISTEN = one_question()
PLANNED = a_change(BELIEVE, LISTEN)


async def found(world: World, *planning: PlannedRound, **given: object) -> list[tuple[str, str]]:
    problems = await world.service.problems(TENANT, a_change(*planning, **given))
    return [(problem.reason, problem.at) for problem in problems]


async def test_what_the_rules_refuse_is_said_with_its_place(world: World) -> None:
    together = point("swaps", PointState.TOGETHER, co_designers=(PersonId("mila"), PersonId("p001")))
    assert await found(world, LISTEN, points=(point("pay", PointState.FIXED), together)) == [
        ("draft_designers", "frame.1.co_designers")
    ]
    assert await found(world, BELIEVE, LISTEN, points=(point("pay", PointState.FIXED),)) == [
        ("nothing_open", "planning.0.round")
    ]
    about = replace(LISTEN, point=point("pay").key)
    assert await found(world, about) == [("not_open", "planning.0.point")]
    early = plan("scenarios", "01-26", "02-03", point="evenings")
    assert await found(world, LISTEN, early, scenarios=two_scenarios()[:1]) == [
        ("listening_first", "planning.1.opens_on"),
        ("scenario_count", "scenarios"),
    ]
    assert await found(world, LISTEN, audience=(TeamKey("office"),)) == [("audience_small", "audience")]


async def test_a_question_that_is_not_one_is_refused_where_it_stands(world: World) -> None:
    page = packs().of(LISTEN.kind).pages[0]
    two = replace(page, questions=(replace(page.questions[0], text=text("Wat? En waarom?", "What? And why?")),))
    own = replace(LISTEN, questions=(), pages=(page, two))
    assert await found(world, BELIEVE, own) == [("question", "planning.1.ask.1.question")]


async def test_a_planning_that_asks_too_much_is_refused_at_the_planning(world: World) -> None:
    crowded = (one_question(), one_question("01-20", "01-27", kind="source"))
    assert ("plan_messages", "planning") in await found(world, *crowded)


async def test_a_correction_is_refused_at_the_point_or_the_people_that_it_is_about(world: World) -> None:
    await world.applies(PLANNED)
    fixed = (point("pay", PointState.FIXED), point("evenings", PointState.FIXED), point("other"))
    assert await found(world, BELIEVE, LISTEN, points=fixed) == [("open_to_fixed", "frame.1.state")]
    assert await found(world, BELIEVE, LISTEN, points=(fixed[0], fixed[2])) == [("open_to_fixed", "frame")]
    await world.until("01-19 12:00")
    core = (*PLANNED.core_team, PersonId("p001"))
    assert await found(world, BELIEVE, LISTEN, core_team=core) == [("new_reader", "core_team")]
    longer = replace(LISTEN, closes_on=date(2027, 1, 27))
    assert await found(world, BELIEVE, longer) == [("open_round_changed", "planning.1.round")]


def week(weeks: Sequence[Week], day: str) -> Week:
    return next(one for one in weeks if one.begins_on == date.fromisoformat(f"2027-{day}"))


async def test_the_outlook_counts_what_the_most_burdened_person_and_all_together_are_asked(world: World) -> None:
    outlook = await world.service.outlook(TENANT, PLANNED)
    minutes = packs().of(LISTEN.kind).pages[0].minutes
    tap = packs().of(BELIEVE.kind).pages[0].minutes
    # Thirty colleagues and the team leader; the two of the core team read, and are not asked.
    assert (outlook.groups.invited, outlook.groups.readers, outlook.groups.k) == (31, 2, 10)
    # The team leader hears the frame a day earlier too; the tap stands under the frame and is no message.
    first = week(outlook.weeks, "01-11")
    assert (first.messages, first.messages_in_all) == (2, 1 + 33)
    assert (first.minutes, first.minutes_in_all) == (tap, 31 * tap)
    second = week(outlook.weeks, "01-18")
    assert (second.minutes, second.minutes_in_all) == (minutes, 31 * minutes)
    assert outlook.minutes == tap + minutes
    assert outlook.minutes_in_all == 31 * (tap + minutes)


async def test_the_outlook_leaves_no_week_out_and_says_what_is_sent_when(world: World) -> None:
    outlook = await world.service.outlook(TENANT, PLANNED)
    days = [one.begins_on.toordinal() for one in outlook.weeks]
    assert days == list(range(days[0], days[-1] + 1, 7))
    sent = [(one.kind, f"{one.on:%m-%d}", one.latest) for each in outlook.weeks for one in each.sendings]
    assert sent == [
        (Kind.FRAME_MANAGER, "01-11", False),
        (Kind.FRAME, "01-12", False),
        (Kind.INVITE, "01-12", False),
        # Before the next round opens, because that one waits for it.
        (Kind.WHAT_WE_HEARD, "01-18", True),
        (Kind.INVITE, "01-19", False),
        (Kind.REMINDER, "01-25", False),
        (Kind.WHAT_WE_HEARD, "02-02", True),
    ]


async def test_the_outlook_names_the_smallest_group_and_whose_words_are_never_shown() -> None:
    crowd = (*staff(20), *(someone(f"e{n}", language=EN, teams=(TeamKey("south"),)) for n in range(6)))
    world = await a_world(crowd)
    groups = (await world.service.outlook(TENANT, PLANNED)).groups
    assert groups.teams == ((TeamKey("office"), 1), (TeamKey("south"), 6), (TeamKey("north"), 20))
    assert (groups.languages[0], groups.unshown) == ((EN, 6), (EN,))
    narrow = replace(PLANNED, audience=(TeamKey("south"),))
    assert (await world.service.outlook(TENANT, narrow)).groups.k is None


def shown(message: Message) -> tuple[Block, ...]:
    """Give a message without what its buttons carry."""
    return tuple(
        Buttons(tuple(replace(button, value="") for button in block.buttons)) if isinstance(block, Buttons) else block
        for block in message.blocks
    )


def named(previews: Sequence[Preview], name: str) -> Message:
    return next(one.message for one in previews if one.name == name)


async def test_what_is_previewed_is_what_people_get(world: World) -> None:
    await world.passes(days=1)
    nl = await world.service.previews(TENANT, PLANNED, NL)
    await world.applies(PLANNED)
    await world.until("01-12 12:00")
    frame = world.user("p003").chat[-1].message
    assert shown(named(nl, "frame")) == shown(frame)
    await world.until("01-25 17:00")
    got = {one.item.split("/")[0]: one.message for one in world.user("p003").chat}
    assert shown(named(nl, "invite-1")) == shown(got["invite"])
    reminder = named(nl, "reminder-1").blocks[0]
    assert reminder == got["reminder"].blocks[0]
    lea = {one.item.split("/")[0]: one.message for one in world.user("lea").chat}
    assert shown(named(nl, "frame_manager")) == shown(lea["frame_manager"])


async def test_every_language_has_its_own_preview_and_no_preview_opens_anything(world: World) -> None:
    nl, en = [await world.service.previews(TENANT, PLANNED, language) for language in (NL, EN)]
    assert [one.name for one in nl] == [one.name for one in en]
    assert named(en, "frame").blocks != named(nl, "frame").blocks
    assert {form.fields[0].label for one in nl for form in one.forms} >= {
        packs().of(LISTEN.kind).pages[0].questions[0].text.in_(NL)
    }


async def test_a_correction_previews_what_has_changed_and_not_the_frame_again(world: World) -> None:
    await world.applies(PLANNED)
    await world.until("01-13")
    names = [one.name for one in await world.service.previews(TENANT, PLANNED, NL)]
    assert not {"frame", "frame_manager", "frame_changed"} & set(names)
    corrected = replace(PLANNED, why=Localised(((Language("nl"), "Anders."),)))
    assert "frame_changed" in [one.name for one in await world.service.previews(TENANT, corrected, NL)]


async def test_a_try_reaches_only_who_asked_for_it_is_marked_and_leaves_no_trace(world: World) -> None:
    before = {name: len(world.user(name).chat) for name in ("mila", "lea", "p001")}
    items = {name: await world.items_of(name) for name in before}
    count = await world.service.send_as_try(TENANT, PLANNED, PersonId("mila"))
    tried = world.mila.chat[before["mila"] :]
    assert [len(world.user(name).chat) - before[name] for name in ("lea", "p001")] == [0, 0]
    assert len(tried) == count == 3
    for one in tried:
        assert one.message.summary.startswith("Proef: ")
        assert isinstance(one.message.blocks[0], Note)
        assert "alleen voor jou" in one.message.blocks[0].text
    assert {name: await world.items_of(name) for name in before} == items
    async with world.storage.store.read(TENANT) as tx:
        assert await tx.changes.all() == []


async def test_the_buttons_of_a_try_say_that_it_is_one(world: World) -> None:
    await world.service.send_as_try(TENANT, PLANNED, PersonId("mila"), only="invite-1")
    message = world.mila.chat[-1].message
    buttons = [one for block in message.blocks if isinstance(block, Buttons) for one in block.buttons]
    assert len(buttons) > 1
    for button in buttons:
        assert button.value == ""
        reply = await world.mila.presses(button.action, button.value)
        assert "Dit is een proef" in words_in(reply)


async def test_when_the_works_council_heard_of_it_stands_on_the_page_of_the_change(world: World) -> None:
    told = replace(PLANNED, council_told_on=date(2027, 1, 5), managers_told_on=date(2027, 1, 8))
    await world.applies(told)
    reply = await world.user("p001").presses(Action.PAGE, CHANGE)
    assert "De ondernemingsraad hoorde dit op dinsdag 5 januari." in words_in(reply)
    assert "De leidinggevenden hoorden dit op vrijdag 8 januari." in words_in(reply)
