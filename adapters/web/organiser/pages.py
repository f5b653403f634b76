"""What is done with a request of an organiser: keep what was typed, judge it, show it, try it, put it in place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.change_file import dump_change
from adapters.web import payload
from adapters.web.organiser.asked import Asked, NotTheirs, Visits
from adapters.web.organiser.drafts import Draft, new_draft, with_fields
from adapters.web.organiser.edits import do, settled
from adapters.web.organiser.filled import form_of
from adapters.web.organiser.judging import Judged, judge, languages_of, read_file
from adapters.web.organiser.shape import Pairs, flat
from adapters.web.organiser.view import HERE_LOOK, SIDE_BY_SIDE, OrganiserView, Shown
from adapters.web.organiser.workroom import Workroom
from adapters.web.payload import Fields
from adapters.web.texts import Words
from bot.change import Change, ChangeState
from bot.errors import DeliveryFailed, IllegalMove, NotAllowed, NotFound, Refused, StaleWrite
from bot.ids import ChangeId, Language
from bot.people import Person

FRAGMENT_HEADER = "X-Ruimte-Fragment"
"""A script asks with it for the page that is open already, as it would be now."""

_HOW = ("new", "corrected", "told", "same")
"""What `apply` may have done, as the page says it."""

_OWN = frozenset({"csrf", "do"})
"""Fields that are not of the change."""


class OrganiserPages:
    """The handlers."""

    def __init__(self, room: Workroom, view: OrganiserView, visits: Visits) -> None:
        """Serve this workroom."""
        self._room = room
        self._view = view
        self._visits = visits

    def routes(self) -> list[web.RouteDef]:
        """Return where everything is."""
        at = "/as/{person}/changes"
        return [
            web.get(at, self._for_theirs(self.all)),
            web.post(at, self._for_theirs(self.begin)),
            web.get(f"{at}/{{draft}}", self._for_theirs(self.form)),
            web.post(f"{at}/{{draft}}", self._for_theirs(self.press)),
            web.get(f"{at}/{{draft}}/messages", self._for_theirs(self.messages)),
            web.get(f"{at}/{{draft}}/file", self._for_theirs(self.file)),
            web.get(f"{at}/of/{{change}}/file", self._for_theirs(self.stored_file)),
        ]

    def _for_theirs(self, handle: Handler) -> Handler:
        """Say in a sentence that a change is not theirs, whatever they asked of it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handle(request)
            except NotTheirs as refusal:
                person = self._visits.person(request.match_info["person"])
                known = {one.id: one.name for one in await self._room.people()}
                who = [known.get(one, one) for one in refusal.organisers]
                return self._visits.html(request, lambda visit: self._view.refused(visit, person, who), status=403)

        return answer

    # Looking

    async def all(self, request: web.Request) -> web.Response:
        """Show somebody's changes and drafts."""
        person = self._visits.person(request.match_info["person"])
        how = request.query.get("how", "")
        return await self._all(
            request, person, applied=request.query.get("applied"), how=how if how in _HOW else _HOW[0]
        )

    async def form(self, request: web.Request) -> web.Response:
        """Show a draft."""
        asked = await self._asked(request)
        judged = await self._judged(asked)
        return self._visits.html(request, lambda visit: self._view.form(visit, asked.person, asked.draft, judged))

    async def messages(self, request: web.Request) -> web.Response:
        """Show every message of a draft, on a platform, in a language."""
        asked = await self._asked(request)
        judged = await self._judged(asked)
        if judged.change is None or not judged.readable:
            await self._room.drafts.update(replace(asked.draft, judged=True))
            return _see(f"{asked.path}#problems")
        languages = languages_of(judged.form, self._room.texts)
        wished = Language(request.query.get("language", ""))
        language = wished if wished in self._room.texts.languages else languages[0]
        look = request.query.get("look", HERE_LOOK)
        shown = Shown(
            look=look if look in {HERE_LOOK, SIDE_BY_SIDE, *self._room.looks} else HERE_LOOK,
            language=language,
            previews=await self._room.service.previews(self._room.tenant, judged.change, language),
            tried=int(tried) if (tried := request.query.get("tried", "")).isdigit() else 0,
            trouble="unreachable" if request.query.get("trouble") else "",
        )
        return self._visits.html(
            request, lambda visit: self._view.messages(visit, asked.person, asked.draft, judged, shown)
        )

    async def file(self, request: web.Request) -> web.Response:
        """Give the file of a draft: as `ruimte change show` would print it, or as far as it goes."""
        asked = await self._asked(request)
        return _file((await self._judged(asked)).file)

    async def stored_file(self, request: web.Request) -> web.Response:
        """Give the file of a change that is in place: what `ruimte change show` prints."""
        person = self._visits.person(request.match_info["person"])
        change = await self._own(person, ChangeId(request.match_info["change"]))
        return _file(await asyncio.to_thread(dump_change, change))

    # Doing

    async def begin(self, request: web.Request) -> web.Response:
        """Begin a draft: of a new change, of one that is there, or from a file."""
        person = self._visits.person(request.match_info["person"])
        fields = await self._visits.fields(request)
        verb, _, about = payload.text(fields, "do").partition(" ")
        if verb == "open":
            return await self._begin(await self._correction(person, ChangeId(about)))
        if not self._room.may_make(person.id):
            raise NotTheirs
        if verb == "file":
            return await self._begin_from_file(request, person, payload.text(fields, "file"))
        language = self._visits.words(request).language
        return await self._begin(new_draft(person.id, tuple(flat(self._room.new_form(person, language)))))

    async def press(self, request: web.Request) -> web.StreamResponse:
        """Keep what was typed, and do what the button says."""
        asked = await self._asked(request)
        fields = await self._visits.fields(request)
        button = payload.text(fields, "do")
        verb = button.partition(" ")[0]
        draft = self._typed(asked.draft, fields, button)
        if verb == "discard":
            await self._room.drafts.remove(draft)
            return _see(f"/as/{asked.person.id}/changes")
        await self._room.drafts.update(draft)
        asked = replace(asked, draft=draft)
        if verb in _DOING:
            return await _DOING[verb](self, asked, button.partition(" ")[2])
        if FRAGMENT_HEADER in request.headers:
            judged = await self._judged(asked)
            return self._visits.html(request, lambda visit: self._view.form(visit, asked.person, draft, judged))
        return _see(asked.path + _anchor(button))

    def _typed(self, draft: Draft, fields: Fields, button: str) -> Draft:
        """Return the draft with what was typed and what the button did to it; a page without fields types nothing."""
        pairs: Pairs = tuple(
            (name, value.replace("\r\n", "\n"))
            for name in dict.fromkeys(fields)
            if name not in _OWN
            for value in fields.getall(name)
            if isinstance(value, str)
        )
        form = do(self._room.read(pairs or draft.fields), button)
        language = languages_of(form, self._room.texts)[0]
        form = settled(form, language, owner=draft.owner)
        judged = button.partition(" ")[0] in {"check", "apply", "messages", "try"}
        return with_fields(draft, tuple(flat(form)), judged=judged)

    async def check(self, asked: Asked, _: str) -> web.StreamResponse:
        """Show what is wrong."""
        return _see(f"{asked.path}#problems")

    async def show(self, asked: Asked, _: str) -> web.StreamResponse:
        """Show the messages."""
        return _see(f"{asked.path}/messages")

    async def send(self, asked: Asked, only: str) -> web.StreamResponse:
        """Send the messages to whoever asks for it, and to nobody else."""
        judged = await self._judged(asked)
        if judged.change is None or not judged.readable:
            return _see(f"{asked.path}#problems")
        try:
            count = await self._room.service.send_as_try(
                self._room.tenant, judged.change, asked.person.id, only=only or None
            )
        except (DeliveryFailed, NotFound):
            return _see(f"{asked.path}/messages?trouble=yes#tried")
        return _see(f"{asked.path}/messages?tried={count}#tried")

    async def apply(self, asked: Asked, _: str) -> web.StreamResponse:
        """Put the change in place; where something says no the form stays, with what it says."""
        judged = await self._judged(asked)
        if judged.change is None or judged.remarks:
            return _see(f"{asked.path}#problems")
        try:
            applied = await self._room.service.apply(self._room.tenant, judged.change, by=asked.person.id)
        except (Refused, NotAllowed, IllegalMove, StaleWrite) as error:
            return self._unapplied(asked, judged, error)
        await self._room.drafts.remove(asked.draft)
        how = "new" if applied.new else "told" if applied.frame_changed else "corrected" if applied.changed else "same"
        return _see(f"/as/{asked.person.id}/changes?{urlencode({'applied': applied.change.id, 'how': how})}")

    def _unapplied(self, asked: Asked, judged: Judged, error: Exception) -> web.Response:
        """Say what changed between judging and applying."""
        key = next(name for kind, name in _TROUBLE.items() if isinstance(error, kind))
        return self._visits.html(
            asked.request,
            lambda visit: self._view.form(visit, asked.person, asked.draft, judged, trouble=key),
            status=409,
        )

    # Inside

    async def _asked(self, request: web.Request) -> Asked:
        """Return the draft that a request is about. Raises HTTPNotFound where it is not theirs or has gone."""
        person = self._visits.person(request.match_info["person"])
        draft = await self._room.drafts.get(request.match_info["draft"], person.id)
        if draft is None:
            raise web.HTTPNotFound
        if draft.change is not None:
            await self._own(person, draft.change)
        return Asked(request, person, draft)

    def _words(self, request: web.Request) -> Words:
        return self._view.words(self._visits.words(request).language)

    async def _judged(self, asked: Asked) -> Judged:
        words = self._words(asked.request)
        return await judge(self._room, asked.draft, words)

    async def _own(self, person: Person, id_: ChangeId) -> Change:
        """Return a change that this person organises. Raises HTTPNotFound, NotTheirs."""
        change = next((one for one in await self._room.changes() if one.id == id_), None)
        if change is None:
            raise web.HTTPNotFound
        if person.id not in change.organisers:
            raise NotTheirs(change.organisers)
        return change

    async def _correction(self, person: Person, id_: ChangeId) -> Draft:
        """Begin to correct a change. Raises HTTPNotFound, also for one that is closed, NotTheirs."""
        change = await self._own(person, id_)
        if change.state is ChangeState.CLOSED:
            raise web.HTTPNotFound
        fields = tuple(flat(form_of(change)))
        return new_draft(person.id, fields, change=change.id, base=fields)

    async def _begin(self, draft: Draft) -> web.Response:
        await self._room.drafts.put(draft)
        return _see(f"/as/{draft.owner}/changes/{draft.id}")

    async def _begin_from_file(self, request: web.Request, person: Person, text: str) -> web.Response:
        words = self._words(request)
        form, change, problems = await read_file(self._room, text, words)
        if form is None:
            return await self._all(request, person, pasted=text, pasted_problems=problems, status=422)
        if change is None:
            return await self._begin(new_draft(person.id, tuple(flat(form))))
        draft = await self._correction(person, change)
        return await self._begin(replace(draft, fields=tuple(flat(form))))

    async def _all(self, request: web.Request, person: Person, *, status: int = 200, **more: object) -> web.Response:
        changes, drafts = await self._room.changes(), await self._room.drafts.of(person.id)
        if not self._room.may_make(person.id) and not any(person.id in one.organisers for one in changes):
            raise NotTheirs(tuple(dict.fromkeys(one for change in changes for one in change.organisers)))
        return self._visits.html(
            request, lambda visit: self._view.all(visit, person, changes, drafts, **more), status=status
        )


def _see(path: str) -> web.Response:
    """Send the browser on to a page; going back to what it sent does not send it again."""
    return web.Response(status=303, headers={"Location": path})


def _anchor(button: str) -> str:
    """Where the page opens after a button: at the row that it made, or where the one stood that it took away."""
    verb, _, path = button.partition(" ")
    if verb == "add":
        return f"#end-{path}"
    return f"#part-{path.split('.')[0]}" if verb in {"remove", "up", "down"} else ""


def _file(text: str) -> web.Response:
    response = web.Response(text=text, content_type="text/yaml", charset="utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="change.yaml"'
    return response


_TROUBLE: Mapping[type[Exception], str] = {
    Refused: "refused",
    NotAllowed: "not_allowed",
    IllegalMove: "closed",
    StaleWrite: "meanwhile",
}
"""What can still go wrong when everything was in order a moment ago, and the key of what is said about it."""

_DOING: Mapping[str, Callable[[OrganiserPages, Asked, str], Awaitable[web.StreamResponse]]] = {
    "check": OrganiserPages.check,
    "messages": OrganiserPages.show,
    "try": OrganiserPages.send,
    "apply": OrganiserPages.apply,
}
"""What a button does besides keeping what was typed."""
