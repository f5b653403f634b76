"""Someone who visits the sandbox without a mouse: every control is reached and used by keys alone."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.visitor import Visitor

TABS = 250
"""More steps than a page has controls."""


class KeyboardVisitor(Visitor):
    """Walks with Tab, presses with Enter, chooses with Space and the arrows."""

    def use(self, control: Locator) -> None:
        """Walk to a button or a link, and press Enter."""
        self._walk_to(control)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Walk to a field, and type."""
        self._walk_to(field)
        self.page.keyboard.type(text)

    def check(self, option: Locator) -> None:
        """Walk into a group of options, and go down until this one is chosen."""
        name = option.get_attribute("name")
        self._walk_until(option, f"document.activeElement.name === {name!r}")
        self.page.keyboard.press("Space")
        for _ in range(TABS):
            if option.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} cannot be chosen by keyboard")

    def _walk_to(self, control: Locator) -> None:
        self._walk_until(control, "document.activeElement === element")

    def _walk_until(self, control: Locator, reached: str) -> None:
        """Press Tab until the focus is there; a control that is never reached fails."""
        control.wait_for()
        for _ in range(TABS):
            if control.evaluate(f"element => {reached}"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by keyboard: {control}")
