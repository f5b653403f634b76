"""What axe-core finds in a page for people who do not see it, or not as we do. It is pinned, and from npm."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.conftest import leave_out

SCRIPT = Path(__file__).parents[2] / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
"""Where tests/install.sh puts it."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def obstacles(page: Page) -> list[str]:
    """Return what is found, each with where.

    The page stands still for it, so that no colour is half way, in a window as high as it is: what the clock covers
    at one place of a page that scrolls is not too small to press.
    """
    if not SCRIPT.exists():
        leave_out("axe-core is not there (make test-tools fetches it with npm)")
    window = page.viewport_size
    assert window is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": height})
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    page.set_viewport_size(window)
    assert found["passes"], "nothing was looked at"
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
