"""What is done with what Teams sends: buttons, forms, what is typed, and who has us installed."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.teams import handlers, render, views
from adapters.teams.carried import BACK, presses
from adapters.teams.payload import COMMANDS, Pushed
from adapters.teams.references import Scope, Standing
from bot.events import Event, Pressed, Submitted
from bot.ids import FieldKey, Language, MessageRef
from bot.messages import Action, Button, Buttons, Invalid, Message, Notice, Paragraph, Pointer, Reply
from tests.adapters.service import NL, QUESTION, THANKS, FakeService
from tests.adapters.teams.checking import check_card
from tests.adapters.teams.stub import BOT, TEAM, TENANT, Json, Stub, conversation_of
from tests.adapters.teams.teams_posts import ANA, AT_MS, BEN, PRESS, SENT, TEXTS, Posts, chat_reference, posting_to

MARKER = "marker-51b8"


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def stub() -> Stub:
    """Give a Teams in which two people work."""
    teams = Stub()
    teams.person(ANA)
    teams.person(BEN)
    teams.team([ANA, BEN])
    return teams


@pytest.fixture
async def posts(service: FakeService, stub: Stub) -> AsyncIterator[Posts]:
    async with posting_to(service, stub) as them:
        yield them
        # What waits is let finish, whatever came of the test.
        service.go_on.set()


def shown(answer: Json) -> str:
    """Return everything that a card says."""
    assert answer["statusCode"] == 200
    check_card(answer["value"])
    return json.dumps(answer["value"], ensure_ascii=False)


def sends(card: Json) -> Json:
    """Return the data with which a form is sent."""
    return next(one["data"] for one in presses(card) if "state" in one["data"])


# Buttons and forms


async def test_a_button_is_answered_with_a_form_that_carries_when_it_was_opened(
    posts: Posts, service: FakeService
) -> None:
    service.reply = QUESTION
    _, answer = await posts.presses(PRESS)
    assert "Wat niet verliezen?" in shown(answer)
    assert service.events == [Pressed(TENANT, ANA, Action.ANSWER, "r1.abc")]
    data = sends(answer["value"])
    assert (data["state"], data["stamp"]) == (QUESTION.state, AT_MS)


async def test_a_form_is_answered_with_what_comes_next_and_never_repeats_the_answer(
    posts: Posts, service: FakeService
) -> None:
    _, answer = await posts.presses(SENT | {"answer": MARKER})
    assert "Je hoort het dinsdag." in shown(answer)
    assert MARKER not in shown(answer)
    fields = ((FieldKey("answer"), MARKER),)
    assert service.events == [Submitted(TENANT, ANA, Action.ANSWER, QUESTION.state, fields, 42)]


async def test_every_step_of_a_form_keeps_the_stamp_of_when_it_was_opened(posts: Posts, service: FakeService) -> None:
    service.reply = QUESTION
    _, answer = await posts.presses(SENT)
    assert sends(answer["value"])["stamp"] == 42


async def test_a_form_cannot_be_newer_than_now(posts: Posts, service: FakeService) -> None:
    await posts.presses(SENT | {"stamp": AT_MS + 10**9})
    (event,) = service.events
    assert isinstance(event, Submitted)
    assert event.stamp == AT_MS


async def test_what_cannot_be_taken_comes_back_as_it_was_filled_in(posts: Posts, service: FakeService) -> None:
    service.reply = QUESTION
    _, answer = await posts.presses(PRESS)
    service.reply = Invalid(((FieldKey("answer"), "Dit is te lang."),))
    _, answer = await posts.presses(sends(answer["value"]) | {"answer": MARKER})
    assert "Dit is te lang." in shown(answer)
    assert MARKER in shown(answer)


class Explaining(FakeService):
    """One that says how answering works where it is asked, and gives a form for everything else."""

    def __init__(self) -> None:
        """Give the question, with a button that says more."""
        super().__init__()
        more = Buttons((Button("Zo werkt het", Action.EXPLAIN, "r1 nl"),))
        self.reply = replace(QUESTION, blocks=(*QUESTION.blocks, more))
        self.explained: Reply | Exception = Notice("Zo werkt het", (Paragraph("Alles gaat op slot."),), NL)

    async def handle(self, event: Event) -> Reply:
        """See `adapters.background.Service`."""
        said = await super().handle(event)
        if event.action is not Action.EXPLAIN:
            return said
        if isinstance(self.explained, Exception):
            raise self.explained
        return self.explained


@pytest.fixture
def explaining() -> Explaining:
    return Explaining()


async def test_how_answering_works_comes_with_the_form_so_that_reading_it_takes_nothing_away(
    explaining: Explaining, stub: Stub
) -> None:
    async with posting_to(explaining, stub) as posts:
        for data in (PRESS, SENT):
            _, answer = await posts.presses(data)
            assert "Alles gaat op slot." in shown(answer)
            assert "Wat niet verliezen?" in shown(answer)
    assert explaining.events[1] == Pressed(TENANT, ANA, Action.EXPLAIN, "r1 nl")


async def test_a_form_comes_where_how_answering_works_cannot_be_said(
    explaining: Explaining, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    explaining.explained = RuntimeError(MARKER)
    async with posting_to(explaining, stub) as posts:
        _, answer = await posts.presses(PRESS)
    assert "Wat niet verliezen?" in shown(answer)
    assert [data["action"] for data in (one["data"] for one in presses(answer["value"]))].count("explain") == 1
    assert MARKER not in caplog.text


async def test_a_button_back_leads_to_the_message_and_asks_nobody(posts: Posts, service: FakeService) -> None:
    button = Button("Antwoord", Action.ANSWER, "r1.abc")
    message = render.activity(Message("Vraag", (Paragraph("Uitnodiging"), Buttons((button,))), NL))
    data = next(presses(message["attachments"][0]["content"]))["data"]
    _, answer = await posts.presses(data)
    back = next(one["data"] for one in presses(answer["value"]) if one["data"]["action"] == BACK)
    service.events.clear()
    _, answer = await posts.presses(back)
    assert "Uitnodiging" in shown(answer)
    assert not service.events


@pytest.mark.parametrize("data", [{}, {"action": "nothing"}, {"action": "back"}, {"action": 3}, {"action": None}])
async def test_a_button_that_is_none_of_ours_is_refused(posts: Posts, service: FakeService, data: Json) -> None:
    status, _ = await posts.presses(data)
    assert status == 400
    assert not service.events


async def test_another_invoke_is_none_of_ours(posts: Posts, service: FakeService) -> None:
    status, _ = await posts.presses(PRESS, name="task/fetch")
    assert status == 501
    assert not service.events


async def test_what_fails_is_an_error_and_the_form_stays_as_it_was(posts: Posts, service: FakeService) -> None:
    service.failing = ValueError(MARKER)
    status, answer = await posts.presses(SENT)
    assert status == 200
    assert (answer["statusCode"], answer["type"]) == (500, "application/vnd.microsoft.error")
    assert MARKER not in json.dumps(answer)


async def test_an_answer_that_is_posted_twice_is_taken_twice_because_its_stamp_makes_it_one(
    posts: Posts, service: FakeService
) -> None:
    activity = posts.invoke(SENT)
    for _ in range(2):
        _, answer = await posts.post(activity)
        assert answer["statusCode"] == 200
    assert len(service.events) == 2


async def test_anything_else_that_is_posted_twice_is_done_once(posts: Posts, service: FakeService) -> None:
    activity = posts.invoke({"action": "heard", "value": "t1"})
    _, first = await posts.post(activity)
    _, second = await posts.post(activity)
    assert (first["statusCode"], second["statusCode"]) == (200, 409)
    assert len(service.events) == 1


# What takes long


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Teams wait a moment only."""
    monkeypatch.setattr(handlers, "ANSWERED_S", 0.05)


async def look(posts: Posts, answer: Json, **around: str) -> Json:
    """Ask what became of it."""
    (asked,) = [one["data"] for one in presses(answer["value"])]
    _, found = await posts.presses(asked, **around)
    return found


async def test_a_slow_database_is_answered_in_time_and_what_came_of_it_is_shown_when_asked(
    posts: Posts, service: FakeService, impatient: None
) -> None:
    service.go_on.clear()
    _, answer = await posts.presses(SENT | {"answer": MARKER})
    assert "Nog even" in shown(answer)
    assert MARKER not in shown(answer)
    answer = await look(posts, answer)
    assert "Nog even" in shown(answer)
    service.go_on.set()
    answer = await look(posts, answer)
    assert "Je hoort het dinsdag." in shown(answer)
    assert len(service.events) == 1


async def test_what_takes_long_and_fails_gives_the_form_back_as_it_was_filled_in(
    posts: Posts, service: FakeService, impatient: None
) -> None:
    service.reply = QUESTION
    _, answer = await posts.presses(PRESS)
    form = sends(answer["value"])
    service.go_on.clear()
    service.failing = ValueError(MARKER)
    _, answer = await posts.presses(form | {"answer": "Onze ploeg"})
    service.go_on.set()
    await posts.settled()
    answer = await look(posts, answer)
    assert "Onze ploeg" in shown(answer)
    assert "Misschien is het niet binnengekomen" in shown(answer)


async def test_only_who_sent_it_sees_what_became_of_it(posts: Posts, service: FakeService, impatient: None) -> None:
    service.go_on.clear()
    _, answer = await posts.presses(SENT)
    service.go_on.set()
    theirs = await look(posts, answer, person=BEN)
    assert "dinsdag" not in shown(theirs)
    assert "niet meer zien of het binnen is" in shown(theirs)


async def test_what_took_long_is_out_of_memory_after_its_time_whoever_comes_by(
    posts: Posts, service: FakeService, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "LATE_S", 0.05)
    service.go_on.clear()
    await posts.presses(SENT | {"answer": MARKER})
    service.go_on.set()
    await posts.settled()
    gone = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, gone.set)
    await gone.wait()
    gc.collect()
    kept = [one for one in gc.get_objects() if isinstance(one, Pushed)]
    assert not [one for one in kept if MARKER in repr(one.data)]


async def test_after_a_new_start_nobody_knows_and_it_says_so(posts: Posts) -> None:
    _, answer = await posts.presses({"action": "look", "look": "gone"}, locale="en-GB")
    assert "cannot see any more whether it arrived" in shown(answer)


async def test_what_goes_on_is_let_finish_when_the_service_stops(
    service: FakeService, stub: Stub, impatient: None
) -> None:
    service.go_on.clear()
    async with posting_to(service, stub) as posts:
        await posts.presses(SENT)
        asyncio.get_running_loop().call_later(0.1, service.go_on.set)
    assert service.go_on.is_set()


# What is typed


async def test_nothing_is_kept_of_who_typed_something_where_others_read(posts: Posts, stub: Stub) -> None:
    await posts.joins_team(ANA)
    references = posts.platform.references
    for one in await references.of(TENANT, Scope.PERSON):
        await references.delete(TENANT, Scope.PERSON, one.id)
    await references.put([chat_reference(stub, BEN, standing=Standing.REFUSED, conversation="")])
    before = await references.of(TENANT, Scope.PERSON)
    for person in (ANA, BEN):
        await posts.happens(posts.in_team("message", person) | {"text": "<at>Ruimte</at> wat speelt er"})
    assert await references.of(TENANT, Scope.PERSON) == before


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("pulse", Action.PULSE),
        ("/pulse", Action.PULSE),
        (" Ruimte! ", Action.HOME),
        ("<at>Ruimte</at> ruimte", Action.HOME),
        ("What is going on?", Action.DOOR),
        ("wat speelt er?", Action.DOOR),
        ("<p>Wat  speelt\ner</p>", Action.DOOR),
    ],
)
async def test_a_command_is_answered_in_the_chat(
    posts: Posts, service: FakeService, stub: Stub, text: str, action: Action
) -> None:
    assert await posts.types(text) == 200
    assert service.events == [Pressed(TENANT, ANA, action)]
    (message,) = stub.of(conversation_of(ANA))
    check_card(message["attachments"][0]["content"])


async def test_a_form_that_a_command_opens_can_be_sent(posts: Posts, service: FakeService, stub: Stub) -> None:
    service.reply = QUESTION
    await posts.types("pulse")
    (message,) = stub.of(conversation_of(ANA))
    assert sends(message["attachments"][0]["content"])["stamp"] == AT_MS


@pytest.mark.parametrize("text", ["Ik ben bang dat het weer zo gaat", "", "pulse please", None, 3])
async def test_what_is_typed_is_no_answer_and_says_why_and_where(
    posts: Posts, service: FakeService, stub: Stub, text: object
) -> None:
    pointer = Pointer("De knop staat in mijn bericht van dinsdag.", MessageRef("r"))
    service.reply = Notice("Wat ik van je bewaar", (Paragraph("Naam: Ana"), pointer), NL)
    await posts.happens(posts.activity("message") | {"text": text})
    assert service.events == [Pressed(TENANT, ANA, Action.HOME)]
    (message,) = stub.of(conversation_of(ANA))
    said = json.dumps(message, ensure_ascii=False)
    assert "Daarom telt het niet als antwoord" in said
    assert "De knop staat in mijn bericht van dinsdag." in said
    assert "Naam: Ana" not in said
    assert "bang" not in said


async def test_the_reason_is_in_the_language_of_who_typed(posts: Posts, service: FakeService, stub: Stub) -> None:
    service.reply = Notice("What I keep", (), Language("en"))
    await posts.types("hello")
    assert "So it does not count as an answer" in json.dumps(stub.of(conversation_of(ANA)))


async def test_what_is_typed_where_others_read_is_answered_in_ones_own_chat(
    posts: Posts, service: FakeService, stub: Stub
) -> None:
    await posts.joins_team(ANA)
    await posts.happens(posts.in_team("message", BEN) | {"text": "<at>Ruimte</at> ruimte"})
    assert not stub.of(TEAM)
    assert len(stub.of(conversation_of(BEN))) == 1


async def test_typing_and_pressing_write_nothing_that_is_kept(posts: Posts, service: FakeService) -> None:
    await posts.presses(PRESS)
    await posts.presses(SENT)
    await posts.types("ruimte")
    assert not await posts.platform.references.of(TENANT, Scope.PERSON)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_command_is_known_in_each_language(language: str) -> None:
    actions = {Action.PULSE, Action.HOME, Action.DOOR}
    assert set(COMMANDS.values()) == actions
    assert TEXTS.get(Language(language), "button.door_named")


# Who has us


async def test_installing_us_keeps_where_we_may_write_and_looks_who_is_there(
    posts: Posts, service: FakeService
) -> None:
    await posts.installs(ANA)
    (kept,) = await posts.platform.references.of(TENANT, Scope.PERSON)
    assert (kept.id, kept.conversation, kept.bot, kept.service_url) == (
        ANA,
        conversation_of(ANA),
        BOT,
        posts.stub.address,
    )
    assert (kept.standing, kept.name) == (Standing.OPEN, "Ana")
    assert TENANT in service.syncs


async def test_taking_us_out_is_remembered_and_installing_us_again_ends_it(posts: Posts) -> None:
    standings = []
    for action in ("add", "remove", "add"):
        await posts.installs(ANA, action=action)
        standings += [one.standing for one in await posts.platform.references.of(TENANT, Scope.PERSON)]
    assert standings == [Standing.OPEN, Standing.REMOVED, Standing.OPEN]


async def test_a_team_is_known_by_its_name_and_forgotten_when_we_are_taken_out(posts: Posts) -> None:
    await posts.joins_team(ANA)
    (kept,) = await posts.platform.references.of(TENANT, Scope.GROUP)
    assert (kept.id, kept.name) == (TEAM, "Noord")
    await posts.happens(renamed(posts, "Zuid"))
    (kept,) = await posts.platform.references.of(TENANT, Scope.GROUP)
    assert kept.name == "Zuid"
    await posts.joins_team(ANA, action="remove")
    assert not await posts.platform.references.of(TENANT, Scope.GROUP)


def renamed(posts: Posts, name: str) -> Json:
    activity = posts.in_team("conversationUpdate", ANA, name=name)
    activity["channelData"]["eventType"] = "teamRenamed"
    return activity


async def test_a_team_that_does_not_have_us_is_not_kept_because_it_is_renamed(posts: Posts) -> None:
    await posts.happens(renamed(posts, "Zuid"))
    assert not await posts.platform.references.of(TENANT, Scope.GROUP)


@pytest.mark.parametrize(("key", "kept"), [("membersAdded", 1), ("membersRemoved", 0)])
async def test_older_teams_say_in_another_way_that_we_came_or_went(posts: Posts, key: str, kept: int) -> None:
    if not kept:
        await posts.joins_team(ANA)
    await posts.happens(posts.in_team("conversationUpdate", ANA) | {key: [{"id": BOT}]})
    assert len(await posts.platform.references.of(TENANT, Scope.GROUP)) == kept


async def test_somebody_who_comes_or_goes_is_looked_at(posts: Posts, service: FakeService) -> None:
    await posts.happens(posts.in_team("conversationUpdate", ANA) | {"membersAdded": [{"id": "29:new"}]})
    assert service.syncs == [TENANT]
    assert not await posts.platform.references.of(TENANT, Scope.GROUP)


async def test_a_private_channel_is_a_team_of_its_own(posts: Posts) -> None:
    activity = posts.in_team("installationUpdate", ANA) | {"action": "add"}
    activity["channelData"]["channel"] = {"id": "19:prive@thread.tacv2", "name": "Kern", "type": "private"}
    await posts.happens(activity)
    (kept,) = await posts.platform.references.of(TENANT, Scope.GROUP)
    assert (kept.id, kept.name) == ("19:prive@thread.tacv2", "Noord / Kern")


@pytest.mark.parametrize("kind", ["typing", "messageReaction", "event", "endOfConversation"])
async def test_what_we_do_nothing_with_is_taken_politely(posts: Posts, service: FakeService, kind: str) -> None:
    assert await posts.happens(posts.activity(kind)) == 200
    assert not service.events


def test_what_a_notice_says_is_shown() -> None:
    card = views.card(THANKS, texts=TEXTS, stamp=1)
    check_card(card)
    assert THANKS.title in str(card)
    assert "Je hoort het dinsdag." in str(card)
