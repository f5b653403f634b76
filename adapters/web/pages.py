"""What is done with a request: turn it into an event, hand it to the service, show what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from adapters.web import payload
from adapters.web.guard import LANGUAGE_COOKIE
from adapters.web.live import Live
from adapters.web.openings import Opening
from adapters.web.path import Path
from adapters.web.payload import Fields
from adapters.web.sandbox import FAR, Pane, Sandbox
from adapters.web.texts import Chrome, Words
from adapters.web.view import View
from adapters.web.visits import Visits, own_path, place_of, see
from bot.events import Pressed, Submitted
from bot.messages import Action, Form, Invalid, Notice, Paragraph, Reply
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

    def __init__(self, sandbox: Sandbox, chrome: Chrome, view: View, visits: Visits, live: Live, path: Path) -> None:
        """Serve this sandbox."""
        self._sandbox = sandbox
        self._chrome = chrome
        self._view = view
        self._visits = visits
        self._live = live
        self._path = path

    # Looking

    async def choose(self, request: web.Request) -> web.Response:
        """Say what this is, show the path through it, and let choose who one is."""
        return self._visits.html(request, self._view.choose)

    async def chat(self, request: web.Request) -> web.Response:
        """Show a chat to someone who may see it; from now on the visitor plays this person."""
        person = self._visits.person(request.match_info["person"])
        pane = Pane(person, place_of(request.path.rsplit("/", 1)[-1]))
        self._visits.allowed(person, pane.place)
        self._look((pane,))
        says = request.query.get("says", "")
        return self._visits.html(request, lambda visit: self._view.chat(visit, pane, says=says))

    async def together(self, request: web.Request) -> web.Response:
        """Show two chats side by side: an employee and the core team, or whoever is asked for."""
        company = self._sandbox.company
        left = self._visits.pane(request.query.get("left", f"{company.suggested_employee}.own"))
        right = self._visits.pane(request.query.get("right", f"{company.suggested_core}.channel"))
        if left is None or right is None or self._sandbox.same(left, right):
            raise web.HTTPNotFound
        self._look((left, right))
        says = request.query.get("says", "")
        return self._visits.html(request, lambda visit: self._view.together(visit, left, right, says=says))

    async def messages(self, request: web.Request) -> web.Response:
        """Show the messages of a chat alone."""
        person = self._visits.person(request.match_info["person"])
        pane = Pane(person, place_of(request.query.get("place", "")))
        self._visits.allowed(person, pane.place)
        self._look((pane,))
        return self._visits.html(request, lambda visit: self._view.messages(visit, pane))

    async def explained(self, request: web.Request) -> web.Response:
        """How anonymous answering works, on a page of its own: of the round that a form was about, or of any."""
        about = request.query.get("about", "") or f"- {self._visits.words(request).language}"
        notice = await self._sandbox.service.explain(self._sandbox.company.tenant, about)
        return self._visits.html(request, lambda visit: self._view.explained(visit, notice, about))

    async def reply(self, request: web.Request) -> web.Response:
        """Show a form or a notice again, as a page of its own."""
        person = self._visits.person(request.match_info["person"])
        opening = self._sandbox.openings.get(request.match_info["name"], person.id)
        if opening is None:
            raise web.HTTPNotFound
        return self._visits.html(request, lambda visit: self._view.reply(visit, person, opening, fragment=False))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tell an open page what changes, until it goes away."""
        chats = tuple(self._visits.allowed(pane.person, pane.place) for pane in self._panes(request, request.query))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        words = self._visits.words(request)
        with self._sandbox.chats.watch(*chats) as queue:
            async for event in self._live.stream(queue, lambda told: {**self._view.clock(words), **told}):
                try:
                    await response.write(event)
                except ConnectionError:
                    break
        return response

    # Doing

    async def press(self, request: web.Request) -> web.StreamResponse:
        """Press a button or give a command."""
        person, fields = self._visits.person(request.match_info["person"]), await self._visits.fields(request)
        action = payload.action(fields)
        event = Pressed(self._sandbox.company.tenant, person.id, action, payload.text(fields, "value"))
        reply = await self._sandbox.service.handle(event)
        self._path.happened(event, reply)
        await self._settle(event)
        stamp = self._sandbox.openings.stamp(self._sandbox.clock.now())
        return self._answer(request, person, fields, Shown(reply, stamp))

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send a form; what follows it, if anything, is a further step of the same form."""
        person, fields = self._visits.person(request.match_info["person"]), await self._visits.fields(request)
        stamp, state = payload.number(fields, "stamp"), payload.text(fields, "state")
        event = Submitted(
            self._sandbox.company.tenant, person.id, payload.action(fields), state, payload.filled(fields), stamp
        )
        reply = await self._sandbox.service.handle(event)
        self._path.happened(event, reply)
        await self._settle(event)
        return self._answer(request, person, fields, Shown(reply, stamp))

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Move the clock; the answer comes when it has arrived."""
        fields = await self._visits.fields(request)
        panes = self._panes(request, {name: payload.text(fields, name) for name in ("place", "beside")})
        says = await self._move(panes, payload.text(fields, "to"))
        self._live.tell_clock({"moving": False, "progress": 100})
        if FRAGMENT_HEADER not in request.headers:
            return see(_address(panes, says))
        words = self._visits.words(request)
        return web.json_response(self._view.clock(words) | {"says": words(f"clock.{says}") if says else ""})

    async def language(self, request: web.Request) -> web.StreamResponse:
        """Choose the language of the page."""
        fields = await self._visits.fields(request)
        words = self._chrome.of(payload.text(fields, "language"))
        response = see(own_path(payload.text(fields, "back")))
        response.set_cookie(LANGUAGE_COOKIE, words.language, max_age=YEAR_S, samesite="Strict", httponly=True)
        return response

    def error(self, request: web.Request, key: str, status: int) -> web.Response:
        """Say what went wrong; to a script in a line, to a person on a page."""
        if FRAGMENT_HEADER in request.headers:
            return web.Response(text=self._visits.words(request)(f"error.{key}"), status=status)
        return self._visits.html(request, lambda visit: self._view.error(visit, key), status=status)

    # Inside

    def _panes(self, request: web.Request, said: Mapping[str, str]) -> tuple[Pane, ...]:
        """Return the one or two chats that a page shows. Raises HTTPNotFound where someone may not look."""
        person = self._visits.person(request.match_info["person"])
        pane, beside = Pane(person, place_of(said.get("place", ""))), self._visits.pane(said.get("beside", ""))
        self._visits.allowed(person, pane.place)
        return (pane,) if beside is None else (pane, beside)

    def _look(self, panes: tuple[Pane, ...]) -> None:
        """The visitor plays these people from now on, and sees what stands there."""
        for pane in panes:
            self._sandbox.played.add(pane.person.id)
            self._path.looked(pane)

    async def _settle(self, event: Pressed | Submitted) -> None:
        """Let what somebody brought about arrive at once. An answer brings nothing about, and many give one at once."""
        if event.action is not Action.ANSWER:
            await self._sandbox.play.settle()

    async def _move(self, panes: tuple[Pane, ...], to: str) -> str:
        """Move the clock; return the key of what there is to say about it."""
        sandbox = self._sandbox
        chats = tuple(self._visits.allowed(pane.person, pane.place) for pane in panes)
        if sandbox.play.moving:
            return "busy"
        begin = sandbox.clock.now()
        days = {"tomorrow": 1, "week": 7}.get(to)
        end = sandbox.tomorrow(days) if days else begin + FAR

        def tell(now: datetime) -> None:
            share = 100 * (now - begin) / (end - begin) if days else 50
            self._live.tell_clock({"moving": True, "progress": min(int(share), 99)})

        def arrived() -> int:
            return sum(sandbox.chats.arrived(chat) for chat in chats)

        if days:
            await sandbox.play.move_to(end, progress=tell)
            return ""
        before = arrived()
        come = await sandbox.play.move_until(lambda: arrived() > before, limit=end, progress=tell)
        return "" if come else "nothing"

    def _answer(self, request: web.Request, person: Person, fields: Fields, shown: Shown) -> web.StreamResponse:
        """Show a reply: in the dialog where a script asked, else on a page of its own."""
        opening = self._opening(request, person, fields, shown)
        if FRAGMENT_HEADER not in request.headers:
            return see(f"/as/{person.id}/reply/{self._sandbox.openings.keep(opening)}")
        if isinstance(opening.reply, Form):
            self._sandbox.openings.keep(opening)
        status = 422 if isinstance(shown.reply, Invalid) else 200
        return self._visits.html(
            request, lambda visit: self._view.reply(visit, person, opening, fragment=True), status=status
        )

    def _opening(self, request: web.Request, person: Person, fields: Fields, shown: Shown) -> Opening:
        """Say what to show: the reply itself, or the form as it was sent with what is wrong with it."""
        place = place_of(payload.text(fields, "place"))
        reply, stamp = shown.reply, shown.stamp
        if not isinstance(reply, Invalid):
            return Opening(person.id, place, reply, stamp)
        form = self._sandbox.openings.form(person.id, stamp, payload.text(fields, "state"))
        if form is None:
            return Opening(person.id, place, _lost(self._visits.words(request), reply), stamp)
        typed = dict(payload.filled(fields))
        return Opening(person.id, place, form, stamp, typed, reply.problems)


def _address(panes: tuple[Pane, ...], says: str) -> str:
    """Where these chats are shown, with what the clock has to say."""
    if len(panes) == 1:
        return panes[0].path + (f"?says={says}" if says else "")
    left, right = panes
    return f"/together?left={left.key}&right={right.key}" + (f"&says={says}" if says else "")


def _lost(words: Words, invalid: Invalid) -> Notice:
    """What stands in for a form that was open so long that it cannot be shown again."""
    lines = (words("form.lost"), *(text for _, text in invalid.problems))
    return Notice(words("error.title"), tuple(Paragraph(line) for line in lines))
