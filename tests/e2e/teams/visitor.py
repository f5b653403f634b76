"""Somebody at a browser on their Playground: reads, presses, fills in."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.ids import Language
from prompts.loader import FileTexts

PICTURES = "RUIMTE_PICTURES"


PHONE = 320
"""Pixels: the narrowest that a chat is on a phone."""

WIDER = """(card, wide) => {
    const before = card.style.width;
    card.style.width = `${wide}px`;
    const ends = card.getBoundingClientRect().right + 1;
    const out = [...card.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > ends);
    const cut = [...card.querySelectorAll('button')].filter((one) => one.scrollWidth > one.clientWidth + 1);
    card.style.width = before;
    return [...out, ...cut].map((one) => one.textContent.slice(0, 60));
}"""
"""What sticks out of a card that is so wide, and the buttons whose label does not fit."""


class Visitor:
    """Somebody with an open page. A card that is pressed gives its place to another."""

    def __init__(self, page: Page, texts: FileTexts) -> None:
        """Sit down."""
        self.page = page
        self.texts = texts
        self.cards = page.locator(".ac-adaptiveCard:visible")

    def say(self, key: str, **values: object) -> str:
        """Return what Ruimte says for a key."""
        return self.texts.get(Language("nl"), key, **values)

    async def goes_to(self, name: str) -> None:
        """Open a conversation of the list."""
        await self.page.locator("button", has_text=name).filter(visible=True).first.click()

    def card(self, text: str) -> Locator:
        """Return the last card that holds a text."""
        return self.cards.filter(has_text=text).last

    async def press(self, label: str, *, on: str, until: str) -> Locator:
        """Press the button of the last card with a text; return the card that takes its place, which holds `until`."""
        await self.card(on).get_by_role("button", name=label, exact=True).last.click()
        shown = self.card(until)
        await expect(shown).to_be_visible()
        return shown

    async def fill(self, label: str, text: str, *, on: str) -> None:
        """Fill in the field with this label."""
        await self.card(on).get_by_label(label).last.fill(text)

    async def choose(self, label: str, *, on: str) -> None:
        """Choose an option."""
        await self.card(on).get_by_text(label, exact=False).last.click()

    async def types(self, text: str) -> None:
        """Type something in the conversation."""
        field = self.page.get_by_role("textbox").last
        await field.fill(text)
        await field.press("Enter")

    async def fits_a_phone(self, card: Locator) -> None:
        """See that everything of a card can be read where it is as narrow as on a phone."""
        assert await card.evaluate(WIDER, PHONE) == []

    async def picture(self, name: str, of: Locator | None = None) -> None:
        """Keep a picture of a card or of the page, where RUIMTE_PICTURES names a directory for them."""
        directory = os.environ.get(PICTURES)
        if directory:
            target = of if of is not None else self.page
            await target.screenshot(path=Path(directory) / f"{name}.png")

    async def long_picture(self, name: str, of: Locator) -> None:
        """Keep a picture of a card that is higher than the window."""
        window = self.page.viewport_size
        assert window is not None
        await self.page.set_viewport_size({"width": window["width"], "height": 2 * window["height"]})
        await self.picture(name, of)
        await self.page.set_viewport_size(window)
