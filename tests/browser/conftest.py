"""The sandbox as `ruimte demo` starts it, and a real browser on it."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

STARTS_S = 60.0
"""A slow machine with other tests beside this one."""

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


NOWHERE = "/nothing-here"
"""A page that is not there; that Chromium remarks on it is no complaint."""


class Opens(Protocol):
    """Opens a page in a browser of its own."""

    def __call__(self, locale: str, *, width: int = 1100, dark: bool = False) -> Page:
        """Open a page that asks for a language."""
        ...


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Give the address of a sandbox of its own, that stops with the test and leaves nothing behind."""
    ruimte, place, errors = Path(sys.executable).with_name("ruimte"), tmp_path / "sandbox", tmp_path / "errors"
    with (
        errors.open("w") as complaints,
        subprocess.Popen(
            [ruimte, "demo", "--port", "0", "--directory", place],
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "RUIMTE_DATA": str(place)},
        ) as process,
    ):
        assert process.stdout is not None
        try:
            found = _address(process.stdout)
            assert found, errors.read_text()
            yield found
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert list(place.iterdir()) == []


def _address(output: IO[str]) -> str:
    """Read what the command prints until the address is there; "" when it ends without one."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    while line := lines.get(timeout=STARTS_S):
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    return ""


@pytest.fixture
def chromium(chromium_path: str) -> Iterator[Browser]:
    """Give a Chromium. One a test: while Playwright is there, no asynchronous test can run in this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opens(chromium: Browser, address: str) -> Iterator[Opens]:
    """Open pages of the sandbox, each in a browser of its own that speaks a language.

    Afterwards: no page asked another host for anything, and no script or policy complained.
    """
    asked: list[str] = []
    complaints: list[str] = []

    def open_(locale: str, *, width: int = 1100, dark: bool = False) -> Page:
        context = chromium.new_context(
            locale=locale,
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", hear)
        return page

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and not line.location["url"].endswith(NOWHERE):
            complaints.append(line.text)

    yield open_
    for context in chromium.contexts:
        context.close()
    assert {url for url in asked if not url.startswith(f"{address}/")} == set()
    # Chromium remarks on a form that cannot be taken as it is, status 422, and on requests that a test lets fail.
    assert [line for line in complaints if "422" not in line and "ERR_FAILED" not in line] == []
