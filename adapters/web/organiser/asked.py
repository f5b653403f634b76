"""A request of an organiser: who asks, about which draft, and what it needs to know of the visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.web.organiser.drafts import Draft
from adapters.web.payload import Fields
from adapters.web.texts import Words
from adapters.web.view import Visit
from bot.ids import PersonId
from bot.people import Person


class Visits(Protocol):
    """What is known of a request."""

    def person(self, key: str) -> Person:
        """Return who the visitor is. Raises HTTPNotFound."""
        ...

    async def fields(self, request: web.Request) -> Fields:
        """Read a form that came from a page of ours. Raises HTTPForbidden for any other."""
        ...

    def html(self, request: web.Request, make: Callable[[Visit], str], *, status: int = 200) -> web.Response:
        """Answer with a page."""
        ...

    def words(self, request: web.Request) -> Words:
        """The words of the page."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A request about one draft, with what was made of it."""

    request: web.Request
    person: Person
    draft: Draft

    @property
    def path(self) -> str:
        """Where the draft is."""
        return f"/as/{self.person.id}/changes/{self.draft.id}"


class NotTheirs(Exception):
    """This person may not make a change, or does not organise this one."""

    def __init__(self, organisers: Sequence[PersonId] = ()) -> None:
        """`organisers` could be asked."""
        super().__init__()
        self.organisers = organisers
