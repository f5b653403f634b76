"""The first visit in a real browser: what the first page says, and the seven steps, in both languages and widths."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from adapters.web.texts import load_chrome
from prompts.loader import load_texts
from tests.browser.conftest import Opens
from tests.browser.keyboard import KeyboardVisitor
from tests.browser.visitor import Visitor
from tests.browser.walker import STEPS, Walker

pytestmark = pytest.mark.timeout(420)

LOCALES = {"nl": "nl-NL", "en": "en-GB"}

HEAVIEST_KB = 150


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("width", [360, 1600])
def test_the_path_leads_from_a_message_to_what_came_of_it(language: str, width: int, opens: Opens) -> None:
    visitor = Visitor(opens(LOCALES[language], width=width), load_texts(), language)
    walker = Walker(visitor, load_chrome().of(language))
    walker.walk()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == width
    visitor.page.goto("/")
    expect(visitor.page.locator(".steps .done")).to_have_count(STEPS)


def test_the_path_is_walked_by_keyboard_alone(opens: Opens) -> None:
    Walker(KeyboardVisitor(opens("nl-NL"), load_texts(), "nl"), load_chrome().of("nl")).walk()


def test_the_path_can_be_left_and_taken_up_where_it_was(opens: Opens) -> None:
    words = load_chrome().of("nl")
    walker = Walker(Visitor(opens("nl-NL"), load_texts(), "nl"), words)
    walker.begin()
    walker.tap()
    page = walker.page
    page.reload()
    walker.stands_at(2)
    page.get_by_role("button", name=words("path.leave")).click()
    expect(page.locator("#path-count")).to_have_count(0)
    page.goto("/as/p-rachid")
    expect(page.locator("#path-count")).to_have_count(0)
    page.get_by_role("button", name=words("path.return")).click()
    walker.stands_at(2)
    elsewhere = opens("nl-NL")
    elsewhere.goto("/")
    expect(elsewhere.locator(".steps .done")).to_have_count(1)
    elsewhere.locator(".hero-ways .primary").click()
    expect(elsewhere.locator("#path-count")).to_have_text(words("path.step", number=2, count=STEPS))


def test_on_a_narrow_screen_the_link_beside_the_clock_follows_the_steps(opens: Opens) -> None:
    words = load_chrome().of("nl")
    walker = Walker(Visitor(opens("nl-NL", width=390), load_texts(), "nl"), words)
    walker.begin()
    link = walker.page.locator(".to-path")
    expect(link).to_have_text(words("path.step", number=1, count=STEPS))
    walker.tap()
    walker.stands_at(2)
    expect(link).to_have_text(words("path.step", number=2, count=STEPS))


def test_a_step_is_not_done_by_what_was_not_taken(opens: Opens) -> None:
    walker = Walker(Visitor(opens("nl-NL"), load_texts(), "nl"), load_chrome().of("nl"))
    walker.begin()
    walker.visitor.wait_for(walker.visitor.say("frame.fixed"))
    walker.visitor.press(walker.visitor.say("button.believe"))
    walker.visitor.close()
    walker.stands_at(1)
    walker.visitor.press(walker.visitor.say("button.question"))
    walker.visitor.close()
    walker.stands_at(1)
    walker.page.get_by_role("button", name=walker.words("path.skip")).click()
    walker.stands_at(2)
    walker.page.goto("/")
    expect(walker.page.locator(".steps .done")).to_have_count(0)
    expect(walker.page.locator(".steps .skipped")).to_have_count(1)


def test_who_begins_again_begins_with_nothing_done_in_their_own_language(opens: Opens) -> None:
    dutch, english = load_chrome().of("nl"), load_chrome().of("en")
    walker = Walker(Visitor(opens("nl-NL"), load_texts(), "nl"), dutch)
    walker.begin()
    walker.tap()
    other = opens("en-GB")
    other.goto("/")
    # The play is in another language than this page: that one can begin again stands open.
    other.get_by_role("button", name=english("path.again_yes")).click()
    other.wait_for_url("**/as/p-ilse")
    expect(other.locator("#path-count")).to_have_text(english("path.step", number=1, count=STEPS))
    frame = other.locator("#messages", has_text=load_texts().get(load_texts().languages[-1], "frame.fixed"))
    expect(frame).to_be_visible(timeout=30_000)
    expect(other.locator("#clock:not(:has(button:disabled))")).to_be_visible(timeout=30_000)
    shown = other.locator("#now").get_attribute("datetime")
    other.reload()
    expect(other.locator("#now")).to_have_attribute("datetime", str(shown))
    # A page that stayed open sees that everything is new.
    walker.stands_at(1)


@pytest.mark.parametrize("language", LOCALES)
def test_the_first_page_says_in_three_sentences_what_this_is_and_is_light(language: str, opens: Opens) -> None:
    page = opens(LOCALES[language])
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/", wait_until="networkidle")
    assert 50 < sum(sizes) / 1024 < HEAVIEST_KB
    lead = page.locator(".lead").inner_text()
    assert len(re.findall(r"[.?!](?:\s|$)", lead)) == 3
    assert "Slack" in lead
