"""Other pages stay out, browsers are told what not to do, and nothing of a request is written down."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from adapters.web.assets import HERE
from adapters.web.render import Page, block
from adapters.web.texts import DIRECTORY, load_chrome
from bot.events import Event
from bot.messages import Fact, Facts, Heading, Message, Note, Paragraph, Reply, Said, Table
from tests.adapters.company.fakes import item
from tests.adapters.web.conftest import NOW, Browser, Stage

FORM = {"action": "home", "value": "", "place": "own"}


async def test_a_form_without_the_token_is_refused(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-amina")
    for token in ("", "wrong", "ë"):
        response = await browser.post("/as/p-amina/press", FORM | {"csrf": token})
        assert response.status == 403
    assert stage.desk.events == []
    assert "kwam niet van deze pagina" in browser.html


async def test_the_token_of_one_visitor_is_of_no_use_to_another(browser: Browser, stage: Stage) -> None:
    await browser.open("/as/p-amina")
    fields = browser.form_of("Wat bewaar je over mij?")[1]
    browser.client.session.cookie_jar.clear()
    await browser.open("/as/p-amina")
    assert (await browser.post("/as/p-amina/press", fields)).status == 403
    assert stage.desk.events == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
async def test_a_form_from_another_page_is_refused_even_with_the_token(
    browser: Browser, stage: Stage, headers: dict[str, str]
) -> None:
    await browser.open("/as/p-amina")
    action, fields = browser.form_of("Wat bewaar je over mij?")
    assert (await browser.post(action, fields, headers=headers)).status == 403
    assert stage.desk.events == []


async def test_a_foreign_name_that_leads_here_gets_nothing(browser: Browser) -> None:
    assert (await browser.open("/", Host="evil.example")).status == 421


async def test_every_answer_forbids_inline_scripts_foreign_hosts_and_frames(browser: Browser) -> None:
    for path in ("/", "/as/p-amina", "/nothing", "/static/page.css"):
        response = await browser.open(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_no_page_has_an_inline_script_or_style_or_another_host(browser: Browser, stage: Stage) -> None:
    await stage.invite()
    for path in ("/", "/as/p-amina"):
        await browser.open(path)
        assert not re.search(r"<style|<script(?![^>]*src=)|\son\w+=|\sstyle=", browser.html)
        assert not re.search(r"(src|href|action)=\"(https?:)?//", browser.html)


async def test_what_a_person_sees_is_not_kept_by_the_browser(browser: Browser) -> None:
    assert (await browser.open("/as/p-amina")).headers["Cache-Control"] == "no-store"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = (await browser.open("/")).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("press", {"action": "nothing of ours"}),
        ("send", {"action": "answer", "stamp": "x", "state": ""}),
        ("send", {"action": "answer", "stamp": "9" * 30, "state": ""}),
    ],
)
async def test_what_no_form_of_ours_sends_is_refused(
    browser: Browser, stage: Stage, path: str, fields: dict[str, str]
) -> None:
    await browser.open("/as/p-amina")
    token = browser.form_of("Wat bewaar je over mij?")[1]["csrf"]
    assert (await browser.post(f"/as/p-amina/{path}", {"csrf": token, "place": "own"} | fields)).status == 400
    assert stage.desk.events == []


async def test_a_form_that_is_far_too_large_gets_a_sentence(browser: Browser) -> None:
    await browser.open("/as/p-amina")
    fields = browser.form_of("Wat bewaar je over mij?")[1] | {"value": "x" * 300_000}
    assert (await browser.post("/as/p-amina/press", fields)).status == 413
    assert "te lang om te versturen" in browser.html


async def test_the_language_form_leads_to_this_site_only(browser: Browser) -> None:
    await browser.open("/")
    fields = browser.form_of("English")[1]
    for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
        response = await browser.post("/language", fields | {"language": "en", "back": back}, follow=False)
        assert response.headers["Location"] == "/"


async def test_when_something_breaks_a_person_gets_a_sentence_and_the_log_gets_no_words(
    browser: Browser, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def broken(event: Event) -> Reply:
        raise ValueError("MARKER-of-an-answer")

    await browser.open("/as/p-amina")
    stage.desk.handle = broken  # type: ignore[method-assign]
    fields = browser.form_of("Wat bewaar je over mij?")[1] | {"value": "MARKER-of-an-answer"}
    assert (await browser.post("/as/p-amina/press", fields)).status == 500
    assert "Er ging iets mis" in browser.html
    assert "MARKER" not in browser.html
    assert "MARKER" not in caplog.text
    assert "ValueError" in caplog.text


async def test_the_static_files_are_kept_for_ever_under_an_address_that_changes_with_them(browser: Browser) -> None:
    await browser.open("/")
    addresses = re.findall(r'"(/static/[^"]+)"', browser.html)
    assert len(addresses) >= 3
    for address in addresses:
        response = await browser.open(address)
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
    assert (await browser.open("/static/../app.py")).status == 404


def test_every_text_stands_in_every_language_with_the_same_gaps() -> None:
    chrome = load_chrome()
    dutch, *others = chrome.words.values()
    for other in others:
        assert set(other.texts) == set(dutch.texts)
        for key, text in dutch.texts.items():
            assert _gaps(other.texts[key]) == _gaps(text), key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    texts = set(load_chrome().of("nl").texts)
    sources = "".join(path.read_text() for path in [*HERE.rglob("*.html"), *HERE.rglob("*.py")])
    used = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_0-9]+)*)["']""", sources))
    for key in re.findall(r't\("([a-z_]+\.[a-z_]+)"', sources):
        assert key in texts or f"{key}.one" in texts, key
    # "clock.weekday_" and the like are put together with what follows.
    beginnings = tuple(re.findall(r'"([a-z_]+\.[a-z_.]*)(?:" ~|\{)', sources))
    unused = {key for key in texts if re.sub(r"\.(one|other)$", "", key) not in used and not key.startswith(beginnings)}
    assert unused == set()


def test_a_third_language_is_a_file(tmp_path: Path) -> None:
    for path in DIRECTORY.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "fy.yaml").write_text((DIRECTORY / "nl.yaml").read_text().replace("Nederlands", "Frysk"))
    YAML(typ="safe", pure=True).load(tmp_path / "fy.yaml")
    assert [name for _, name in load_chrome(tmp_path).languages] == ["Nederlands", "English", "Frysk"]


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


PAGE = Page("/as/p-amina", "own", "token", lambda _: True)


@pytest.mark.parametrize(
    "one",
    [
        Heading("<b>"),
        Paragraph("<b>"),
        Note("<b>"),
        Facts((Fact("<b>", "<b>"),)),
        Said("<b>", "nl"),
        Table(("", "<b>"), (("<b>", "<b>"),)),
    ],
)
def test_every_block_escapes_what_it_shows(one: Heading | Paragraph | Note | Facts | Said | Table) -> None:
    html = block(PAGE, one)
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


async def test_a_message_in_a_fragment_is_escaped_too(browser: Browser, stage: Stage) -> None:
    await stage.chats.send(item(1, NOW, person="p-amina"), Message("x", (Paragraph("<img src=x>"),)), None)
    await browser.open("/as/p-amina/messages?place=own")
    assert "&lt;img src=x&gt;" in browser.html
