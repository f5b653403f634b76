"""Draws the icons of the app package from the one drawing, which the sandbox's page has too.

    python -m tests.adapters.teams.drawing /usr/bin/chromium

writes them where `ruimte teams package` takes them from.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright

import adapters

ADAPTERS = Path(adapters.__file__).parent
DRAWING = ADAPTERS / "web" / "static" / "icon.svg"
ICONS = ADAPTERS / "teams" / "icons"
SIZES = {"color.png": 192, "outline.png": 32}
"""Pixels, square (the manifest's schema)."""

OUTLINE_BOX = "5.5 8 52 52"
"""What of the drawing the outline shows, without its ground."""


def drawn(name: str) -> str:
    """Return the drawing of an icon: on its ground without round corners, which Teams makes; or in white alone."""
    svg = DRAWING.read_text()
    if name == "color.png":
        return re.sub(r' rx="\d+"', "", svg)
    svg = re.sub(r"<rect[^>]*/>", "", svg).replace('viewBox="0 0 64 64"', f'viewBox="{OUTLINE_BOX}"')
    return re.sub(r"#[0-9a-f]{6}", "#ffffff", svg)


async def draw(browser: Browser, name: str) -> bytes:
    """Return the PNG of an icon."""
    size = SIZES[name]
    page = await browser.new_page(viewport={"width": size, "height": size})
    await page.set_content(
        f"<style>*{{margin:0}} svg{{display:block;width:{size}px;height:{size}px}}</style>{drawn(name)}"
    )
    shot = await page.screenshot(omit_background=True)
    await page.close()
    return shot


async def main(chromium: str) -> None:
    """Write both."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in SIZES:
            (ICONS / name).write_bytes(await draw(browser, name))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
