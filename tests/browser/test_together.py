"""Two chats side by side, and two windows beside each other: what happens in one shows in the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from adapters.web.texts import load_chrome
from prompts.loader import load_texts
from tests.browser.conftest import Opens
from tests.browser.visitor import MOVES, Visitor

pytestmark = pytest.mark.timeout(300)

REACTION = "We horen vooral dat jullie het eerder willen weten."
LEFT, RIGHT = "#pane-p-ilse\\.own", "#pane-p-johanna\\.channel"


def move(page: Page, to: str = "next") -> None:
    """Move the clock, and wait until it stands."""
    page.locator(f'#clock button[value="{to}"]').click()
    page.locator("#clock:not(:has(button:disabled))").wait_for(timeout=90_000)


@pytest.mark.parametrize("width", [360, 1600])
def test_what_the_core_team_tells_arrives_beside_it(width: int, opens: Opens) -> None:
    page, texts = opens("nl-NL", width=width), load_texts()
    say = Visitor(page, texts, "nl").say
    page.goto("/together")
    left, right = page.locator(LEFT), page.locator(RIGHT)
    tell = right.get_by_role("button", name=say("button.tell_heard"), exact=True)
    for _ in range(MOVES):
        if tell.count():
            break
        move(page)
    tell.last.click()
    page.locator('dialog [name="f.reaction-nl"]').fill(REACTION)
    page.locator('button[form="reply-form"]').click()
    expect(page.locator("#reply-form")).to_have_count(0)
    page.keyboard.press("Escape")
    heard = left.locator("article", has_text=REACTION)
    for _ in range(MOVES):
        if heard.count():
            break
        move(page)
    expect(heard).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_two_windows_follow_each_other_without_a_reload(opens: Opens) -> None:
    words = load_chrome().of("nl")
    one, other = opens("nl-NL"), opens("nl-NL")
    one.goto("/as/p-ilse")
    other.goto("/together")
    other.evaluate("window.stayed = true")
    before = other.locator(LEFT).locator("article").count()
    visitor = Visitor(one, load_texts(), "nl")
    visitor.press(visitor.say("button.believe"))
    visitor.choose(answer="yes")
    visitor.send(until=visitor.say("thanks.title"))
    visitor.close()
    visitor.move("week")
    expect(other.locator("#now")).to_have_attribute("datetime", str(one.locator("#now").get_attribute("datetime")))
    expect(other.locator(LEFT).locator("article")).to_have_count(one.locator("#messages article").count())
    assert other.locator(LEFT).locator("article").count() > before
    expect(other.locator("#path-count")).to_have_text(words("path.step", number=2, count=7))
    assert other.evaluate("window.stayed")


def test_what_one_asks_with_a_name_stands_beside_it_before_the_clock_moves(opens: Opens) -> None:
    words = load_chrome().of("nl")
    page = opens("nl-NL")
    page.goto("/together")
    shown = page.locator("#now").get_attribute("datetime")
    visitor = Visitor(page, load_texts(), "nl")
    page.locator(LEFT).locator("summary").first.click()
    visitor.press(words("commands.door"), within=page.locator(LEFT))
    visitor.choose(kind="question")
    visitor.fill(text="Wie maakt het rooster in de zomer?")
    visitor.send_last()
    visitor.close()
    expect(page.locator(RIGHT)).to_contain_text("Wie maakt het rooster in de zomer?")
    expect(page.locator("#now")).to_have_attribute("datetime", str(shown))


def test_the_hands_of_the_clock_stand_where_the_time_is(opens: Opens) -> None:
    page = opens("nl-NL")
    page.goto("/as/p-ilse")
    for _ in range(3):
        hour, minute = (
            page.locator(f".hand.{name}").evaluate(
                "hand => { const turn = new DOMMatrix(getComputedStyle(hand).transform);"
                " return (Math.round(Math.atan2(turn.b, turn.a) * 180 / Math.PI) + 360) % 360; }"
            )
            for name in ("hour", "minute")
        )
        hours, minutes = map(int, page.locator("#now").inner_text().split(", ")[1].split(":"))
        assert abs(hour - (hours % 12 * 30 + minutes / 2)) <= 1
        assert minute == minutes * 6
        move(page, "tomorrow")
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")


def test_the_same_chat_is_not_shown_twice(opens: Opens) -> None:
    page = opens("nl-NL")
    for path in (
        "/together?left=p-ilse.own&right=p-ilse.own",
        "/together?left=p-ilse.channel",
        "/together?left=p-guus.own",
    ):
        answer = page.request.get(path)
        assert answer.status == 404, path


def test_a_button_under_a_finger_stays_while_messages_arrive(opens: Opens) -> None:
    one, other = opens("nl-NL"), opens("nl-NL")
    visitor = Visitor(one, load_texts(), "nl")
    visitor.be("p-ilse")
    other.goto("/as/p-ilse")
    button = visitor.messages.get_by_role("button", name=visitor.say("button.believe"), exact=True).last
    before = one.locator("#messages article").count()
    button.hover()
    one.mouse.down()
    move(other, "week")
    expect(one.locator("#now")).to_have_attribute("datetime", str(other.locator("#now").get_attribute("datetime")))
    assert other.locator("#messages article").count() > before
    one.mouse.up()
    expect(visitor.dialog.locator("#reply-title")).to_be_visible()
    expect(one.locator("#messages article")).to_have_count(other.locator("#messages article").count())
