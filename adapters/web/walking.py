"""Walking the path: what it says beside a chat, passing over a step, leaving it and taking it up, beginning again."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.web import payload
from adapters.web.live import Live
from adapters.web.path import Deed, Path
from adapters.web.sandbox import Pane
from adapters.web.view import View
from adapters.web.visits import PATH_COOKIE, Visits, own_path, place_of, see
from bot.ids import Language

BeginAgain = Callable[[Language], None]
"""Sets the stage anew, in a language; what stood on it is gone."""


class Walking:
    """The handlers of the path."""

    def __init__(self, view: View, visits: Visits, path: Path, live: Live, begin_again: BeginAgain | None) -> None:
        """Lead through this play."""
        self._view = view
        self._visits = visits
        self._path = path
        self._live = live
        self._begin_again = begin_again

    async def bar(self, request: web.Request) -> web.Response:
        """Show what the path says, alone."""
        person = self._visits.person(request.match_info["person"])
        pane = Pane(person, place_of(request.query.get("place", "")))
        beside = self._visits.pane(request.query.get("beside", ""))
        panes = (pane,) if beside is None else (pane, beside)
        return self._visits.html(request, lambda visit: self._view.path(visit, panes))

    async def path(self, request: web.Request) -> web.StreamResponse:
        """Pass over a step, leave the path, or take it up again. Raises HTTPBadRequest for anything else."""
        fields = await self._visits.fields(request)
        back, wish = own_path(payload.text(fields, "back")), payload.text(fields, "wish")
        response = see(back)
        if wish == "leave":
            response.set_cookie(PATH_COOKIE, "off", samesite="Strict", httponly=True)
        elif wish == "return":
            response.del_cookie(PATH_COOKIE)
        elif wish in set(Deed):
            self._path.skip(Deed(wish))
        else:
            raise web.HTTPBadRequest
        return response

    async def again(self, request: web.Request) -> web.StreamResponse:
        """Begin the play again, in the language of the page. Raises HTTPNotFound where that cannot be."""
        await self._visits.fields(request)
        if self._begin_again is None:
            raise web.HTTPNotFound
        self._live.end()
        self._begin_again(self._visits.words(request).language)
        response = see(self._path.steps()[0].pane.path)
        response.del_cookie(PATH_COOKIE)
        return response
