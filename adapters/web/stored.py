"""What is stored now: the real rows of the sandbox's database, beside a chat and on a page of their own.

The page asks for them every two seconds while somebody looks, and not when something is sent: what it shows is what a
thief who copies the database would have. Only the sandbox has it, in a company that does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.rows import Opened, Rows, Stored
from adapters.web.sandbox import Sandbox
from adapters.web.texts import Words
from adapters.web.view import View, Visit
from adapters.web.visits import Visits
from bot.people import Person
from prompts.loader import FileTexts

SHOWN_BYTES = 8
"""So much of a number is shown; the rest of it is no different."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A round to look at: how it is called, and where it is shown."""

    name: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown of one round; `stored` is None before any round has opened. `keys` are kinds of keys."""

    person: Person
    tabs: tuple[Tab, ...]
    round: Opened | None
    stored: Stored | None
    day: str
    keys: frozenset[str]
    query: str


class StoredPages:
    """The handlers."""

    def __init__(self, sandbox: Sandbox, rows: Rows, view: View, visits: Visits, texts: FileTexts) -> None:
        """Show these rows."""
        self._sandbox = sandbox
        self._rows = rows
        self._view = view
        self._visits = visits
        self._texts = texts

    async def page(self, request: web.Request) -> web.Response:
        """Show the rows on a page of their own."""
        return await self._html(request, "stored.html")

    async def rows(self, request: web.Request) -> web.Response:
        """Show the rows alone, for a page that is open."""
        return await self._html(request, "_stored.html")

    async def _html(self, request: web.Request, template: str) -> web.Response:
        seen = await self._seen(request)

        def make(visit: Visit) -> str:
            return self._view.stored(visit, template, {"seen": seen, "noise": noise, "number": number})

        return self._visits.html(request, make)

    async def _seen(self, request: web.Request) -> Seen:
        """Look. Raises HTTPNotFound for nobody."""
        company = self._sandbox.company
        person = self._visits.person(request.query.get("who", "") or company.suggested_employee)
        words = self._visits.words(request)
        rounds = tuple(await self._rows.rounds(company.tenant))
        chosen = choose(rounds, request.query.get("round", ""))
        tabs = tuple(self._tab(words, person, one, rounds, chosen=one is chosen) for one in rounds)
        if chosen is None:
            return Seen(person, tabs, None, None, "", frozenset(), urlencode({"who": person.id}))
        stored = await self._rows.of_round(company.tenant, chosen.id, person.id, person.name)
        day = words.day(chosen.closes_at, self._sandbox.zone)
        keys = frozenset(key.partition(".")[0] for key in stored.keys)
        return Seen(person, tabs, chosen, stored, day, keys, _query(person, chosen))

    def _tab(self, words: Words, person: Person, one: Opened, rounds: Sequence[Opened], *, chosen: bool) -> Tab:
        """Name a round by its kind, and by its number where there are more of that kind."""
        alike = [other for other in rounds if other.kind == one.kind]
        name = self._texts.get(words.language, f"kind.{one.kind}")
        return Tab(f"{name} {alike.index(one) + 1}" if len(alike) > 1 else name, _query(person, one), chosen)


def choose(rounds: Sequence[Opened], wished: str) -> Opened | None:
    """Return the round that was asked for, else the newest that is open, else the newest; None where there is none."""
    by_id = {str(one.id): one for one in rounds}
    open_ = [one for one in rounds if one.state == "open"]
    newest = (*rounds, *open_)
    return by_id.get(wished) or (newest[-1] if newest else None)


def number(name: bytes) -> str:
    """Write the beginning of a number."""
    return f"{name[:SHOWN_BYTES].hex()}…"


def noise(first: bytes) -> str:
    """Write the beginning of a box, byte by byte."""
    return f"{first[:SHOWN_BYTES].hex(' ')} …"


def _query(person: Person, round_: Opened) -> str:
    return urlencode({"who": person.id, "round": round_.id})
