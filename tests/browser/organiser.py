"""Someone who makes a change on the organiser's page: fills in the form, looks at the messages, presses the orders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from adapters.web.organiser.view import HERE
from adapters.web.texts import load_chrome
from bot.ids import Language
from prompts.loader import FileTexts
from tests.browser.visitor import Visitor

TENANT = "de-brug"


class Organiser(Visitor):
    """A visitor who plays Johanna; what the page says comes from its texts."""

    def __init__(self, page: Page, texts: FileTexts, language: str) -> None:
        super().__init__(page, texts, language)
        self.words = load_chrome(HERE / "texts").of(Language(language))

    def begin(self) -> None:
        """From the chat to the form of a new change."""
        self.be("p-johanna")
        self.page.locator('.who a[href$="/changes"]').click()
        self.order("new")
        expect(self.page.locator("#change")).to_be_visible()

    def order(self, value: str) -> None:
        """Press a button that sends the form, also one that is folded away, and wait for the page that follows."""
        button = self.page.locator(f'button[name="do"][value="{value}"]').last
        while button.locator("xpath=ancestor::details[not(@open)]").count():
            button.locator("xpath=ancestor::details[not(@open)]").first.locator("summary").first.click()
        with self.page.expect_navigation():
            button.click()

    def type(self, **given: str) -> None:
        """Fill in fields of the form; `__` in a name stands for a dot, `_` at its end for the language."""
        for key, value in given.items():
            path = f"{key[:-1]}.{self.language}" if key.endswith("_") else key
            self.page.locator(f'[name="{path.replace("__", ".")}"]').fill(value)

    def choose_state(self, point: int, state: str) -> None:
        """Say how it is with a point."""
        self.page.locator(f'[name="frame.{point}.state"][value="{state}"]').check()

    def remark(self, path: str) -> str:
        """What stands below a field."""
        return self.page.locator(f'[id="r-{path}"]').inner_text()

    def kept(self) -> None:
        """Wait until what was typed is kept."""
        expect(self.page.locator("#kept")).to_have_text(self.words("kept.kept"))

    def file(self) -> str:
        """The file that the page offers."""
        answer = self.page.request.get(f"{self.page.url.partition('#')[0]}/file")
        return answer.text()


def shown(place: Path, change: str) -> str:
    """What `ruimte change show` prints of the sandbox that plays in a directory."""
    (play,) = place.glob("sandbox-*")
    found = subprocess.run(
        [Path(sys.executable).with_name("ruimte"), "change", "show", change, "--tenant", TENANT],
        env=os.environ
        | {
            "RUIMTE_DATA": str(play),
            "RUIMTE_DATABASE_URL": f"sqlite+aiosqlite:///{play / 'ruimte.db'}",
            "RUIMTE_KEYS": str(play / "keys"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout
