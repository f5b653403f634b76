"""Whatever comes in, a person gets a clear sentence, and nothing breaks or changes."""

from itertools import product

import pytest

from bot.events import Pressed, Submitted
from bot.ids import FieldKey, PersonId
from bot.messages import Action, Form, Invalid, Notice
from bot.service.ruimte import ANSWERS, PRESSED, SUBMITTED
from tests.people import words_in
from tests.world import CHANGE, DECIDED, TENANT, World, a_change, one_question, someone

VALUES = (
    "",
    " ",
    "x",
    "//",
    "a/b/c",
    f"{CHANGE}/nowhere",
    f"{CHANGE}/evenings/x",
    "roosters-listen-1/lose/answer:nothing",
    "roosters-listen-1.AAAA lose 2 nl",
    "door.AAAA",
    f"{CHANGE} door.AAAA",
    "\ud800",
    "é" * 3000,
    CHANGE,
    "roosters-listen-1",
)
FIELDS = ("", "x", "x" * 5000, "2026-13-45", "\x00", "{change}")
NAMES = (
    "text",
    "how",
    "until",
    "reply",
    "verdict",
    "reason-nl",
    "answer",
    "words",
    "wishes",
    "rumour",
    "team",
    "point",
)


@pytest.fixture
async def running(world: World) -> World:
    """Give a world with an open listening round."""
    await world.applies(a_change(one_question()))
    await world.until("01-19 12:00")
    return world


async def test_any_button_with_any_value_is_answered(running: World) -> None:
    for action, value, who in product(PRESSED, VALUES, ("p000", "lea", "mila", "nobody")):
        reply = await running.service.handle(Pressed(TENANT, PersonId(who), action, value))
        assert isinstance(reply, Form | Notice), (action, value, who)
        assert words_in(reply).strip()


async def test_any_form_with_any_fields_is_answered_and_stores_nothing_by_mistake(running: World) -> None:
    before = await running.change()
    for action, state, text in product({**SUBMITTED, **ANSWERS}, VALUES, FIELDS):
        if action in {Action.STAND_STILL, Action.CANCEL_ROUND, Action.EXTEND_ROUND}:
            continue
        fields = tuple((FieldKey(name), text) for name in NAMES)
        for who in ("p000", "mila"):
            reply = await running.service.handle(Submitted(TENANT, PersonId(who), action, state, fields, 1))
            assert isinstance(reply, Form | Notice | Invalid), (action, state, who)
    after = await running.change()
    assert after.points == before.points
    assert after.state is before.state


async def test_the_sentence_has_no_trace_of_what_went_wrong_inside(running: World) -> None:
    for value in VALUES:
        reply = await running.service.handle(Pressed(TENANT, PersonId("p000"), Action.ANSWER, value))
        for piece in ("Traceback", "Error", "Exception", "None", "<"):
            assert piece not in words_in(reply)


@pytest.mark.parametrize("guest", [True, False])
async def test_guests_and_strangers_take_no_part(running: World, *, guest: bool) -> None:
    if guest:
        running.chats.join(someone("gast", guest=True))
        await running.syncs()
    user = running.user("gast")
    for action in set(Action) - {Action.ANSWER}:
        await user.presses(action, CHANGE)
        assert isinstance(user.screen, Notice)
    assert user.chat == ()


async def test_who_just_started_and_presses_at_once_is_known(running: World) -> None:
    running.chats.join(someone("nina"))
    await running.user("nina").presses(Action.HOME)
    assert running.user("nina").sees("Nina")


CORE_ONLY = {
    Action.ASK_ON,
    Action.LINK_POINT,
    Action.TELL_HEARD,
    Action.OUTCOME,
    Action.DRAFT,
    Action.STAND_STILL,
    Action.GO_ON,
    Action.CLOSE,
    Action.EXTEND_ROUND,
    Action.CANCEL_ROUND,
    Action.CORE,
    Action.HEARD,
    Action.PUBLISH_KNOWN,
}


@pytest.mark.parametrize("who", ["p000", "lea"])
async def test_what_is_the_core_teams_is_not_anybody_elses(running: World, who: str) -> None:
    await running.answered(running.others(12), "Te veel werkdruk {number}", round_="roosters-listen-1")
    await running.until("01-27")
    theme = next(one for one in running.mila.channel if one.item.startswith("digest_theme"))
    values = [CHANGE, f"{CHANGE}/evenings", "roosters-listen-1"]
    values += [button.value for block in theme.message.blocks for button in getattr(block, "buttons", ())]
    for action, value in product(CORE_ONLY, values):
        reply = await running.user(who).presses(action, value)
        assert isinstance(reply, Notice), (action, value)
        assert "Werkdruk" not in words_in(reply)


async def test_someone_else_cannot_send_the_core_teams_form(running: World) -> None:
    for action, state in ((Action.OUTCOME, f"{CHANGE}/evenings"), (Action.CANCEL_ROUND, "roosters-listen-1")):
        await running.mila.presses(action, state)
        given = DECIDED if action is Action.OUTCOME else {}
        event = running.mila.filled(**given)
        stolen = Submitted(TENANT, PersonId("p000"), event.action, event.state, event.fields, 99)
        await running.service.handle(stolen)
    assert (await running.change()).undecided
    assert (await running.round("listen")).state == "open"
