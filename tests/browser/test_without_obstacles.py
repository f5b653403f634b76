"""Every page of the sandbox, with what stands on it at its fullest, has nothing in the way of anyone."""

from __future__ import annotations

import pytest

from adapters.web.texts import load_chrome
from prompts.loader import load_texts
from tests.browser.conftest import NOWHERE, Opens
from tests.browser.obstacles import obstacles
from tests.browser.visitor import Visitor
from tests.browser.walker import Walker

pytestmark = pytest.mark.timeout(420)

PAGES = (
    "/",
    "/together",
    "/together?left=p-grace.own&right=p-johanna.own",
    "/as/p-ilse",
    "/as/p-johanna",
    "/as/p-johanna/channel",
    "/as/p-rachid",
    "/explained",
    NOWHERE,
)


@pytest.mark.parametrize("width", [360, 1600])
def test_nothing_is_in_the_way_of_anyone_in_light_and_dark(width: int, opens: Opens) -> None:
    found: dict[str, list[str]] = {}
    pages = {shade: opens("nl-NL", width=width, dark=shade == "dark") for shade in ("light", "dark")}

    def look(name: str) -> None:
        found[name] = obstacles(pages["light"])

    # On the way: every form and every notice of the path, as it stands open.
    Walker(Visitor(pages["light"], load_texts(), "nl"), load_chrome().of("nl"), look).walk()
    assert len(found) > 10
    for shade, page in pages.items():
        for path in PAGES:
            page.goto(path)
            found[f"{path} {shade}"] = obstacles(page)
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
    opened = Visitor(pages["dark"], load_texts(), "nl")
    opened.be("p-rachid")
    for command in ("pulse", "home", "door", "receipt", "page"):
        opened.command(load_chrome().of("nl")(f"commands.{command}"))
        found[f"{command} dark"] = obstacles(pages["dark"])
        opened.close()
    in_the_way = [f"{name}: {what}" for name, every in found.items() for what in every]
    assert not in_the_way, "\n".join(in_the_way)
