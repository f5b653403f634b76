"""What is stored, seen while one answers: before, after, and after the close, in the real rows of the database."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from adapters.web.texts import Words, load_chrome
from prompts.loader import load_texts
from tests.browser.conftest import Opens
from tests.browser.obstacles import obstacles
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.timeout(300)

BOX_BYTES = "8192"


@pytest.mark.parametrize(
    ("language", "locale", "person", "name"),
    [("nl", "nl-NL", "p-amina", "Amina Yusuf"), ("en", "en-GB", "p-luis", "Luis Herrera")],
    ids=["nl", "en"],
)
def test_the_rows_show_what_is_stored_before_and_after_an_answer_and_after_the_close(
    language: str, locale: str, person: str, name: str, opens: Opens
) -> None:
    visitor, words = Visitor(opens(locale), load_texts(), language), load_chrome().of(language)
    visitor.be(person)
    answer = visitor.say("button.answer")
    visitor.move_until(visitor.messages.get_by_role("button", name=answer, exact=True))
    panel = visitor.page.locator("#stored")
    panel.locator("summary").click()
    expect(panel.locator(".stands")).to_be_visible()

    visitor.press(answer)
    rows = visitor.dialog.locator(".stored")
    expect(rows.get_by_text(words("stored.seal_there"))).to_be_visible()
    before = boxes(rows)
    visitor.picture("stored-before", at=rows)

    visitor.fill(answer="Onze vaste dinsdagploeg.")
    visitor.choose(words="yes")
    visitor.send(until=visitor.say("form.probe_intro"))
    after = sees_change(rows, words("stored.more"))
    assert set(before) < set(after)
    assert len(after) == len(before) + 1
    expect(rows.locator("tr.fresh")).to_have_count(1)
    expect(rows).to_contain_text(found(words, name, len(after)))
    visitor.picture("stored-after", at=rows)
    visitor.close()

    visitor.press(answer)
    expect(visitor.dialog.locator(".stored .stands")).to_be_visible()
    visitor.fill(answer="Toch iets anders.")
    visitor.choose(words="no")
    visitor.send(until=visitor.say("form.probe_intro"))
    changed = sees_change(rows, words("stored.other"))
    assert set(changed) == set(after)
    visitor.close()
    the_close_leaves_no_trace(visitor, words, panel, set(changed))


def the_close_leaves_no_trace(visitor: Visitor, words: Words, panel: Locator, sealed: set[str]) -> None:
    """After the close there are answers under numbers of their own, and the key to the boxes is gone."""
    round_ = panel.locator(".rows").get_attribute("data-round")
    for _ in range(6):
        if panel.get_by_text(words("stored.state.released")).count():
            break
        visitor.move("week")
        panel.locator(f'.rounds a[href*="{round_}"]').click()
        visitor.page.wait_for_function(
            "round => document.querySelector('#stored .rows').dataset.round === round", arg=round_
        )
    expect(panel.locator(".stands")).to_have_text(words("stored.state.released"))
    expect(panel.get_by_text(words("stored.seal_gone"))).to_be_visible()
    expect(panel.get_by_text(words("stored.wave_over"))).to_be_visible()
    expect(panel.get_by_text(words("stored.batch_there"))).to_be_visible()
    released = boxes(panel)
    assert len(released) >= 10
    assert set(released).isdisjoint(sealed)
    visitor.picture("stored-released", at=panel)


@pytest.mark.parametrize("width", [360, 1600])
def test_the_rows_are_in_nobodys_way_on_their_own_page_and_beside_a_chat(width: int, opens: Opens) -> None:
    words = load_chrome().of("nl")
    for dark in (False, True):
        page = opens("nl-NL", width=width, dark=dark)
        page.goto("/stored?who=p-amina")
        expect(page.locator("h1")).to_have_text(words("stored.name"))
        expect(page.locator(".rounds a").first).to_be_visible()
        assert obstacles(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.goto("/as/p-amina")
        page.locator("#stored summary").click()
        expect(page.locator("#stored .stands")).to_be_visible()
        assert obstacles(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_rows_stand_on_a_page_without_a_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="nl-NL", base_url=address)
    page = context.new_page()
    page.goto("/stored?who=p-amina")
    expect(page.locator(".stands")).to_be_visible()
    page.locator(".rounds a").first.click()
    expect(page.locator(".stands")).to_be_visible()
    context.close()


def boxes(rows: Locator) -> list[str]:
    """Return the numbers of the boxes that are shown; each is of the one size."""
    found = rows.locator("tr[data-key]")
    sizes = {cell.strip() for cell in found.locator("td:nth-child(2)").all_inner_texts()}
    assert sizes <= {BOX_BYTES}
    return [str(row.get_attribute("data-key")) for row in found.all()]


def sees_change(rows: Locator, sentence: str) -> list[str]:
    """Wait until the rows say that something became different; return the numbers."""
    expect(rows.locator(".change")).to_have_text(sentence, timeout=10_000)
    return boxes(rows)


def found(words: Words, name: str, total: int) -> re.Pattern[str]:
    """What stands there when a name is in none of the rows."""
    sentence = words("stored.named", name="NAME", total=total, found=0)
    return re.compile(re.escape(sentence).replace("NAME", rf"{re.escape(name)}[^.]*"))
