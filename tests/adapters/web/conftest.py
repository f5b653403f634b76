"""A sandbox on a service that remembers what it was asked, and a browser without a script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.clock import VirtualClock
from adapters.company.chats import Chats
from adapters.company.play import Play
from adapters.company.roster import Company, load_company
from adapters.web.app import Site, make_app
from adapters.web.sandbox import Pane, Place, Sandbox
from bot.ids import ChangeId, Language, MessageRef, PersonId, RoundId
from bot.messages import Block, Message, Paragraph
from bot.outbox import Item, Kind
from tests.adapters.company.fakes import TENANT, Agenda, Desk, invitation, item

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def company() -> Company:
    """Give the company."""
    return load_company()


@pytest.fixture(scope="session")
def site() -> Site:
    """Give what is read from disk."""
    return Site()


class Nobody:
    """Nobody does anything by themselves."""

    next_at: datetime | None = None

    async def act(self) -> None:
        """Never called."""
        raise AssertionError


class Stage:
    """The sandbox, and what stands behind it."""

    def __init__(self, company: Company) -> None:
        self._items = 0
        self.clock = VirtualClock(NOW)
        self.desk = Desk()
        self.chats = Chats(company.people, self.clock, channel=company.channel, members=company.readers)
        self.agenda = Agenda(NOW + timedelta(hours=2))
        self.agenda.now = self.clock.now
        play = Play(self.agenda, TENANT, self.clock, Nobody())
        self.sandbox = Sandbox(
            self.desk, company, self.chats, self.clock, play, set(), ChangeId("rooster"), Language("nl")
        )

    async def invite(self, person: str = "p-amina", number: int = 1) -> None:
        """Put an invitation in someone's chat."""
        await self.chats.send(item(number, NOW, person=person), invitation("r1.token"), None)

    async def post(self, kind: Kind, round_: str) -> None:
        """Put a message about a round in the core team's channel."""
        about = replace(self._item(kind), channel=self.sandbox.company.channel, round=RoundId(round_))
        await self.chats.send(about, Message("d", (Paragraph("Digest"),)), None)

    async def tell(self, person: str, kind: Kind, *blocks: Block) -> MessageRef:
        """Put a message of a kind in someone's chat."""
        return await self.chats.send(replace(self._item(kind), person=PersonId(person)), Message("n", blocks), None)

    def pane(self, person: str, place: Place) -> Pane:
        """Someone who looks somewhere."""
        found = self.sandbox.company.person(PersonId(person))
        assert found is not None
        return Pane(found, place)

    def _item(self, kind: Kind) -> Item:
        self._items += 1
        return Item(f"s{self._items}", TENANT, kind, NOW)


class Browser:
    """A browser without a script: keeps cookies, follows redirects, sends the hidden fields of the forms it sees."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        self.html = ""

    async def open(self, path: str, **headers: str) -> ClientResponse:
        """Open a page."""
        response = await self.client.get(path, headers=headers)
        self.html = (await response.read()).decode(errors="replace")
        return response

    async def press(self, label: str, **typed: str) -> ClientResponse:
        """Press a button of the page, with what was typed in its form."""
        action, fields = self.form_of(label)
        return await self.post(action, fields | typed)

    async def post(
        self, action: str, fields: Mapping[str, str], *, follow: bool = True, headers: Mapping[str, str] | None = None
    ) -> ClientResponse:
        """Send a form."""
        response = await self.client.post(action, data=fields, headers=headers, allow_redirects=follow)
        self.html = await response.text()
        return response

    def form_of(self, label: str) -> tuple[str, dict[str, str]]:
        """Find the form of a button: where it goes, and its hidden fields."""
        for form in re.findall(r"<form[^>]*>.*?</form>", self.html, flags=re.DOTALL):
            if re.search(rf">\s*{re.escape(label)}\s*</button>", form):
                return _parts(form)
        found = re.search(rf'<button[^>]*form="([^"]+)"[^>]*>\s*{re.escape(label)}\s*</button>', self.html)
        assert found, f"no button {label!r} on the page"
        form = re.search(rf'<form[^>]*id="{found[1]}"[^>]*>.*?</form>', self.html, flags=re.DOTALL)
        assert form
        return _parts(form[0])


def _parts(form: str) -> tuple[str, dict[str, str]]:
    action = re.search(r'action="([^"]*)"', form)
    assert action
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return unescape(action[1]), {name: unescape(value) for name, value in hidden}


@pytest.fixture
def stage(company: Company) -> Stage:
    """Give a sandbox in which nothing happened yet."""
    return Stage(company)


@pytest.fixture
async def browser(stage: Stage, site: Site) -> AsyncIterator[Browser]:
    """Give a browser on that sandbox, in Dutch."""
    async with TestClient(TestServer(make_app(stage.sandbox, site)), headers={"Accept-Language": "nl"}) as client:
        yield Browser(client)
