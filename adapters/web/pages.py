"""What is done with a request: turn it into an event, hand it to the service, show what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from adapters.company.chats import Chat
from adapters.web import payload
from adapters.web.guard import LANGUAGE_COOKIE, TOKEN_FIELD, Guard, new_visitor
from adapters.web.live import Live
from adapters.web.openings import Opening
from adapters.web.payload import Fields
from adapters.web.sandbox import FAR, Place, Sandbox
from adapters.web.texts import Chrome, Words
from adapters.web.view import View, Visit
from bot.events import Pressed, Submitted
from bot.ids import PersonId
from bot.messages import Form, Invalid, Notice, Paragraph, Reply
from bot.people import Person

FRAGMENT_HEADER = "X-Ruimte-Fragment"
"""A script asks with it for the part of a page that goes into the dialog."""

YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Shown:
    """What the service said, and the stamp of the form that it is or belongs to."""

    reply: Reply
    stamp: int


class Pages:
    """The handlers of one sandbox."""

    def __init__(self, sandbox: Sandbox, chrome: Chrome, view: View, guard: Guard, live: Live) -> None:
        """Serve this sandbox."""
        self._sandbox = sandbox
        self._chrome = chrome
        self._view = view
        self._guard = guard
        self._live = live

    # Looking

    async def choose(self, request: web.Request) -> web.Response:
        """Choose who one is."""
        return self._html(request, self._view.choose)

    async def chat(self, request: web.Request) -> web.Response:
        """Show a chat to someone who may see it; from now on the visitor plays this person."""
        person, place = self._person(request), _place(request.path.rsplit("/", 1)[-1])
        self._allowed(person, place)
        self._sandbox.played.add(person.id)
        says = request.query.get("says", "")
        return self._html(request, lambda visit: self._view.chat(visit, person, place, says=says))

    async def messages(self, request: web.Request) -> web.Response:
        """Show the messages of a chat alone."""
        person, place = self._person(request), _place(request.query.get("place", ""))
        self._allowed(person, place)
        return self._html(request, lambda visit: self._view.messages(visit, person, place))

    async def explained(self, request: web.Request) -> web.Response:
        """How anonymous answering works, on a page of its own: of the round that a form was about, or of any."""
        about = request.query.get("about", "") or f"- {self._words(request).language}"
        notice = await self._sandbox.service.explain(self._sandbox.company.tenant, about)
        return self._html(request, lambda visit: self._view.explained(visit, notice, about))

    async def reply(self, request: web.Request) -> web.Response:
        """Show a form or a notice again, as a page of its own."""
        person = self._person(request)
        opening = self._sandbox.openings.get(request.match_info["name"], person.id)
        if opening is None:
            raise web.HTTPNotFound
        return self._html(request, lambda visit: self._view.reply(visit, person, opening, fragment=False))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tell an open page what changes, until it goes away."""
        person, place = self._person(request), _place(request.query.get("place", ""))
        chat = self._allowed(person, place)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        words = self._words(request)
        with self._sandbox.chats.watch(chat) as queue:
            async for event in self._live.stream(queue, lambda told: {**self._view.clock(words), **told}):
                try:
                    await response.write(event)
                except ConnectionError:
                    break
        return response

    # Doing

    async def press(self, request: web.Request) -> web.StreamResponse:
        """Press a button or give a command."""
        person, fields = self._person(request), await self._fields(request)
        action = payload.action(fields)
        event = Pressed(self._sandbox.company.tenant, person.id, action, payload.text(fields, "value"))
        reply = await self._sandbox.service.handle(event)
        stamp = self._sandbox.openings.stamp(self._sandbox.clock.now())
        return self._answer(request, person, fields, Shown(reply, stamp))

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send a form; what follows it, if anything, is a further step of the same form."""
        person, fields = self._person(request), await self._fields(request)
        stamp, state = payload.number(fields, "stamp"), payload.text(fields, "state")
        event = Submitted(
            self._sandbox.company.tenant, person.id, payload.action(fields), state, payload.filled(fields), stamp
        )
        reply = await self._sandbox.service.handle(event)
        return self._answer(request, person, fields, Shown(reply, stamp))

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Move the clock; the answer comes when it has arrived."""
        person, fields = self._person(request), await self._fields(request)
        place = _place(payload.text(fields, "place"))
        says = await self._move(person, place, payload.text(fields, "to"))
        self._live.tell_clock({"moving": False, "progress": 100})
        if FRAGMENT_HEADER not in request.headers:
            return _see(_path(person, place) + (f"?says={says}" if says else ""))
        words = self._words(request)
        return web.json_response(self._view.clock(words) | {"says": words(f"clock.{says}") if says else ""})

    async def language(self, request: web.Request) -> web.StreamResponse:
        """Choose the language of the page."""
        fields = await self._fields(request)
        words = self._chrome.of(payload.text(fields, "language"))
        back = payload.text(fields, "back")
        response = _see(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
        response.set_cookie(LANGUAGE_COOKIE, words.language, max_age=YEAR_S, samesite="Strict", httponly=True)
        return response

    def error(self, request: web.Request, key: str, status: int) -> web.Response:
        """Say what went wrong; to a script in a line, to a person on a page."""
        if FRAGMENT_HEADER in request.headers:
            return web.Response(text=self._words(request)(f"error.{key}"), status=status)
        return self._html(request, lambda visit: self._view.error(visit, key), status=status)

    # Inside

    async def _move(self, person: Person, place: Place, to: str) -> str:
        """Move the clock; return the key of what there is to say about it."""
        sandbox = self._sandbox
        chat = self._allowed(person, place)
        if sandbox.play.moving:
            return "busy"
        begin = sandbox.clock.now()
        days = {"tomorrow": 1, "week": 7}.get(to)
        end = sandbox.tomorrow(days) if days else begin + FAR

        def tell(now: datetime) -> None:
            share = 100 * (now - begin) / (end - begin) if days else 50
            self._live.tell_clock({"moving": True, "progress": min(int(share), 99)})

        if days:
            await sandbox.play.move_to(end, progress=tell)
            return ""
        before = sandbox.chats.arrived(chat)
        come = await sandbox.play.move_until(lambda: sandbox.chats.arrived(chat) > before, limit=end, progress=tell)
        return "" if come else "nothing"

    def _answer(self, request: web.Request, person: Person, fields: Fields, shown: Shown) -> web.StreamResponse:
        """Show a reply: in the dialog where a script asked, else on a page of its own."""
        opening = self._opening(request, person, fields, shown)
        if FRAGMENT_HEADER not in request.headers:
            return _see(f"/as/{person.id}/reply/{self._sandbox.openings.keep(opening)}")
        if isinstance(opening.reply, Form):
            self._sandbox.openings.keep(opening)
        status = 422 if isinstance(shown.reply, Invalid) else 200
        return self._html(request, lambda visit: self._view.reply(visit, person, opening, fragment=True), status=status)

    def _opening(self, request: web.Request, person: Person, fields: Fields, shown: Shown) -> Opening:
        """Say what to show: the reply itself, or the form as it was sent with what is wrong with it."""
        place = _place(payload.text(fields, "place"))
        reply, stamp = shown.reply, shown.stamp
        if not isinstance(reply, Invalid):
            return Opening(person.id, place, reply, stamp)
        form = self._sandbox.openings.form(person.id, stamp, payload.text(fields, "state"))
        if form is None:
            return Opening(person.id, place, _lost(self._words(request), reply), stamp)
        typed = dict(payload.filled(fields))
        return Opening(person.id, place, form, stamp, typed, reply.problems)

    def _person(self, request: web.Request) -> Person:
        """Return who the visitor is. Raises HTTPNotFound for nobody, and for a guest."""
        person = self._sandbox.company.person(PersonId(request.match_info["person"]))
        if person is None or person.guest:
            raise web.HTTPNotFound
        return person

    def _allowed(self, person: Person, place: Place) -> Chat:
        """Return the chat that someone may see. Raises HTTPNotFound where they may not look."""
        chat = self._sandbox.chat(person, place)
        if chat is None:
            raise web.HTTPNotFound
        return chat

    async def _fields(self, request: web.Request) -> Fields:
        """Read a form that came from a page of ours. Raises HTTPForbidden for any other."""
        fields = await request.post()
        if not self._guard.may_post(request, payload.text(fields, TOKEN_FIELD)):
            raise web.HTTPForbidden
        return fields

    def _words(self, request: web.Request) -> Words:
        """The words of the page: as chosen, else as the browser asks."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        if chosen:
            return self._chrome.of(chosen)
        return self._chrome.accepted(request.headers.get("Accept-Language", ""))

    def _html(self, request: web.Request, make: Callable[[Visit], str], *, status: int = 200) -> web.Response:
        """Answer with a page, or a part of one, for this visitor."""
        response = web.Response(content_type="text/html", charset="utf-8", status=status)
        visitor = new_visitor(response, request)
        visit = Visit(self._words(request), self._guard.token(visitor), request.path_qs)
        response.text = make(visit)
        return response


def _see(path: str) -> web.Response:
    """Send the browser on to a page; going back to what it sent does not send it again."""
    return web.Response(status=303, headers={"Location": path})


def _path(person: Person, place: Place) -> str:
    return f"/as/{person.id}/channel" if place == "channel" else f"/as/{person.id}"


def _place(text: str) -> Place:
    """Where someone looks; anything unknown is their own chat."""
    return "channel" if text == "channel" else "own"


def _lost(words: Words, invalid: Invalid) -> Notice:
    """What stands in for a form that was open so long that it cannot be shown again."""
    lines = (words("form.lost"), *(text for _, text in invalid.problems))
    return Notice(words("error.title"), tuple(Paragraph(line) for line in lines))
