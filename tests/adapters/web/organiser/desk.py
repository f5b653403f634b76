"""An organiser with a browser without a script: fills in the form that stands on the page, and sends all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Pairs = list[tuple[str, str]]


class Reader(HTMLParser):
    """Reads a page: what each form would send as it stands, what is wrong with which field, and every text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, Pairs]] = []
        self.remarks: dict[str, list[str]] = {}
        self.ids: set[str] = set()
        self.buttons: list[str] = []
        self.text: list[str] = []
        self._into: str | None = None
        self._select: str | None = None
        self._remark: str | None = None
        self.feed(html)

    @property
    def _fields(self) -> Pairs:
        return self.forms[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag means for the form."""
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given["id"]} if "id" in given else set()
        if tag == "form":
            self.forms.append((given["action"], []))
        elif tag == "input" and "name" in given:
            boxes = {"checkbox", "radio"}
            if given.get("type") not in boxes or "checked" in given:
                self._fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self._into = given["name"]
            self._fields.append((given["name"], ""))
        elif tag == "select":
            self._select = given["name"]
            self._fields.append((given["name"], ""))
        elif tag == "option" and self._select and "selected" in given:
            self._fields[-1] = (self._select, given["value"])
        elif tag == "button":
            self.buttons.append(given.get("value", ""))
        elif tag == "p" and given.get("id", "").startswith("p-"):
            self._remark = given["id"].removeprefix("p-")

    def handle_endtag(self, tag: str) -> None:
        """Leave what was entered."""
        if tag == "textarea":
            self._into = None
        elif tag == "select":
            self._select = None
        elif tag == "p":
            self._remark = None

    def handle_data(self, data: str) -> None:
        """Take the text of a field, of a remark, or of the page."""
        if self._into is not None:
            name, value = self._fields[-1]
            # A browser drops the line break behind the tag.
            self._fields[-1] = (name, value + (data.removeprefix("\n") if not value else data))
        elif self._remark is not None and data.strip() not in {"", "!"}:
            self.remarks.setdefault(self._remark, []).append(data.strip())
        self.text.append(data)


@dataclass
class Desk:
    """One organiser and the page that is open."""

    client: TestClient[web.Request, web.Application]
    person: str = "p-johanna"
    html: str = ""
    path: str = ""
    status: int = 0
    typed: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def page(self) -> Reader:
        """What stands on the page."""
        return Reader(self.html)

    @property
    def says(self) -> str:
        """Every text of the page, blanks put together."""
        return " ".join(" ".join(self.page.text).split())

    @property
    def remarks(self) -> Mapping[str, list[str]]:
        """What is wrong, by field."""
        return self.page.remarks

    async def open(self, path: str = "") -> None:
        """Open a page of this person's changes."""
        await self._came(await self.client.get(path or f"/as/{self.person}/changes"))

    async def begin(self) -> None:
        """Begin a new change."""
        await self.open()
        await self.press("new")

    def type(self, *further: tuple[str, str | Sequence[str]], **given: str | Sequence[str]) -> None:
        """Fill in fields; `__` in a name stands for a dot, a field with several values takes a list."""
        for name, value in (*((key.replace("__", "."), value) for key, value in given.items()), *further):
            self.typed[name] = [value] if isinstance(value, str) else list(value)

    async def press(self, button: str, **headers: str) -> None:
        """Press a button of the last form that has it, and follow where it leads."""
        page = self.page
        assert any(value == button for value in page.buttons), f"no button {button!r} among {page.buttons}"
        action, fields = next(form for form in page.forms if "/changes" in form[0])
        sent = [(name, value) for name, value in fields if name not in self.typed]
        sent += [(name, value) for name, values in self.typed.items() for value in values]
        self.typed = {}
        await self._came(await self.client.post(action, data=[*sent, ("do", button)], headers=headers))

    async def fill_in(self) -> None:
        """Fill in the five things that are enough."""
        self.type(
            title__nl="Een nieuw kantoor",
            why__nl="Het oude is te klein.",
            frame__0__text__nl="Wie waar komt te zitten.",
            planning__0__ask__0__question__nl="Wat mogen we niet kwijtraken?",
            planning__0__opens_on="2027-01-19",
        )

    def field(self, name: str) -> list[str]:
        """What stands in a field."""
        return [value for form in self.page.forms for key, value in form[1] if key == name]

    async def _came(self, response: ClientResponse) -> None:
        self.status = response.status
        self.path = response.url.path_qs
        self.html = (await response.read()).decode()
