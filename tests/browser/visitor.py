"""Someone who visits the sandbox: sees messages, presses buttons, fills in forms, moves the clock."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from bot.ids import Language
from prompts.loader import FileTexts

MOVES = 25
"""So many messages may come before the one that somebody waits for."""

MOVING_MS = 90_000
"""The company plays weeks in seconds; the first digest loads its libraries."""


class Visitor:
    """A visitor with one open page, playing one person at a time."""

    def __init__(self, page: Page, texts: FileTexts, language: str) -> None:
        self.page = page
        self.texts = texts
        self.language = Language(language)
        self.dialog = page.locator("dialog")
        self.messages = page.locator("#messages")
        self._shots = 0

    def say(self, key: str, *, language: str | None = None, **values: object) -> str:
        """Return what Ruimte says for a key."""
        return self.texts.get(Language(language) if language else self.language, key, **values)

    def be(self, person: str, place: str = "") -> None:
        """Look as this person."""
        self.page.goto(f"/as/{person}{'/' if place else ''}{place}")

    def last(self, text: str) -> Locator:
        """The last message or reply that holds a text."""
        return self.messages.locator("article", has_text=text).last

    def use(self, control: Locator) -> None:
        """Press a button or follow a link."""
        control.click()

    def write(self, field: Locator, text: str) -> None:
        """Write in a field."""
        field.fill(text)

    def check(self, option: Locator) -> None:
        """Choose an option."""
        option.check()

    def press(self, label: str, *, within: Locator | None = None) -> None:
        """Press the last button with this label; something opens."""
        self.use((within or self.messages).get_by_role("button", name=label, exact=True).last)
        expect(self.dialog.locator("#reply-title")).to_be_visible()

    def command(self, label: str) -> None:
        """Give a command."""
        self.press(label, within=self.page.locator(".commands"))

    def fill(self, **values: str) -> None:
        """Fill in text fields; `_` in a name stands for `-`."""
        for key, value in values.items():
            self.write(self.dialog.locator(f'[name="f.{key.replace("_", "-")}"]'), value)

    def choose(self, **values: str) -> None:
        """Choose options."""
        for key, value in values.items():
            self.check(self.dialog.locator(f'[name="f.{key}"][value="{value}"]'))

    def send(self, *, until: str) -> None:
        """Send the form; what comes back holds a text."""
        self.use(self.dialog.locator('button[form="reply-form"]'))
        expect(self.dialog).to_contain_text(until)

    def send_on(self) -> None:
        """Send the form; another step of it follows, or the end."""
        stands = self.dialog.locator("#reply-form").element_handle()
        self.use(self.dialog.locator('button[form="reply-form"]'))
        stands.wait_for_element_state("hidden")

    def send_last(self) -> None:
        """Send the form; what comes back is no form and no refusal."""
        self.use(self.dialog.locator('button[form="reply-form"]'))
        expect(self.dialog.locator("#reply-form")).to_have_count(0)
        expect(self.dialog).not_to_contain_text(self.say("notice.sorry_title"))

    def close(self) -> None:
        """Close what opened."""
        self.page.keyboard.press("Escape")
        expect(self.dialog).to_be_hidden()

    def move(self, to: str = "next") -> None:
        """Move the clock, and wait until it stands."""
        self.use(self.page.locator(f'#clock button[value="{to}"]'))
        self.page.locator("#clock:not(:has(button:disabled))").wait_for(timeout=MOVING_MS)

    def wait_for(self, text: str, *, to: str = "next") -> Locator:
        """Move the clock until a message holds a text; return it."""
        article = self.messages.locator("article", has_text=text)
        self.move_until(article, to=to)
        return article.last

    def move_until(self, wanted: Locator, *, to: str = "next") -> None:
        """Move the clock until something is on the page."""
        for _ in range(MOVES):
            if wanted.count():
                return
            self.move(to)
        expect(wanted.last).to_be_visible()

    def picture(self, name: str, *, at: Locator | None = None) -> None:
        """Keep a picture of the screen, from the top of `at` on, where RUIMTE_PICTURES names a directory for it."""
        directory = os.environ.get("RUIMTE_PICTURES")
        if directory:
            self._shots += 1
            path = Path(directory) / f"{self.language}-{self._shots:02}-{name}.png"
            if at is not None:
                at.evaluate("message => message.scrollIntoView({block: 'start'})")
            self.page.screenshot(path=path)
