"""Messages, buttons and forms of the sandbox's page, as someone without a script meets them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aiohttp.streams import StreamReader

from adapters.web.app import Site
from bot.events import Pressed, Submitted
from bot.ids import FieldKey, MessageRef, PersonId
from bot.messages import Action, Message, Paragraph, Pointer
from tests.adapters.company.fakes import QUESTION, item
from tests.adapters.web.conftest import NOW, Browser, Stage

FRAGMENT = {"X-Ruimte-Fragment": "1"}


async def test_the_first_page_suggests_one_of_each_and_lists_everyone(browser: Browser) -> None:
    await browser.open("/")
    for name in ("Amina Yusuf", "Rachid Bennani", "Johanna de Boer", "Ilse Vermeer"):
        assert name in browser.html


async def test_someone_sees_their_messages_with_buttons(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    assert QUESTION in browser.html
    assert browser.form_of("Antwoorden")[1]["value"] == "r1.token lose 1 nl"


async def test_whoever_is_looked_at_is_played_from_then_on(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-olena")
    assert stage.sandbox.played == {PersonId("p-olena")}


async def test_a_button_is_an_event_as_it_was_given(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Antwoorden")
    event = stage.desk.events[-1]
    assert event == Pressed(event.tenant, PersonId("p-amina"), Action.ANSWER, "r1.token lose 1 nl")


async def test_a_question_with_its_probe_is_answered_to_the_end(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Antwoorden")
    await browser.press("Versturen", **{"f.answer": "De dinsdagploeg.\r\nEcht.", "f.words": "yes"})
    await browser.press("Versturen", **{"f.probe": "Aan de stilte"})
    assert "Je hoort dinsdag meer." in browser.html
    first, second = stage.desk.sent
    assert dict(first.fields) == {"answer": "De dinsdagploeg.\nEcht.", "words": "yes"}
    assert dict(second.fields) == {"probe": "Aan de stilte"}
    assert first.stamp == second.stamp


async def test_a_form_that_is_opened_again_has_a_larger_stamp(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    stamps = []
    for _ in range(3):
        await browser.open("/as/p-amina")
        await browser.press("Antwoorden")
        stamps.append(int(browser.form_of("Versturen")[1]["stamp"]))
    assert stamps == sorted(set(stamps))


async def test_what_cannot_be_taken_is_said_at_the_field_and_what_was_typed_stays(
    browser: Browser, stage: Stage
) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Antwoorden")
    await browser.press("Versturen", **{"f.answer": "  ", "f.words": "no"})
    assert 'id="f-answer-problem">Er staat nog niets.' in browser.html
    assert 'aria-invalid="true"' in browser.html
    assert 'value="no" checked' in browser.html
    await browser.press("Versturen", **{"f.answer": "Toch iets", "f.words": "no"})
    assert len({event.stamp for event in stage.desk.sent}) == 1


async def test_a_form_that_was_open_too_long_is_answered_in_words(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-amina")
    fields = browser.form_of("Vraag het met je naam")[1] | {
        "action": "answer",
        "state": "r1.token lose 1 nl",
        "stamp": "12",
        "f.answer": "",
    }
    response = await browser.post("/as/p-amina/send", fields)
    assert response.status == 200
    assert "stond te lang open" in browser.html
    assert "Er staat nog niets." in browser.html


async def test_a_script_gets_the_part_that_goes_in_the_dialog(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    action, fields = browser.form_of("Antwoorden")
    response = await browser.post(action, fields, headers=FRAGMENT)
    assert response.status == 200
    assert "<html" not in browser.html
    assert browser.form_of("Versturen")[0] == "/as/p-amina/send"
    action, fields = browser.form_of("Versturen")
    response = await browser.post(action, fields, headers=FRAGMENT)
    assert response.status == 422
    assert "Er staat nog niets." in browser.html


async def test_a_submission_without_a_script_is_answered_by_a_redirect(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Antwoorden")
    action, fields = browser.form_of("Versturen")
    response = await browser.post(action, fields | {"f.answer": "ja", "f.words": "no"}, follow=False)
    assert response.status == 303
    assert not browser.html


async def test_nobody_sees_the_form_of_another(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    response = await browser.press("Antwoorden")
    path = str(response.url.path)
    assert (await browser.open(path.replace("p-amina", "p-olena"))).status == 404


async def test_several_choices_come_back_joined_by_a_space(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Meedenken")
    action, fields = browser.form_of("Versturen")
    pairs = [*fields.items(), ("f.wishes", "think_along"), ("f.wishes", "quarter")]
    await browser.client.post(action, data=pairs)
    assert dict(stage.desk.sent[-1].fields) == {FieldKey("wishes"): "think_along quarter"}


async def test_text_is_shown_and_never_run(browser: Browser) -> None:
    await browser.open("/as/p-amina")
    await browser.press("Wat bewaar je over mij?")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in browser.html
    assert "<script>alert" not in browser.html


async def test_a_manager_has_a_pulse_and_an_employee_has_not(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-rachid")
    await browser.press("Peiling bij je team")
    assert stage.desk.events[-1] == Pressed(stage.desk.events[-1].tenant, PersonId("p-rachid"), Action.PULSE, "")
    await browser.open("/as/p-amina")
    assert "Peiling bij je team" not in browser.html


async def test_a_team_lead_is_called_so_once(browser: Browser) -> None:
    await browser.open("/as/p-rachid")
    assert "teamleider, teamleider" not in browser.html.lower()


async def test_only_the_core_team_sees_the_channel(browser: Browser, stage: Stage) -> None:
    await stage.chats.send(item(1, NOW, channel="c-kernteam-rooster"), Message("d", (Paragraph("Digest"),)), None)
    assert (await browser.open("/as/p-johanna/channel")).status == 200
    assert "Digest" in browser.html
    assert (await browser.open("/as/p-amina/channel")).status == 404
    assert (await browser.open("/as/p-amina/messages?place=channel")).status == 404
    assert (await browser.open("/as/p-amina/events?place=channel")).status == 404


async def test_replies_stand_under_their_message(browser: Browser, stage: Stage) -> None:
    channel = "c-kernteam-rooster"
    parent = await stage.chats.send(item(1, NOW, channel=channel), Message("d", (Paragraph("Ouder"),)), None)
    for number in (2, 3):
        message = Message("t", (Paragraph(f"Thema {number}"),))
        await stage.chats.send(item(number, NOW, channel=channel), message, parent)
    await browser.open("/as/p-johanna/channel")
    assert "2 antwoorden" in browser.html
    assert browser.html.index("Ouder") < browser.html.index("Thema 2") < browser.html.index("Thema 3")


async def test_a_pointer_links_to_its_message_and_is_text_where_that_is_gone(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    pointers = (Pointer("Je vraag van dinsdag", MessageRef("m1")), Pointer("Weg", MessageRef("m77")))
    await stage.chats.send(item(2, NOW, person="p-amina"), Message("h", pointers), None)
    await browser.open("/as/p-amina")
    assert '<a class="pointer" href="/as/p-amina/own#m1">Je vraag van dinsdag</a>' in browser.html
    assert '<p class="text">Weg</p>' in browser.html


async def test_a_guest_and_a_stranger_are_nobody_here(browser: Browser) -> None:
    assert (await browser.open("/as/p-guus")).status == 404
    assert (await browser.open("/as/p-nobody")).status == 404


async def test_the_clock_goes_to_the_next_message_of_whoever_looks(browser: Browser, stage: Stage) -> None:
    async def send() -> None:
        await stage.invite()

    pending: list[asyncio.Task[None]] = []
    stage.agenda.does = lambda _: pending.append(asyncio.ensure_future(send()))
    await browser.open("/as/p-amina")
    await browser.press("Naar het volgende bericht", to="next")
    await asyncio.gather(*pending)
    assert stage.clock.now() == NOW + timedelta(hours=2)
    assert "dinsdag 1 december 2026, 12:00" in browser.html


async def test_the_clock_goes_to_tomorrow_and_a_week_on(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-amina")
    await browser.press("Naar morgen", to="tomorrow")
    assert "woensdag 2 december 2026, 09:00" in browser.html
    await browser.press("Een week verder", to="week")
    assert "woensdag 9 december 2026, 09:00" in browser.html


async def test_the_clock_says_so_when_nothing_more_is_coming(browser: Browser) -> None:
    await browser.open("/as/p-amina")
    await browser.press("Naar het volgende bericht", to="next")
    assert "Er komt voorlopig niets meer." in browser.html


async def test_an_open_page_is_told_of_new_messages_and_of_the_clock(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-amina")
    async with browser.client.get("/as/p-amina/events") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        await stage.invite()
        assert await _until(stream.content, b"event: chat")
        action, fields = browser.form_of("Naar morgen")
        await browser.post(action, fields | {"to": "tomorrow"}, headers=FRAGMENT)
        told = await _until(stream.content, b'"progress": 100')
        assert "2 december" in told.decode()


async def test_a_page_hears_what_time_it_is_when_it_begins_to_listen(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-amina")
    stage.clock.move_to(NOW + timedelta(days=3))
    async with browser.client.get("/as/p-amina/events") as stream:
        assert "4 december" in (await _until(stream.content, b'"name"')).decode()


async def test_what_someone_brings_about_arrives_at_once_and_no_time_passes(
    browser: Browser, stage: Stage, site: Site
) -> None:
    stage.agenda.waiting = [NOW]
    await browser.open("/as/p-amina")
    await browser.press("Vraag het met je naam")
    assert stage.agenda.ticks == {NOW: 1}
    assert stage.clock.now() == NOW


async def test_an_answer_waits_for_nothing(browser: Browser, stage: Stage) -> None:
    stage.agenda.waiting = [NOW]
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Antwoorden")
    await browser.press("Versturen", **{"f.answer": "ja", "f.words": "no"})
    assert stage.desk.sent
    assert not stage.agenda.ticks


async def _until(content: StreamReader, mark: bytes) -> bytes:
    line = b"..."
    async with asyncio.timeout(5):
        while line and mark not in line:
            line = await content.readline()
    return line


async def test_the_page_speaks_the_language_that_the_browser_asks_for_until_another_is_chosen(
    browser: Browser,
) -> None:
    await browser.open("/", **{"Accept-Language": "en-GB,en;q=0.9"})
    assert "Ask while it is still open." in browser.html
    await browser.press("English", language="en")
    await browser.open("/as/p-amina")
    assert "To tomorrow" in browser.html
    assert '<html lang="en">' in browser.html


async def test_an_event_says_nothing_but_what_was_sent(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    await browser.open("/as/p-amina")
    await browser.press("Antwoorden")
    await browser.press("Versturen", **{"f.answer": "ja", "f.words": "no"})
    (sent,) = stage.desk.sent
    assert isinstance(sent, Submitted)
    assert {key for key, _ in sent.fields} == {"answer", "words"}
