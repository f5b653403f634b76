"""Rule 1: nobody is asked about what is fixed, and nothing that was open becomes fixed behind people's backs."""

from dataclasses import replace

import pytest

from bot.change import Change, PlannedRound, PointState
from bot.errors import Refused
from bot.ids import PointKey
from bot.messages import Facts
from bot.round import RoundState
from tests.people import words_in
from tests.world import (
    BELIEVE,
    TENANT,
    World,
    a_change,
    one_question,
    plan,
    point,
    text,
    two_scenarios,
)

ALL_FIXED = (point("pay", PointState.FIXED), point("place", PointState.INTENDED))
NOTHING_OPEN = "Alles ligt al vast."


@pytest.mark.parametrize("asked", [BELIEVE, one_question(), one_question(kind="source")], ids=lambda one: one.kind)
async def test_with_nothing_open_the_bot_refuses_to_ask(world: World, asked: PlannedRound) -> None:
    change = a_change(asked, points=ALL_FIXED)
    assert NOTHING_OPEN in await world.complaints(change)
    with pytest.raises(Refused):
        await world.applies(change)
    await world.until("01-28")
    assert not world.user("p000").read("invite")
    assert not world.user("p000").read("frame")


async def test_with_nothing_open_a_change_can_be_announced(world: World) -> None:
    await world.applies(a_change(points=ALL_FIXED))
    await world.until("01-13")
    assert world.user("p000").has_read("Punt pay")


async def test_scenarios_of_a_fixed_point_are_refused_though_another_is_open(world: World) -> None:
    change = a_change(
        one_question(),
        plan("scenarios", "02-10", "02-17", point="pay"),
        scenarios=two_scenarios("pay"),
    )
    assert "Over dit punt valt niets meer te beslissen: Punt pay" in await world.complaints(change)


async def test_a_round_about_a_point_that_was_decided_meanwhile_is_taken_off(world: World) -> None:
    points = (point("evenings"), point("weekends"))
    await world.applies(
        a_change(one_question(), replace(one_question("02-10", "02-17"), point=PointKey("evenings")), points=points)
    )
    await world.until("01-20 10:00")
    await world.decides()
    await world.until("02-18")
    assert (await world.round("listen", 2)).state is RoundState.CANCELLED
    assert not any("listen-2" in one.item for one in world.user("p000").chat)


async def test_a_round_does_not_open_when_everything_was_decided_meanwhile(world: World) -> None:
    await world.applies(a_change(one_question()))
    await world.until("01-13 10:00")
    await world.decides()
    await world.until("01-28")
    assert (await world.round("listen")).state is RoundState.CANCELLED
    assert not any("listen" in one.item for one in world.user("p000").chat)


@pytest.mark.parametrize("becomes", [PointState.FIXED, PointState.INTENDED, None])
@pytest.mark.parametrize("was", [PointState.OPEN, PointState.TOGETHER])
async def test_an_open_point_never_becomes_fixed_or_gone_without_an_outcome(
    world: World, was: PointState, becomes: PointState | None
) -> None:
    await world.applies(a_change(points=(point("pay", PointState.FIXED), point("evenings", was))))
    await world.until("01-13")
    left = (point("evenings", becomes),) if becomes else ()
    change = a_change(points=(point("pay", PointState.FIXED), *left))
    assert "kan niet zomaar vast worden" in await world.complaints(change)
    with pytest.raises(Refused):
        await world.applies(change)
    assert (await world.change()).point(change.points[0].key).state is PointState.FIXED
    assert [one.key for one in (await world.change()).undecided] == ["evenings"]


async def test_a_point_may_become_fixed_after_its_outcome(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.decides()
    change = a_change(points=(point("pay", PointState.FIXED), point("evenings", PointState.FIXED)))
    await world.applies(change)
    kept = (await world.change()).points[1]
    assert kept.state is PointState.FIXED
    assert kept.outcome is not None


CORRECTIONS = {
    "the title": {"title": text("Anders roosteren")},
    "the why": {"why": text("Het loopt echt vast.")},
    "a new point": {"points": (point("pay", PointState.FIXED), point("evenings"), point("swaps"))},
    "a fixed point that opens": {"points": (point("pay"), point("evenings"))},
    "who decided": {"points": (point("pay", PointState.FIXED, decided_by=text("De raad")), point("evenings"))},
    "the owner": {"points": (point("pay", PointState.FIXED), point("evenings", owner="joost"))},
    "the date": {"points": (point("pay", PointState.FIXED), point("evenings", due_on=None))},
}


@pytest.mark.parametrize("given", CORRECTIONS.values(), ids=CORRECTIONS)
async def test_every_change_of_the_frame_reaches_everyone(world: World, given: dict[str, object]) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.applies(replace(a_change(), **given))  # type: ignore[arg-type]
    # Managers had two messages this week already.
    await world.until("01-19")
    for name in ("p000", "p029", "lea", "mila"):
        assert len(world.user(name).read("frame_changed")) == 1, name


async def test_applying_the_same_file_again_tells_nobody_anything(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-13 10:00")
    await world.applies(a_change())
    await world.until("01-15")
    assert not world.user("p000").read("frame_changed")


async def test_what_is_intended_is_never_shown_as_fixed(world: World) -> None:
    await world.applies(a_change(points=(point("place", PointState.INTENDED), point("evenings"))))
    await world.until("01-13")
    (frame,) = (one.message for one in world.user("p000").read("frame"))
    (facts,) = (block for block in frame.blocks if isinstance(block, Facts))
    labels = {fact.text.split(".")[0].split(" ", 2)[1]: fact.label for fact in facts.facts if "Punt" in fact.text}
    assert labels["place"] != labels["evenings"]
    assert "Vast" not in labels["place"]
    assert "Punt place" in words_in(frame)


async def test_the_frame_moved_before_it_was_told_goes_out_on_its_new_day(world: World) -> None:
    await world.applies(a_change())
    await world.until("01-08 12:00")
    await world.applies(replace(a_change(), frame_on=a_change().frame_on.replace(day=19)))
    await world.until("01-18 08:00")
    assert not world.user("p000").read("frame")
    assert not world.user("lea").read("frame_manager")
    await world.until("01-19 12:00")
    assert world.user("lea").read("frame_manager")
    assert world.user("p000").read("frame")


async def test_only_an_organiser_corrects_a_change(world: World) -> None:
    change: Change = a_change()
    await world.applies(change)
    with pytest.raises(Exception, match="does not organise"):
        await world.service.apply(TENANT, replace(change, title=text("Gekaapt")), by=world.user("p000").id)
    assert (await world.change()).title == change.title
