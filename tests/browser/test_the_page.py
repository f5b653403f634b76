"""The sandbox's page in a real browser: live, by keyboard, on a narrow screen, and without a script."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from adapters.web.texts import load_chrome
from prompts.loader import load_texts
from tests.browser.conftest import Opens
from tests.browser.visitor import Visitor


def test_what_happens_in_one_window_shows_in_another_without_a_reload(opens: Opens) -> None:
    one = Visitor(opens("nl-NL"), load_texts(), "nl")
    other = opens("en-GB")
    one.be("p-ilse")
    other.goto("/as/p-ilse")
    before = other.locator("#messages article").count()
    one.move()
    expect(other.locator("#messages article")).to_have_count(one.messages.locator("article").count())
    assert other.locator("#messages article").count() > before
    arrived = one.page.locator("#now").get_attribute("datetime")
    expect(other.locator("#now")).to_have_attribute("datetime", str(arrived))
    assert "January 2027" in other.locator("#now").inner_text()
    expect(other.locator("#news")).to_contain_text("New message")


def test_a_question_is_answered_by_keyboard_alone(opens: Opens) -> None:
    visitor = Visitor(opens("nl-NL"), load_texts(), "nl")
    visitor.be("p-ilse")
    button = visitor.messages.get_by_role("button", name=visitor.say("button.believe"))
    button.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.dialog.locator("#reply-title")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.dialog.get_by_role("link", name=visitor.say("button.explain"))).to_be_focused()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Space")
    visitor.page.keyboard.press("Tab")
    expect(visitor.dialog.locator('button[form="reply-form"]')).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.dialog).to_contain_text(visitor.say("thanks.title"))
    visitor.page.keyboard.press("Escape")
    expect(visitor.dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_nothing_is_wider_than_a_narrow_screen_in_light_and_dark(opens: Opens) -> None:
    for dark in (False, True):
        visitor = Visitor(opens("nl-NL", width=360, dark=dark), load_texts(), "nl")
        for path in ("/", "/as/p-ilse", "/as/p-johanna/channel", "/as/p-rachid"):
            visitor.page.goto(path)
            assert visitor.page.evaluate("document.documentElement.scrollWidth") == 360, path
            visitor.picture("narrow")
        visitor.command("Peiling bij je team")
        visitor.picture("narrow-pulse")
        assert visitor.dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_what_was_typed_is_kept_when_the_server_is_away_for_a_moment(opens: Opens) -> None:
    visitor = Visitor(opens("nl-NL"), load_texts(), "nl")
    visitor.be("p-ilse")
    visitor.command("Vraag het met je naam")
    visitor.choose(kind="rumour")
    visitor.fill(text="Ik hoor van alles.")
    visitor.page.route("**/send", lambda route: route.abort())
    visitor.page.locator('button[form="reply-form"]').click()
    expect(visitor.dialog).to_contain_text("kan Ruimte niet bereiken")
    expect(visitor.dialog.locator('[name="f.text"]')).to_have_value("Ik hoor van alles.")
    visitor.page.unroute("**/send")
    visitor.page.locator('button[form="reply-form"]').click()
    expect(visitor.dialog.locator("#reply-form")).to_have_count(0)


def test_what_was_typed_is_there_again_after_a_form_was_closed_and_is_nowhere_else(opens: Opens) -> None:
    visitor = Visitor(opens("nl-NL"), load_texts(), "nl")
    visitor.be("p-ilse")
    label = load_chrome().of("nl")("commands.door")
    text = visitor.dialog.locator('[name="f.text"]')
    visitor.command(label)
    visitor.choose(kind="rumour")
    visitor.fill(text="Ik hoor van alles.")
    visitor.page.keyboard.press("Escape")
    expect(visitor.dialog).to_be_hidden()
    visitor.command(label)
    expect(text).to_have_value("Ik hoor van alles.")
    expect(visitor.dialog.locator('[name="f.kind"][value="rumour"]')).to_be_checked()
    assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
    visitor.send_last()
    visitor.page.keyboard.press("Escape")
    visitor.command(label)
    expect(text).to_have_value("")


def test_everything_works_without_a_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="nl-NL", base_url=address)
    page, texts = context.new_page(), load_texts()
    say = Visitor(page, texts, "nl").say
    page.goto("/")
    page.get_by_role("link", name="Ilse Vermeer").click()
    page.get_by_role("button", name=say("button.believe")).click()
    page.locator('[name="f.answer"][value="no"]').check()
    page.get_by_role("button", name=say("form.send"), exact=True).click()
    expect(page.locator("#reply-title")).to_have_text(say("thanks.title"))
    page.get_by_role("link", name="Sluiten").click()
    page.get_by_role("button", name="Naar morgen").click()
    expect(page.locator("#now")).to_contain_text("13 januari 2027")
    context.close()
