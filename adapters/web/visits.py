"""Who visits: as whom they look, in which words, with which form, and the page that goes back to them."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.company.chats import Chat
from adapters.web import payload
from adapters.web.guard import LANGUAGE_COOKIE, TOKEN_FIELD, Guard, new_visitor
from adapters.web.payload import Fields
from adapters.web.sandbox import Pane, Place, Sandbox
from adapters.web.texts import Chrome, Words
from adapters.web.view import Visit
from bot.ids import PersonId
from bot.people import Person

PATH_COOKIE = "ruimte_path"
"""Says "off" in the browser of someone who left the path."""


class Visits:
    """What every handler needs to know of a request."""

    def __init__(self, sandbox: Sandbox, chrome: Chrome, guard: Guard) -> None:
        """Look at requests to this sandbox."""
        self._sandbox = sandbox
        self._chrome = chrome
        self._guard = guard

    def person(self, key: str) -> Person:
        """Return who the visitor is. Raises HTTPNotFound for nobody, and for a guest."""
        person = self._sandbox.company.person(PersonId(key))
        if person is None or person.guest:
            raise web.HTTPNotFound
        return person

    def allowed(self, person: Person, place: Place) -> Chat:
        """Return the chat that someone may see. Raises HTTPNotFound where they may not look."""
        chat = self._sandbox.chat(person, place)
        if chat is None:
            raise web.HTTPNotFound
        return chat

    def pane(self, text: str) -> Pane | None:
        """Read who looks where, written as `Pane.key`; None for no text. Raises HTTPNotFound where they may not."""
        if not text:
            return None
        key, _, place = text.partition(".")
        pane = Pane(self.person(key), place_of(place))
        self.allowed(pane.person, pane.place)
        return pane

    async def fields(self, request: web.Request) -> Fields:
        """Read a form that came from a page of ours. Raises HTTPForbidden for any other."""
        fields = await request.post()
        if not self._guard.may_post(request, payload.text(fields, TOKEN_FIELD)):
            raise web.HTTPForbidden
        return fields

    def words(self, request: web.Request) -> Words:
        """The words of the page: as chosen, else as the browser asks."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        if chosen:
            return self._chrome.of(chosen)
        return self._chrome.accepted(request.headers.get("Accept-Language", ""))

    def html(self, request: web.Request, make: Callable[[Visit], str], *, status: int = 200) -> web.Response:
        """Answer with a page, or a part of one, for this visitor."""
        response = web.Response(content_type="text/html", charset="utf-8", status=status)
        visitor = new_visitor(response, request)
        off_the_path = request.cookies.get(PATH_COOKIE) == "off"
        visit = Visit(self.words(request), self._guard.token(visitor), request.path_qs, off_the_path=off_the_path)
        response.text = make(visit)
        return response


def see(path: str) -> web.Response:
    """Send the browser on to a page; going back to what it sent does not send it again."""
    return web.Response(status=303, headers={"Location": path})


def own_path(text: str) -> str:
    """Return a path that leads to this site; anything else leads to the first page."""
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else "/"


def place_of(text: str) -> Place:
    """Where someone looks; anything unknown is their own chat."""
    return "channel" if text == "channel" else "own"
