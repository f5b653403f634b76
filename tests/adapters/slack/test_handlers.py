"""What Slack sends, signed, to our route: forms, buttons, commands, events; and what nobody may send."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import app, handlers, views
from bot.events import Pressed, Submitted
from bot.ids import ChannelId, FieldKey
from bot.messages import Action, Button, Buttons, Form, Invalid, Notice, Paragraph, TextField
from tests.adapters.service import QUESTION, THANKS, TOKEN, FakeService
from tests.adapters.slack.checking import check_view, read
from tests.adapters.slack.slack_posts import ANA, FORM, Posts, posting_to, signed
from tests.adapters.slack.stub import TENANT, Stub

MARKER = "marker-9c1d"
PROBE = Form(Action.ANSWER, f"{TOKEN} lose 2 nl", "Nog iets", (), (TextField(FieldKey("probe"), "P"),), "Verstuur")
PRESS = {"action_id": "ruimte:answer:0", "value": TOKEN}


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def slack() -> Stub:
    """Give a Slack in which Ana works."""
    stub = Stub()
    stub.person(ANA)
    return stub


@pytest.fixture
async def posts(service: FakeService, slack: Stub) -> AsyncIterator[Posts]:
    async with posting_to(service, slack) as them:
        await asyncio.sleep(0)
        yield them


# Forms


async def test_a_form_is_acknowledged_with_its_next_page(posts: Posts, service: FakeService) -> None:
    service.reply = PROBE
    status, answer = await posts.interacts(posts.submission(views.form(QUESTION, 42, {}), answer="Onze ploeg"))
    assert status == 200
    assert answer["response_action"] == "update"
    check_view(answer["view"])
    assert service.events == [
        Submitted(TENANT, ANA, Action.ANSWER, QUESTION.state, ((FieldKey("answer"), "Onze ploeg"),), 42)  # type: ignore[arg-type]
    ]


async def test_every_step_of_a_form_keeps_the_stamp_of_when_it_was_opened(
    posts: Posts, service: FakeService, slack: Stub
) -> None:
    service.reply = QUESTION
    await posts.interacts(posts.press(PRESS, at="1800000123.456789"))
    await posts.settled()
    (opened,) = slack.called("views.open")
    assert views.Carried.parse(opened["view"]["private_metadata"]).stamp == 1800000123456
    service.reply = PROBE
    _, answer = await posts.interacts(posts.submission(opened["view"], answer="x"))
    assert views.Carried.parse(answer["view"]["private_metadata"]).stamp == 1800000123456
    service.reply = THANKS
    _, answer = await posts.interacts(posts.submission(answer["view"], probe="y"))
    assert "submit" not in answer["view"]
    assert {event.stamp for event in service.events if isinstance(event, Submitted)} == {1800000123456}


async def test_what_is_wrong_stands_under_the_field_and_the_form_stays(posts: Posts, service: FakeService) -> None:
    service.reply = Invalid(((FieldKey("answer"), "Dit is nog leeg."),))
    view = views.form(QUESTION, 1, {})
    _, answer = await posts.interacts(posts.submission(view))
    assert answer == {"response_action": "errors", "errors": {view["blocks"][-1]["block_id"]: "Dit is nog leeg."}}


async def test_an_answer_is_echoed_nowhere(posts: Posts, service: FakeService, slack: Stub) -> None:
    service.reply = PROBE
    _, answer = await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), answer=MARKER))
    await posts.settled()
    assert MARKER not in json.dumps(answer)
    assert MARKER not in json.dumps(slack.calls)
    assert {name for name, _ in slack.calls} <= {"auth.test", "users.list"}


async def test_nothing_of_an_answer_reaches_a_log(
    posts: Posts, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for failing in (None, ValueError(MARKER)):
        service.failing = failing
        await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), answer=MARKER))
        await posts.interacts(posts.press({**PRESS, "value": MARKER}))
        await posts.settled()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("asyncio")]
    assert any("ValueError" in line for line in ours)
    assert not [line for line in ours if MARKER in line]


async def test_a_form_that_failed_stays_open_as_it_was_filled_in(posts: Posts, service: FakeService) -> None:
    """Slack keeps a modal whose submission was answered with an error, and says that it can be tried again."""
    service.failing = RuntimeError("boom")
    status, _ = await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), answer="x"))
    assert status == 500


async def test_a_slow_database_is_acknowledged_in_time_and_what_came_of_it_follows(
    posts: Posts, service: FakeService, slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "ACKNOWLEDGED_S", 0.05)
    service.go_on.clear()
    started = time.monotonic()
    _, answer = await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), answer="x"))
    assert time.monotonic() - started < 1
    assert answer["view"]["callback_id"] == views.WAITING
    assert "Dank je" not in json.dumps(answer)
    service.go_on.set()
    await posts.settled()
    (update,) = slack.called("views.update")
    assert update["view_id"] == "V1"
    assert update["view"]["title"]["text"] == "Dank je"


async def test_a_form_that_cannot_be_taken_comes_back_filled_in_where_a_page_took_its_place(
    posts: Posts, service: FakeService, slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "ACKNOWLEDGED_S", 0.05)
    service.go_on.clear()
    service.reply = Invalid(((FieldKey("answer"), "Dit is te lang."),))
    await posts.interacts(posts.submission(views.form(QUESTION, 7, {}), answer="Onze ploeg"))
    service.go_on.set()
    await posts.settled()
    view = slack.called("views.update")[0]["view"]
    check_view(view)
    assert "Dit is te lang." in read(view)
    assert view["blocks"][-1]["element"]["initial_value"] == "Onze ploeg"
    assert views.Carried.parse(view["private_metadata"]).stamp == 7


async def test_an_answer_that_is_sent_twice_reaches_the_service_with_the_same_stamp(
    posts: Posts, service: FakeService
) -> None:
    payload = posts.submission(views.form(QUESTION, 5, {}), answer="x")
    assert (await posts.interacts(payload)) == (await posts.interacts(payload))
    assert service.events[0] == service.events[1]


async def test_a_replay_of_anything_else_does_nothing(posts: Posts, service: FakeService, slack: Stub) -> None:
    form = Form(Action.DOOR, "", "Wat speelt er?", (), (TextField(FieldKey("text"), "V"),), "Verstuur")
    for payload in (posts.submission(views.form(form, 5, {}), text="x"), posts.press(PRESS)):
        for _ in range(3):
            status, _ = await posts.interacts(payload)
            assert status == 200
    await posts.settled()
    assert len(service.events) == 2
    assert len(slack.called("views.open")) == 1


DOOR = Form(Action.DOOR, "", "Wat speelt er?", (), (TextField(FieldKey("text"), "V"),), "Verstuur")


async def test_what_another_process_may_have_done_is_not_done_again(
    posts: Posts, service: FakeService, slack: Stub
) -> None:
    """After a start nothing is remembered of what came before it: a request that was signed then may be a replay."""
    shortcut = posts.base("message_action", ANA) | {"callback_id": "what-is-going-on", "action_ts": "1800000000.5"}
    for payload in (posts.submission(views.form(DOOR, 5, {}), text="x"), posts.press(PRESS), shortcut):
        status, _ = await posts.interacts(payload, seconds_ago=60)
        assert status == 409
    await posts.settled()
    assert not service.events
    assert not slack.called("views.open")


async def test_an_answer_is_taken_whenever_it_was_signed(posts: Posts, service: FakeService) -> None:
    """Sent twice it is still one voice, and nobody is to lose theirs because we started."""
    status, _ = await posts.interacts(posts.submission(views.form(QUESTION, 5, {}), answer="x"), seconds_ago=60)
    assert status == 200
    assert len(service.events) == 1


async def test_an_event_is_heard_whenever_it_was_signed(posts: Posts, service: FakeService) -> None:
    before = len(service.syncs)
    event = {"type": "event_callback", "team_id": posts.team, "event": {"type": "team_join", "user": {"id": "U2"}}}
    body = json.dumps(event).encode()
    assert (await posts.post(body, "application/json", signed(body, at=int(time.time()) - 60)))[0] == 200
    await posts.settled()
    assert len(service.syncs) == before + 1


# Buttons, commands, shortcuts


async def test_a_button_opens_what_it_asks_for_at_once(posts: Posts, service: FakeService, slack: Stub) -> None:
    service.reply = QUESTION
    payload = posts.press(PRESS)
    assert await posts.interacts(payload) == (200, {})
    await posts.settled()
    (opened,) = slack.called("views.open")
    assert opened["trigger_id"] == payload["trigger_id"]
    assert service.events == [Pressed(TENANT, ANA, Action.ANSWER, TOKEN)]  # type: ignore[arg-type]


async def test_a_button_that_takes_long_opens_a_page_before_its_trigger_is_gone(
    posts: Posts, service: FakeService, slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "OPENED_S", 0.05)
    service.go_on.clear()
    await posts.interacts(posts.press(PRESS))
    await slack.until("views.open")
    assert slack.called("views.open")[0]["view"]["callback_id"] == views.WAITING
    service.go_on.set()
    await slack.until("views.update")
    assert slack.called("views.update")[0]["view"]["title"]["text"] == "Dank je"


async def test_what_goes_wrong_after_the_page_that_waits_could_not_be_opened_is_not_told_by_python(
    posts: Posts,
    service: FakeService,
    slack: Stub,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(handlers, "OPENED_S", 0.05)
    slack.fault = lambda method, _: web.json_response({"ok": False, "error": "expired"}) if "open" in method else None
    service.go_on.clear()
    await posts.interacts(posts.press(PRESS))
    await slack.until("views.open")
    service.failing = ValueError(MARKER)
    service.go_on.set()
    await posts.settled()
    gc.collect()
    assert any("ValueError" in record.getMessage() for record in caplog.records)
    assert MARKER not in caplog.text


async def test_a_button_in_a_form_takes_its_place(posts: Posts, service: FakeService, slack: Stub) -> None:
    view = views.form(QUESTION, 1, {}) | {"id": "V7"}
    await posts.interacts(posts.press({"action_id": "ruimte:withdraw:0", "value": TOKEN}, view=view))
    await posts.settled()
    await slack.until("views.update")
    assert slack.called("views.update")[0]["view_id"] == "V7"
    assert not slack.called("views.open")


async def test_how_it_works_opens_on_top_of_a_form_and_what_is_typed_there_stays(
    posts: Posts, service: FakeService, slack: Stub
) -> None:
    view = views.form(QUESTION, 1, {}) | {"id": "V7"}
    await posts.interacts(posts.press({"action_id": "ruimte:explain:0", "value": "- nl"}, view=view))
    await posts.settled()
    await slack.until("views.push")
    assert slack.called("views.push")[0]["view"]["title"]["text"] == "Dank je"
    assert not slack.called("views.update")


async def test_nothing_is_ever_said_in_a_chat(posts: Posts, service: FakeService, slack: Stub) -> None:
    await posts.interacts(posts.press(PRESS))
    await posts.commands("/ruimte")
    await posts.commands("/pulse")
    await posts.settled()
    assert not [name for name, _ in slack.calls if name.startswith("chat.")]


@pytest.mark.parametrize(("command", "action"), [("/ruimte", Action.HOME), ("/pulse", Action.PULSE)])
async def test_a_command_opens_a_page(
    posts: Posts, service: FakeService, slack: Stub, command: str, action: Action
) -> None:
    assert await posts.commands(command) == 200
    await posts.settled()
    await slack.until("views.open")
    assert service.events == [Pressed(TENANT, ANA, action)]  # type: ignore[arg-type]


async def test_the_shortcut_on_a_message_does_not_read_it(posts: Posts, service: FakeService, slack: Stub) -> None:
    payload = posts.base("message_action", ANA) | {
        "callback_id": "what-is-going-on",
        "action_ts": "1800000000.5",
        "message": {"text": MARKER, "ts": "1.1"},
        "channel": {"id": "C1", "name": "x"},
    }
    await posts.interacts(payload)
    await slack.until("views.open")
    assert service.events == [Pressed(TENANT, ANA, Action.DOOR)]  # type: ignore[arg-type]
    assert MARKER not in json.dumps(slack.calls)


# Home


async def test_home_is_shown_when_it_is_opened(posts: Posts, service: FakeService, slack: Stub) -> None:
    service.reply = Notice("Wat ik van je bewaar", (Paragraph("x"), Buttons((Button("Stop", Action.STOP),))))
    assert await posts.happens({"type": "app_home_opened", "user": ANA, "tab": "home"}) == 200
    (published,) = slack.called("views.publish")
    check_view(published["view"])
    assert (published["user_id"], published["view"]["type"]) == (ANA, "home")


async def test_the_messages_tab_is_no_home(posts: Posts, slack: Stub) -> None:
    await posts.happens({"type": "app_home_opened", "user": ANA, "tab": "messages"})
    assert not slack.called("views.publish")


async def test_a_language_is_chosen_on_the_home_page_itself(posts: Posts, slack: Stub) -> None:
    button = {"action_id": "ruimte:language:0", "value": "en"}
    await posts.interacts(posts.press(button, view={"id": "VH", "type": "home", "blocks": []}))
    await slack.until("views.publish")
    assert not slack.called("views.open")


async def test_whoever_stops_sees_it_on_their_home_page(posts: Posts, service: FakeService, slack: Stub) -> None:
    button = {"action_id": "ruimte:stop:0"}
    await posts.interacts(posts.press(button, view={"id": "VH", "type": "home", "blocks": []}))
    await posts.settled()
    assert len(slack.called("views.open")) == 1
    assert [event.action for event in service.events] == [Action.STOP, Action.HOME]


# Who is there


@pytest.mark.parametrize(
    "event",
    [
        {"type": "team_join", "user": {"id": "U2"}},
        {"type": "user_change", "user": {"id": "U2", "deleted": True}},
        {"type": "member_joined_channel", "user": "U2", "channel": "C1"},
        {"type": "member_left_channel", "user": "U2", "channel": "C1"},
        {"type": "channel_rename", "channel": {"id": "C1", "name": "n"}},
        {"type": "subteam_members_changed", "subteam_id": "S1"},
    ],
)
async def test_who_is_there_is_looked_at_when_something_changes(
    posts: Posts, service: FakeService, event: dict[str, object]
) -> None:
    before = len(service.syncs)
    assert await posts.happens(event) == 200
    assert service.syncs[before:] == [TENANT]


async def test_when_somebody_changes_it_is_looked_at_anew_what_they_are(posts: Posts, slack: Stub) -> None:
    slack.channel("C0CORE", [ANA])
    channel = ChannelId("C0CORE")
    assert not (await posts.platform.messenger.check_channel(TENANT, channel)).foreign
    slack.users[ANA]["is_restricted"] = True
    await posts.happens({"type": "user_change", "user": {"id": ANA}})
    assert (await posts.platform.messenger.check_channel(TENANT, channel)).foreign


async def test_many_changes_at_once_are_two_looks(posts: Posts, service: FakeService) -> None:
    before = len(service.syncs)
    service.go_on.clear()
    event = {"type": "team_join", "user": {"id": "U2"}}
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(posts.happens(event, settle=False)) for _ in range(20)]
        await asyncio.wait(waiting)
        service.go_on.set()
    await posts.settled()
    assert len(service.syncs) - before == 2


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}]
)
async def test_after_we_were_taken_out_nothing_is_sent_or_taken_any_more(
    posts: Posts, service: FakeService, event: dict[str, object]
) -> None:
    assert await posts.happens(event) == 200
    assert await posts.platform.workspaces.all() == ()
    status, _ = await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), answer="x"))
    assert status != 200 or not service.events


async def test_a_user_who_revokes_their_own_token_takes_nobody_out(posts: Posts) -> None:
    await posts.happens({"type": "tokens_revoked", "tokens": {"oauth": [ANA], "bot": []}})
    assert await posts.platform.workspaces.all() == (TENANT,)


async def test_an_event_that_slack_sends_again_changes_nothing(posts: Posts, service: FakeService, slack: Stub) -> None:
    for number in range(3):
        headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
        event = {"type": "app_home_opened", "user": ANA, "tab": "home"}
        assert await posts.happens(event, headers, event_id="Ev7") == 200
    assert {event.action for event in service.events} == {Action.HOME}


# Another workspace


async def test_what_comes_from_another_workspace_is_dropped(posts: Posts, service: FakeService, slack: Stub) -> None:
    posts.team = "T0OTHER"
    await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), answer="x"))
    await posts.interacts(posts.press(PRESS))
    await posts.happens({"type": "app_home_opened", "user": ANA, "tab": "home"})
    assert not service.events


async def test_the_ids_of_an_organisation_are_understood(service: FakeService) -> None:
    stub = Stub(team={"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True})
    async with posting_to(service, stub) as posts:
        posts.team, posts.enterprise, posts.whole = "T2", "E1", True
        await posts.interacts(posts.submission(views.form(QUESTION, 1, {}), user="W012", answer="x"))
        await posts.interacts(posts.press(PRESS, user="W012"))
        await posts.happens({"type": "app_home_opened", "user": "W012", "tab": "home"})
        await posts.settled()
    assert {(event.tenant, event.person) for event in service.events} == {(TENANT, "W012")}


# What nobody may send


BODY = urlencode({"payload": "{}"}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "nonsense", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "1e9", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 5000, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=00"},
        signed(BODY, secret="another secret"),
        signed(BODY, at=int(time.time()) - 400),
        signed(b"another body"),
    ],
)
async def test_what_slack_did_not_sign_is_refused(posts: Posts, service: FakeService, headers: dict[str, str]) -> None:
    status, _ = await posts.post(BODY, FORM, headers)
    assert status == 401
    assert not service.events


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_submission", "view": {"callback_id": views.FORM, "id": "V", "private_metadata": ""}},
        {"type": "view_submission", "view": {"callback_id": views.FORM, "id": "V", "private_metadata": "answer x y"}},
        {"type": "view_submission", "view": {"callback_id": views.FORM, "id": "V", "private_metadata": "nothing 1 y"}},
        {"type": "view_submission", "view": {"callback_id": views.FORM}},
        {"type": "block_actions", "actions": [{"action_id": "ruimte:unknown:0", "action_ts": "1.1"}]},
        {"type": "block_actions", "actions": [{"action_id": "ruimte:stop:0", "action_ts": "x"}]},
        {"type": "block_actions", "actions": [{"action_id": "ruimte:stop", "action_ts": "1.1"}]},
    ],
)
async def test_what_slack_would_not_send_is_refused_and_never_breaks_anything(
    posts: Posts, service: FakeService, payload: dict[str, object]
) -> None:
    status, _ = await posts.interacts(posts.base("x", ANA) | payload)
    assert status in {400, 404}
    assert not service.events


@pytest.mark.parametrize("body", [b"", b"payload=", b"payload=%7B", b"payload=[]", b'payload="x"', b"a=1", b"[" * 5000])
@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain"])
async def test_a_body_that_is_nothing_is_refused(posts: Posts, service: FakeService, body: bytes, kind: str) -> None:
    status, _ = await posts.post(body, kind)
    assert status == 400
    assert not service.events


async def test_a_body_that_is_no_text_is_refused(posts: Posts) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=00"}
    assert (await posts.post(b"\xff\xfe", FORM, headers))[0] == 401


async def test_slack_can_check_that_the_address_is_ours(posts: Posts) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    assert await posts.post(body, "application/json") == (200, {"challenge": "abc"})


@given(st.text())
def test_what_somebody_typed_arrives_letter_for_letter(text: str) -> None:
    raw = {"type": "view_submission", "view": text}
    assert (
        app._read(urlencode({"payload": json.dumps(raw, ensure_ascii=False)}, errors="surrogatepass").encode(), FORM)
        == raw
    )
