"""The pictures of docs/tour.md and the README, taken on the way along the seven steps, in both languages.

With RUIMTE_PICTURES=docs/pictures/sandbox (make pictures) they take the place of those that are there.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from adapters.web.texts import load_chrome
from prompts.loader import load_texts
from tests.browser.conftest import Opens
from tests.browser.organiser import Organiser
from tests.browser.small_png import small_png
from tests.browser.visitor import Visitor
from tests.browser.walker import Walker

pytestmark = pytest.mark.timeout(420)

LOCALES = {"nl": "nl-NL", "en": "en-GB"}

DOCS = Path(__file__).parents[2] / "docs"

SHOWN = ("first", "frame", "tap", "promise", "thanks", "empty", "digest", "tell", "decide", "heard")
"""What of the way is worth a picture; the order is the way's own."""

TALL = {"frame": 1060}
"""What is taller than the screen, and has to be seen whole; in pixels."""

OWN = {
    "nl": (
        "Minder vergaderen",
        "We zitten te veel in overleg, en te weinig bij de mensen voor wie we het doen.",
        "Welk overleg we houden.",
        "Welk overleg wil je houden?",
    ),
    "en": (
        "Fewer meetings",
        "We meet too much, and see too little of the people we do it for.",
        "Which meetings we keep.",
        "Which meeting do you want to keep?",
    ),
}
"""A change of one's own: what it is called, why, what is open, and what is asked."""

LARGEST_MB = 3.0


class Camera:
    """Takes a picture of what is on the screen, and numbers it in order."""

    def __init__(self, page: Page, language: str, place: Path) -> None:
        self.page = page
        self.language = language
        self.place = place
        self.taken: list[str] = []
        self._reader = page.context.new_page()

    def look(self, name: str) -> None:
        """Take it where it is one of those that are shown."""
        if name not in SHOWN:
            return
        usual = self.page.viewport_size
        assert usual is not None
        self.page.set_viewport_size({"width": usual["width"], "height": TALL.get(name, usual["height"])})
        self.take(name)
        self.page.set_viewport_size(usual)

    def take(self, name: str) -> None:
        """Take it, once nothing moves any more."""
        # Behind a form the page may still be drawn anew.
        self.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
        self.taken.append(f"{self.language}-{len(self.taken) + 1:02}-{name}.png")
        (self.place / self.taken[-1]).write_bytes(small_png(self.page.screenshot(), self._reader))


@pytest.mark.parametrize("language", LOCALES)
def test_the_tour_shows_the_way_as_it_is_walked(language: str, opens: Opens, tmp_path: Path) -> None:
    place = Path(os.environ.get("RUIMTE_PICTURES") or tmp_path)
    page = opens(LOCALES[language], width=1200)
    page.set_viewport_size({"width": 1200, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    camera = Camera(page, language, place)
    Walker(Visitor(page, load_texts(), language), load_chrome().of(language), camera.look).walk()
    what_is_stored(page, camera)
    side_by_side(page, camera)
    in_the_dark_on_a_phone(page, camera)
    a_change_of_ones_own(page, camera)
    assert set(camera.taken) == set(re.findall(rf"\((?:pictures/sandbox)/({language}-[^)]+)\)", tour()))
    assert sum(picture.stat().st_size for picture in place.glob("*.png")) < LARGEST_MB * 2**20


def what_is_stored(page: Page, camera: Camera) -> None:
    """The rows of the round that was answered."""
    page.goto("/as/p-ilse")
    stored = page.locator("#stored")
    stored.locator("summary").click()
    expect(stored.locator(".stands")).to_be_visible()
    stored.evaluate("panel => panel.scrollIntoView({block: 'start'})")
    camera.take("stored")


def side_by_side(page: Page, camera: Camera) -> None:
    """Two people on a wide screen."""
    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto("/together")
    camera.take("together")


def in_the_dark_on_a_phone(page: Page, camera: Camera) -> None:
    """The same chat, small and dark."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto("/as/p-ilse")
    camera.take("phone")


def a_change_of_ones_own(page: Page, camera: Camera) -> None:
    """The organiser's page, with a mistake on it; and once that is mended every message, as each platform shows it."""
    page.set_viewport_size({"width": 1200, "height": 800})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    johanna = Organiser(page, load_texts(), camera.language)
    title, why, point, question = OWN[camera.language]
    page.goto("/as/p-johanna/changes")
    johanna.order("new")
    johanna.type(title_=title, why_=why, frame__0__text_=point, planning__0__ask__0__question_=question)
    johanna.type(planning__0__opens_on="2027-01-05")
    johanna.order("check")
    page.locator("#row-planning\\.0").evaluate("row => row.scrollIntoView({block: 'start'})")
    camera.take("organiser")
    johanna.type(planning__0__opens_on="2027-03-22")
    johanna.order("messages")
    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto(f"{page.url}?look=all&language={camera.language}")
    page.locator("#message-invite-0").evaluate("message => message.scrollIntoView({block: 'start'})")
    camera.take("messages")


def tour() -> str:
    """The page that shows them."""
    return (DOCS / "tour.md").read_text(encoding="utf-8")


def test_every_picture_that_is_shown_is_there_and_every_one_there_is_shown() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"pictures/sandbox/([^)\"]+\.png)", tour() + readme))
    assert shown == {path.name for path in (DOCS / "pictures" / "sandbox").glob("*.png")}
