"""Somebody at a browser on their Playground: reads, presses, fills in."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.ids import Language
from prompts.loader import FileTexts

PICTURES = "RUIMTE_PICTURES"


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

    async def picture(self, name: str, of: Locator | None = None) -> None:
        """Keep a picture of a card or of the page, where RUIMTE_PICTURES names a directory for them."""
        directory = os.environ.get(PICTURES)
        if directory:
            target = of if of is not None else self.page
            await target.screenshot(path=Path(directory) / f"{name}.png")
