"""The path through the sandbox: what counts as a step, leaving it, beginning again, and two chats on one page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import Site, make_app
from adapters.web.path import Deed, Path
from bot.events import Event, Pressed, Submitted
from bot.ids import Language, PersonId
from bot.messages import Action, Button, Buttons, Form, Invalid, Message, Notice, Reply
from bot.outbox import Kind
from prompts.loader import load_texts
from tests.adapters.company.fakes import TENANT
from tests.adapters.web.conftest import NOW, Browser, Stage

SORRY = load_texts().get(Language("nl"), "notice.sorry_title")
THANKS, FORM, WRONG = Notice("Dank je", ()), Form(Action.ANSWER, "", "", (), (), ""), Invalid(())
ILSE = PersonId("p-ilse")


def pressed(action: Action, value: str) -> Event:
    """Someone pressed a button."""
    return Pressed(TENANT, ILSE, action, value)


def sent(action: Action, state: str) -> Event:
    """Someone sent a form."""
    return Submitted(TENANT, ILSE, action, state, (), 1)


def at_once(work: Coroutine[None, None, None]) -> None:
    """Do what waits for nothing."""
    with suppress(StopIteration):
        work.send(None)


@pytest.fixture
def path(stage: Stage) -> Path:
    """Give the path of a play in which nothing happened yet."""
    return Path(stage.sandbox, load_texts())


def done(path: Path) -> list[Deed]:
    """The steps that are done."""
    return [step.deed for step in path.steps() if step.done]


@pytest.mark.parametrize(
    ("event", "reply", "deed"),
    [
        (sent(Action.ANSWER, "rooster-believe-1.token tap 1 nl"), THANKS, Deed.TAPPED),
        (sent(Action.ANSWER, "rooster-heard-1.token tap 1 nl"), THANKS, Deed.TAPPED),
        (sent(Action.ANSWER, "rooster-source-1.token lose 1 nl"), FORM, Deed.ANSWERED),
        (sent(Action.ANSWER, "rooster-listen-2.token lose 2 nl"), THANKS, Deed.ANSWERED),
        (sent(Action.TELL_HEARD, "rooster-source-1"), THANKS, Deed.TOLD),
        (sent(Action.OUTCOME, "rooster/begin"), THANKS, Deed.DECIDED),
    ],
)
def test_a_step_is_done_when_what_was_sent_was_taken(path: Path, event: Event, reply: Reply, deed: Deed) -> None:
    path.happened(event, WRONG)
    path.happened(event, Notice(SORRY, ()))
    assert done(path) == []
    path.happened(event, reply)
    assert done(path) == [deed]


@pytest.mark.parametrize("action", [Action.DOOR, Action.QUESTION, Action.OFFER, Action.WITHDRAW, Action.SNOOZE])
def test_nothing_else_that_is_sent_is_a_step(path: Path, action: Action) -> None:
    path.happened(sent(action, ""), THANKS)
    path.happened(pressed(Action.HOME, ""), THANKS)
    assert path.untouched


def test_looking_for_an_answer_counts_after_there_is_one(path: Path) -> None:
    path.happened(pressed(Action.ANSWER, "rooster-source-1.token"), FORM)
    assert done(path) == []
    path.happened(sent(Action.ANSWER, "rooster-source-1.token lose 1 nl"), FORM)
    path.happened(pressed(Action.ANSWER, "rooster-believe-1.token"), FORM)
    assert done(path) == [Deed.ANSWERED]
    path.happened(pressed(Action.ANSWER, "rooster-source-1.token"), FORM)
    assert done(path) == [Deed.ANSWERED, Deed.REOPENED]


async def test_a_digest_is_read_where_it_stands_and_not_before(stage: Stage, path: Path) -> None:
    johanna = stage.pane("p-johanna", "channel")
    await stage.post(Kind.DIGEST, "rooster-believe-1")
    path.looked(johanna)
    assert done(path) == []
    await stage.post(Kind.DIGEST, "rooster-source-1")
    path.looked(stage.pane("p-johanna", "own"))
    assert done(path) == []
    path.looked(johanna)
    assert done(path) == [Deed.READ]


async def test_news_is_heard_by_someone_of_the_floor_and_after_something_was_decided(stage: Stage, path: Path) -> None:
    ilse = stage.pane("p-ilse", "own")
    await stage.tell("p-ilse", Kind.WHAT_WE_HEARD)
    path.looked(ilse)
    path.happened(sent(Action.OUTCOME, "rooster/begin"), THANKS)
    path.looked(ilse)
    assert done(path) == [Deed.DECIDED]
    stage.clock.move_to(NOW + timedelta(days=1))
    await stage.tell("p-ilse", Kind.OUTCOME)
    await stage.tell("p-johanna", Kind.OUTCOME)
    path.looked(stage.pane("p-johanna", "own"))
    assert done(path) == [Deed.DECIDED]
    path.looked(ilse)
    assert done(path) == [Deed.DECIDED, Deed.HEARD]


async def test_a_tap_that_was_let_pass_is_said_to_be_over(browser: Browser, stage: Stage) -> None:
    over = "Deze vraag is al dicht."
    await browser.open("/as/p-ilse")
    assert over not in browser.html
    tap = Buttons((Button("Nog open?", Action.ANSWER, "rooster-believe-1.token"),))
    frame = await stage.tell("p-ilse", Kind.FRAME, tap)
    await browser.open("/as/p-ilse")
    assert over not in browser.html
    await stage.chats.replace(frame, Message("n", ()))
    await browser.open("/as/p-ilse")
    assert over in browser.html


async def test_the_path_is_left_and_taken_up_in_this_browser_alone(browser: Browser) -> None:
    await browser.open("/as/p-ilse")
    assert "Stap 1 van 7" in browser.html
    await browser.press("Verberg de stappen", wish="leave")
    assert "Stap 1 van 7" not in browser.html
    await browser.press("Laat de zeven stappen zien", wish="return")
    assert "Stap 1 van 7" in browser.html
    await browser.press("Sla deze stap over", wish="tapped")
    assert "Stap 2 van 7" in browser.html


async def test_what_is_no_step_is_refused(browser: Browser) -> None:
    await browser.open("/as/p-ilse")
    action, fields = browser.form_of("Verberg de stappen")
    assert (await browser.post(action, fields | {"wish": "everything"})).status == 400
    assert (await browser.post(action, {"wish": "leave"})).status == 403


async def test_what_the_path_says_comes_alone_for_a_page_that_is_open(browser: Browser) -> None:
    await browser.open("/as/p-ilse/path?place=own&beside=p-johanna.channel")
    assert "<html" not in browser.html
    assert "Stap 1 van 7" in browser.html
    assert (await browser.open("/as/p-ilse/path?beside=p-ilse.channel")).status == 404


async def test_two_chats_stand_side_by_side_and_the_clock_stops_for_either(browser: Browser, stage: Stage) -> None:
    await browser.open("/together")
    assert 'data-base="/as/p-ilse" data-place="own"' in browser.html
    assert 'data-base="/as/p-johanna" data-place="channel"' in browser.html
    stage.agenda.waiting.append(NOW + timedelta(hours=5))
    stage.agenda.does = lambda _: at_once(stage.post(Kind.DIGEST, "rooster-source-1"))
    response = await browser.press("Naar het volgende bericht", to="next")
    assert stage.clock.now() == NOW + timedelta(hours=2)
    assert response.url.path == "/together"
    assert "Digest" in browser.html


@pytest.mark.parametrize("query", ["left=p-johanna.channel", "left=p-ilse.channel", "left=p-nobody.own", "right="])
async def test_two_chats_that_cannot_be_shown_are_not_there(browser: Browser, query: str) -> None:
    assert (await browser.open(f"/together?{query}")).status == 404


async def test_nobody_begins_again_where_there_is_no_stage(browser: Browser) -> None:
    await browser.open("/as/p-ilse")
    csrf = browser.form_of("Verberg de stappen")[1]["csrf"]
    assert (await browser.post("/again", {"csrf": csrf})).status == 404


@pytest.fixture
async def again(stage: Stage, site: Site) -> AsyncIterator[tuple[Browser, list[Language]]]:
    """Give a browser, in English, on a sandbox that can be begun again, and the languages in which it was."""
    asked: list[Language] = []
    app = make_app(stage.sandbox, site, begin_again=asked.append)
    async with TestClient(TestServer(app), headers={"Accept-Language": "en"}) as client:
        yield Browser(client), asked


async def test_who_begins_again_is_sent_through_the_door_until_the_next_play_begins(
    again: tuple[Browser, list[Language]],
) -> None:
    browser, asked = again
    await browser.open("/")
    action, fields = browser.form_of("Begin")
    assert action == "/again"
    response = await browser.post(action, fields, follow=False)
    assert asked == ["en"]
    assert response.headers["Location"] == "/as/p-ilse"
    for path in ("/as/p-ilse", "/"):
        late = await browser.client.get(path, allow_redirects=False)
        assert late.status == 303
        assert late.headers["Location"] == path
        assert late.headers["Connection"] == "close"


async def test_who_reads_the_language_of_the_play_begins_at_once(browser: Browser) -> None:
    await browser.open("/")
    assert '<a class="button primary big" href="/as/p-ilse">Begin</a>' in browser.html
