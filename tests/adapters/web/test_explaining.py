"""How it works, on a page of its own: from the form it opens beside what is being typed."""

from __future__ import annotations

from adapters.web import render
from bot.messages import Action, Button
from tests.adapters.web.conftest import Browser

PAGE = render.Page("/as/p-amina", "own", "csrf", lambda _: False)


def test_in_a_form_it_is_a_link_that_opens_beside_it() -> None:
    shown = render.button(PAGE, Button("Zo werkt <het>", Action.EXPLAIN, "r1 nl"))
    assert 'href="/explained?about=r1+nl"' in shown
    assert 'target="_blank"' in shown
    assert "Zo werkt &lt;het&gt;" in shown
    assert "<form" not in shown


async def test_the_page_hands_on_what_it_is_about_and_links_to_the_other_language(browser: Browser) -> None:
    response = await browser.open("/explained?about=r1+en")
    assert response.status == 200
    assert "de-brug: r1 en" in browser.html
    assert 'lang="en"' in browser.html
    assert 'href="/explained?about=r1+nl"' in browser.html


async def test_without_anything_it_explains_in_the_language_of_the_page(browser: Browser) -> None:
    await browser.open("/explained")
    assert "de-brug: - nl" in browser.html


async def test_what_stands_in_the_address_never_becomes_a_page_of_its_own(browser: Browser) -> None:
    response = await browser.open("/explained?about=%22%3E%3Cscript%3E+%3Cscript%3E")
    assert response.status == 200
    assert "<script>" not in browser.html.replace("<script src=", "")
