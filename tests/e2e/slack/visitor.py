"""Somebody at a browser on local-slack: reads, presses, fills in, one person at a time."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.ids import Language
from prompts.loader import FileTexts
from tests.e2e.slack.office import NAMES


class Visitor:
    """A visitor with one open page."""

    def __init__(self, page: Page, texts: FileTexts, mode: str) -> None:
        """Sit down."""
        self.page = page
        self.texts = texts
        self.mode = mode
        self.modal = page.locator(".modal")
        self.messages = page.locator(".messages .msg")
        self._shots = 0

    def say(self, key: str, **values: object) -> str:
        """Return what Ruimte says for a key."""
        return self.texts.get(Language("nl"), key, **values)

    async def be(self, person: str, channel: str = "") -> None:
        """Look as somebody at their conversation with the bot, or at a channel."""
        await self.page.locator(".actas select").select_option(person)
        label = channel or NAMES[person]
        await self.page.locator(".sidebar-item", has_text=label).first.click()

    def message(self, text: str) -> Locator:
        """Return the last message that holds a text."""
        return self.messages.filter(has_text=text).last

    async def press(self, label: str, *, within: Locator) -> None:
        """Press the last button with this label; a modal opens."""
        await within.get_by_role("button", name=label, exact=True).last.click()
        await expect(self.modal).to_be_visible()

    async def fill(self, label: str, text: str) -> None:
        """Fill in the field with this label."""
        field = self.modal.locator(".bk-input", has_text=label)
        await field.locator(".bk-plain-input").first.fill(text)

    async def choose(self, label: str) -> None:
        """Choose an option."""
        await self.modal.locator("label", has_text=label).last.click()

    async def send(self, *, until: str) -> None:
        """Send the modal; what comes back holds a text."""
        await self.modal.locator(".modal-btn.primary").click()
        await expect(self.modal).to_contain_text(until)

    async def close(self) -> None:
        """Close the modal."""
        await self.page.locator(".modal-x").click()
        await expect(self.modal).to_be_hidden()

    async def types(self, text: str) -> None:
        """Type something in the conversation, a command for instance."""
        await self.page.locator(".composer-input").fill(text)
        await self.page.locator(".composer-send").click()

    async def picture(self, name: str) -> None:
        """Keep a picture, where RUIMTE_PICTURES names a directory for them."""
        directory = os.environ.get("RUIMTE_PICTURES")
        if directory and self.mode == "socket":
            self._shots += 1
            await self.page.screenshot(path=Path(directory) / f"{self._shots:02}-{name}.png")
