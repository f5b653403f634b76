"""What is stored now, on a page: the rows as they are given, the round that is looked at, and nothing without rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import Site, make_app
from adapters.web.stored import choose, noise, number
from bot.ids import PersonId, RoundId, TenantId
from tests.adapters.web.conftest import Browser, Stage

CLOSES = datetime(2027, 1, 26, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Box:
    """A row with a box."""

    name: bytes
    size: int = 8192
    first: bytes = b"\x00\x01\x02"


@dataclass(frozen=True)
class OpenedRound:
    """A round."""

    id: RoundId
    kind: str = "listen"
    state: str = "open"
    closes_at: datetime = CLOSES


@dataclass(frozen=True)
class Message:
    """A row about a message."""

    kind: str = "invite"
    state: str = "sent"
    sent_at: datetime | None = CLOSES


@dataclass(frozen=True)
class Found:
    """What lies there."""

    waiting: Sequence[Box] = ()
    released: Sequence[Box] = ()
    named: int = 0
    messages: Sequence[Message] = ()
    keys: Sequence[str] = ()


class Tables:
    """A database with what it is given."""

    def __init__(self) -> None:
        self.opened: list[OpenedRound] = []
        self.found = Found()
        self.asked: list[tuple[str, str]] = []

    async def rounds(self, tenant: TenantId) -> Sequence[OpenedRound]:
        return self.opened

    async def of_round(self, tenant: TenantId, round_id: RoundId, person: PersonId, name: str) -> Found:
        self.asked.append((round_id, name))
        return self.found


ONE, TWO = OpenedRound(RoundId("r1")), OpenedRound(RoundId("r2"))


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
async def browser(stage: Stage, site: Site, tables: Tables) -> AsyncIterator[Browser]:
    """Give a browser on a sandbox that shows its rows."""
    sandbox = replace(stage.sandbox, rows=tables)
    async with TestClient(TestServer(make_app(sandbox, site)), headers={"Accept-Language": "nl"}) as client:
        yield Browser(client)


def test_the_newest_open_round_is_looked_at_unless_another_is_asked_for() -> None:
    done = replace(TWO, state="released")
    assert choose((ONE, TWO), "") == TWO
    assert choose((ONE, done), "") == ONE
    assert choose((ONE, TWO), "r1") == ONE
    assert choose((ONE, TWO), "no such round") == TWO
    assert choose((done,), "") == done
    assert choose((), "r1") is None


def test_a_number_and_a_box_are_shown_by_their_beginning() -> None:
    assert number(b"\xab" * 32) == "abababababababab…"
    assert noise(b"\x00\x0f\xff") == "00 0f ff …"


async def test_while_it_is_open_the_boxes_are_shown_and_no_answers(browser: Browser, tables: Tables) -> None:
    tables.opened = [ONE]
    tables.found = Found((Box(b"\x01" * 32), Box(b"\x02" * 32)), keys=("seal.t.r1", "wave.t.r1.1"))
    await browser.open("/stored/rows?who=p-amina")
    assert browser.html.count("<tr data-key=") == 2
    assert "2 doosjes op slot" in browser.html
    assert "dinsdag 26 januari 2027" in browser.html
    assert "De sleutel van de doosjes is er nog." in browser.html
    assert "antwoorden" not in browser.html.split("<h3>")[1]
    assert tables.asked == [("r1", "Amina Yusuf")]


async def test_after_the_close_the_answers_are_shown_and_the_keys_that_are_gone(
    browser: Browser, tables: Tables
) -> None:
    tables.opened = [replace(ONE, state="released")]
    tables.found = Found(released=(Box(b"\x03" * 16),), messages=(Message(),), keys=("batch.t.r1",))
    await browser.open("/stored?who=p-amina&round=r1")
    assert "1 antwoord" in browser.html
    assert "De sleutel van de doosjes is weggegooid." in browser.html
    assert "Gevonden: 0" in browser.html
    assert "2027-01-26 08:00:00" in browser.html


async def test_rounds_of_one_kind_are_told_apart_by_their_number(browser: Browser, tables: Tables) -> None:
    tables.opened = [ONE, TWO, OpenedRound(RoundId("r3"), kind="pulse")]
    await browser.open("/stored")
    for name in ("Luisterronde 1<", "Luisterronde 2<", "Peiling<"):
        assert name in browser.html


async def test_before_any_round_it_says_so(browser: Browser, tables: Tables) -> None:
    response = await browser.open("/stored?who=p-amina")
    assert response.status == 200
    assert "Er is nog geen ronde begonnen." in browser.html
    assert tables.asked == []


async def test_nobody_and_a_guest_have_no_rows(browser: Browser) -> None:
    assert (await browser.open("/stored?who=nobody")).status == 404
    assert (await browser.open("/stored/rows?who=nobody")).status == 404


async def test_a_sandbox_without_rows_has_no_such_page_and_no_panel(stage: Stage, site: Site) -> None:
    async with TestClient(TestServer(make_app(stage.sandbox, site))) as client:
        assert (await client.get("/stored")).status == 404
        assert "stored.js" not in await (await client.get("/as/p-amina")).text()


async def test_beside_a_chat_the_panel_asks_for_the_rows_of_whoever_looks(browser: Browser) -> None:
    await browser.open("/as/p-amina")
    assert 'data-rows="/stored/rows?who=p-amina"' in browser.html
