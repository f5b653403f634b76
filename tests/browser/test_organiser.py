"""The organiser makes a change of their own from nothing, in a real browser, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from prompts.loader import load_texts
from tests.browser.conftest import Opens
from tests.browser.obstacles import obstacles
from tests.browser.organiser import Organiser, shown

LOCALES = {"nl": "nl-NL", "en": "en-GB"}

SAID = {
    "nl": ("Een nieuw kantoor", "Het oude is te klein.", "Wie waar komt te zitten.", "Wat mogen we niet kwijtraken?"),
    "en": ("A new office", "The old one is too small.", "Who sits where.", "What should we not lose?"),
}
NAMES = {"nl": "een-nieuw-kantoor", "en": "a-new-office"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_change_from_nothing_refused_previewed_tried_applied_and_the_same_on_the_command_line(
    opens: Opens, tmp_path: Path, language: str
) -> None:
    johanna = Organiser(opens(LOCALES[language]), load_texts(), language)
    page, words = johanna.page, johanna.words
    title, why, point, question = SAID[language]
    johanna.begin()
    johanna.picture("organiser-new")

    # Nothing is there yet: each field says what it wants, and nothing goes out.
    johanna.order("apply")
    expect(page.locator("#problems")).to_contain_text(words("verdict.wanting", count=5))
    assert words("finding.empty_title") in johanna.remark(f"title.{language}")
    page.locator("#problems a").last.click()
    expect(page.locator('[name="planning.0.opens_on"]')).to_be_focused()
    johanna.picture("organiser-wanting")

    # What is wrong goes away as it is put right, and what it asks of people is reckoned along, without a reload.
    johanna.type(title_=title, why_=why, frame__0__text_=point, planning__0__ask__0__question_=question)
    johanna.type(planning__0__opens_on="2027-01-28")
    expect(page.locator("#problems")).to_contain_text(words("verdict.fine"))
    expect(page.locator("#calendar")).to_contain_text(words("calendar.week", day=25, month=words("day.month_1")))
    expect(page.locator("#groups")).to_contain_text("57")

    # A point that is fixed leaves nothing to ask: that is said at the round.
    johanna.choose_state(0, "fixed")
    johanna.type(frame__0__decided_by_="Pieter", frame__0__why_=why)
    expect(page.locator('[id="r-planning.0.round"]')).to_contain_text(words("finding.nothing_open"))
    johanna.picture("organiser-nothing-open", at=page.locator("#part-planning"))
    johanna.choose_state(0, "open")
    expect(page.locator("#problems")).to_contain_text(words("verdict.fine"))
    johanna.kept()

    # A reload loses nothing.
    page.reload()
    expect(page.locator(f'[name="title.{language}"]')).to_have_value(title)
    expect(page.locator('[name="planning.0.opens_on"]')).to_have_value("2027-01-28")
    johanna.picture("organiser-calendar", at=page.locator("#calendar"))
    promised = johanna.file()

    # Every message as it will look, here, in Slack and in Teams.
    johanna.order("messages")
    for look in ("here", "slack", "teams", "all"):
        page.locator(".tabs").first.get_by_role("link", name=words(f"look.{look}"), exact=True).click()
        asked = page.locator("#message-invite-0")
        expect(asked.locator("figure").first).to_contain_text(question)
        asked.locator("summary").first.click()
        expect(asked.locator(".board.form").first).to_contain_text(question)
        johanna.picture(f"organiser-{look}", at=asked)

    try_it(johanna, question)

    # It is put in place; the command line shows what the page showed.
    page.goto("/as/p-johanna/changes")
    page.get_by_role("link", name=title).click()
    johanna.order("apply")
    expect(page.locator(".verdict")).to_contain_text(words("applied.new"))
    johanna.picture("organiser-applied")
    assert shown(tmp_path / "sandbox", NAMES[language]) == promised
    answer = page.request.get(f"/as/p-johanna/changes/of/{NAMES[language]}/file")
    assert answer.text() == promised

    # And it goes out like any other.
    johanna.be("p-amina")
    johanna.wait_for(question, to="week")


def try_it(johanna: Organiser, question: str) -> None:
    """Send the messages to Johanna first: they reach her own chat only, and their buttons do nothing (in Dutch)."""
    page = johanna.page
    johanna.order("try")
    expect(page.locator("#tried")).to_contain_text(johanna.words("tried.title", count=3))
    page.locator("#tried a").click()
    marked = johanna.say("try.note", language="nl", day="#").partition("#")[0]
    expect(johanna.messages.locator("article", has_text=marked)).to_have_count(3)
    johanna.press(johanna.say("button.answer", language="nl"), within=johanna.last(question))
    expect(johanna.dialog).to_contain_text(johanna.say("notice.try_title", language="nl"))
    johanna.picture("organiser-tried")
    johanna.close()


def test_who_organises_nothing_is_told_so_in_a_sentence(opens: Opens) -> None:
    page = opens("nl-NL")
    page.goto("/as/p-amina")
    expect(page.locator('a[href$="/changes"]')).to_have_count(0)
    answer = page.request.get("/as/p-amina/changes")
    assert answer.status == 403
    assert "Dit is niet jouw verandering" in answer.text()


def test_a_running_change_is_corrected_and_what_the_engine_refuses_is_shown(opens: Opens, tmp_path: Path) -> None:
    johanna = Organiser(opens("nl-NL"), load_texts(), "nl")
    page = johanna.page
    page.goto("/as/p-johanna/changes")
    johanna.order("open zelf-roosteren")
    johanna.choose_state(3, "fixed")
    johanna.type(frame__3__decided_by_="Pieter", frame__3__why_="Daarom.")
    page.locator('[name="frame.3.decided_by.en"]').fill("Pieter")
    page.locator('[name="frame.3.why.en"]').fill("Because.")
    # The scenarios are about this point.
    for _ in range(2):
        johanna.order("remove scenarios.0")
    johanna.order("remove planning.3")
    johanna.order("apply")
    expect(page.locator('[id="r-frame.3.state"]')).to_contain_text(johanna.say("refused.open_to_fixed"))
    assert "# running" in shown(tmp_path / "sandbox", "zelf-roosteren")
    assert re.search(r"- open:\n +nl: Hoe we beginnen", shown(tmp_path / "sandbox", "zelf-roosteren"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1600, False), (1600, True)])
def test_nothing_is_wider_than_the_screen_nor_in_the_way_of_anyone(opens: Opens, width: int, *, dark: bool) -> None:
    johanna = Organiser(opens("nl-NL", width=width, dark=dark), load_texts(), "nl")
    page = johanna.page
    page.goto("/as/p-johanna/changes")
    johanna.order("new")
    johanna.order("add scenarios")
    johanna.order("add managers")
    johanna.order("check")
    wanting = page.url.partition("#")[0]
    page.goto("/as/p-johanna/changes")
    johanna.order("open zelf-roosteren")
    johanna.order("check")
    whole = page.url.partition("#")[0]
    paths = ("/as/p-johanna/changes", wanting, whole, f"{whole}/messages?look=all")
    # Chromium remarks on a page that is refused, status 403: hence a page that nobody listens to.
    refused = page.context.new_page()
    refused.goto("/as/p-amina/changes")
    found = {"refused": obstacles(refused)}
    for path in paths:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        johanna.picture(f"organiser-{width}{'-dark' if dark else ''}")
        found[path] = obstacles(page)
    in_the_way = [f"{path}: {what}" for path, every in found.items() for what in every]
    assert not in_the_way, "\n".join(in_the_way)


def test_a_change_is_made_without_a_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="nl-NL", base_url=address)
    johanna = Organiser(context.new_page(), load_texts(), "nl")
    title, why, point, question = SAID["nl"]
    johanna.begin()
    johanna.order("check")
    johanna.type(title_=title, why_=why, frame__0__text_=point, planning__0__ask__0__question_=question)
    johanna.type(planning__0__opens_on="2027-03-22")
    johanna.order("apply")
    expect(johanna.page.locator(".verdict")).to_contain_text(johanna.words("applied.new"))
    context.close()


def test_a_change_is_made_by_keyboard_alone(opens: Opens) -> None:
    page = opens("nl-NL")
    johanna = Organiser(page, load_texts(), "nl")
    johanna.begin()
    title, why, point, question = SAID["nl"]
    keys = page.keyboard

    def walk(name: str) -> None:
        for _ in range(80):
            keys.press("Tab")
            if page.evaluate("document.activeElement.name || ''") == name:
                return
        raise AssertionError(f"{name} cannot be reached")

    for name, text in (
        ("title.nl", title),
        ("why.nl", why),
        ("frame.0.text.nl", point),
        ("planning.0.opens_on", ""),
        ("planning.0.ask.0.question.nl", question),
    ):
        walk(name)
        keys.type(text or "03222027")
    johanna.kept()
    page.locator('button[value="apply"]').focus()
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator(".verdict")).to_contain_text(johanna.words("applied.new"))
