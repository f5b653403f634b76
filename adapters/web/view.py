"""Makes pages and parts of pages: templates filled with what someone of the company sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup

from adapters.company.names import with_names
from adapters.web import render
from adapters.web.openings import Opening
from adapters.web.path import Path as Steps
from adapters.web.sandbox import Pane, Place, Sandbox
from adapters.web.texts import Chrome, Words
from bot.ids import FieldKey, MessageRef
from bot.messages import ChoiceField, DateField, Field, Form, Notice, TextField
from bot.people import Person

CLOCK_SAYS = frozenset({"nothing", "busy"})
"""What the clock may have to say after it was moved."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request: in which words the page is, the token that its forms carry, and whether the path is out of the way."""

    words: Words
    csrf: str
    path: str
    off_the_path: bool = False


class View:
    """Makes the pages of one sandbox."""

    def __init__(
        self, sandbox: Sandbox, chrome: Chrome, templates: Environment, path: Steps, play: str, *, can_begin_again: bool
    ) -> None:
        """Show this sandbox. `play` names it; `can_begin_again`: there is somebody who sets the stage anew."""
        self._play = play
        self._sandbox = sandbox
        self._chrome = chrome
        self._templates = templates
        self._path = path
        self._can_begin_again = can_begin_again

    def choose(self, visit: Visit) -> str:
        """The first page: what this is, the path through it, and who one can be."""
        company = self._sandbox.company
        suggested = [
            (person, self._sandbox.role(person)) for key in company.suggested if (person := company.person(key))
        ]
        values = {
            "suggested": suggested,
            "teams": tuple(self._teams()),
            "roles": company.roles,
            "about": company.about,
            "walk": self._walk(visit, ()),
            "can_begin_again": self._can_begin_again,
            "spoken": self._sandbox.channel_language,
            "untouched": self._path.untouched,
        }
        return self._made("choose.html", visit, values)

    def _teams(self) -> Iterator[tuple[Any, tuple[Person, ...]]]:
        company = self._sandbox.company
        for key, name in company.team_names.items():
            yield name, tuple(person for person in company.people if key in person.teams)

    def chat(self, visit: Visit, pane: Pane, *, says: str = "") -> str:
        """The page of a chat; `says` is the key of what the clock has to say."""
        return self._made("chat.html", visit, self._around(visit, pane) | self._beside(visit, (pane,), says))

    def together(self, visit: Visit, left: Pane, right: Pane, *, says: str = "") -> str:
        """Two chats side by side, with one clock and one path."""
        panes = tuple(Markup(self._made("_pane.html", visit, self._around(visit, pane))) for pane in (left, right))  # noqa: S704 -- made by our own template
        values = {"panes": panes} | self._beside(visit, (left, right), says)
        return self._made("together.html", visit, values)

    def messages(self, visit: Visit, pane: Pane) -> str:
        """The messages of a chat alone, for a page that is open."""
        return self._made("_messages.html", visit, self._around(visit, pane))

    def path(self, visit: Visit, panes: tuple[Pane, ...]) -> str:
        """What the path says alone, for a page that is open."""
        return self._made("_path.html", visit, self._beside(visit, panes, ""))

    def reply(self, visit: Visit, person: Person, opening: Opening, *, fragment: bool) -> str:
        """A form or a notice: alone, for a dialog, or as a page of its own."""
        values = self._around(visit, Pane(person, opening_place(opening))) | self._reply(visit, person, opening)
        return self._made("_reply.html", visit, values) if fragment else self._made("reply.html", visit, values)

    def explained(self, visit: Visit, notice: Notice, about: str) -> str:
        """How anonymous answering works; `about` ends in the language that it is in."""
        round_, _, wished = about.partition(" ")
        tongue = self._chrome.of(wished).language
        page = render.Page("", "", visit.csrf, lambda _: False, level=2)
        others = [
            (language, name, urlencode({"about": f"{round_} {language}"}))
            for language, name in self._chrome.languages
            if language != tongue
        ]
        values = {"title": notice.title, "blocks": render.blocks(page, notice.blocks), "tongue": tongue}
        return self._made("explained.html", visit, values | {"others": others})

    def stored(self, visit: Visit, template: str, values: Mapping[str, object]) -> str:
        """What is stored now, alone or as a page of its own."""
        return self._made(template, visit, values)

    def frame(self, visit: Visit) -> Mapping[str, Any]:
        """What the frame around a page needs, for pages that are made elsewhere."""
        return self._common(visit)

    def error(self, visit: Visit, key: str) -> str:
        """A page that says what went wrong, in a sentence."""
        return self._made("error.html", visit, {"key": key})

    def clock(self, words: Words) -> dict[str, object]:
        """What the clock shows."""
        sandbox = self._sandbox
        now = sandbox.clock.now()
        return {"iso": now.isoformat(), "moving": sandbox.play.moving} | words.clock(now, sandbox.zone)

    def _walk(self, visit: Visit, panes: tuple[Pane, ...]) -> dict[str, Any]:
        """What is shown of the path beside these chats: what comes now, and what the step before it brought about."""
        steps, current = self._path.steps(), self._path.current()
        before = steps[: current.number - 1] if current is not None else steps
        return {
            "steps": steps,
            "current": current,
            "just": before[-1] if before and before[-1].done else None,
            "here": current is not None and any(self._sandbox.same(current.pane, pane) for pane in panes),
            "off": visit.off_the_path,
            "beside": panes,
            "job": lambda step: self._sandbox.company.roles[step.pane.person.id].in_(visit.words.language),
        }

    def _beside(self, visit: Visit, panes: tuple[Pane, ...], says: str) -> dict[str, Any]:
        """What stands beside the chats of a page: the path, and the clock."""
        return {
            "walk": self._walk(visit, panes),
            "clock_says": says if says in CLOCK_SAYS else "",
            "base": f"/as/{panes[0].person.id}",
            "place": panes[0].place,
            "beside": panes[1].key if len(panes) > 1 else "",
        }

    def _around(self, visit: Visit, pane: Pane) -> dict[str, Any]:
        """What the page of a chat shows around a message."""
        sandbox, person, place = self._sandbox, pane.person, pane.place
        base = f"/as/{person.id}"
        page = render.Page(base, place, visit.csrf, self._shown_in(person, place))
        chat = sandbox.chat(person, place)
        return {
            "person": person,
            "role": sandbox.role(person),
            "job": sandbox.company.roles.get(person.id),
            "pane": pane,
            "place": place,
            "tongue": sandbox.channel_language if place == "channel" else person.language,
            "base": base,
            "reads_channel": sandbox.chat(person, "channel") is not None,
            "makes_changes": sandbox.organiser is not None and sandbox.organiser.may_make(person.id),
            "messages": sandbox.chats.messages(chat) if chat is not None else (),
            "thread": sandbox.chats.thread,
            "commands": sandbox.commands(person),
            "blocks": lambda of: render.blocks(page, of),
            "day": lambda moment: visit.words.day(moment, sandbox.zone),
            "clock_time": lambda moment: visit.words.time(moment, sandbox.zone),
        }

    def _shown_in(self, person: Person, place: Place) -> render.Shown:
        chat = self._sandbox.chat(person, place)

        def shown(ref: MessageRef) -> bool:
            found = self._sandbox.chats.find(ref)
            return found is not None and found.chat == chat

        return shown

    def _reply(self, visit: Visit, person: Person, opening: Opening) -> dict[str, Any]:
        """What a form or a notice shows."""
        page = render.Page(
            f"/as/{person.id}", opening.place, visit.csrf, self._shown_in(person, opening_place(opening))
        )
        reply = with_names(self._sandbox.company, opening.reply, person.language)
        form = reply if isinstance(reply, Form) else None
        problems = dict(opening.problems)
        fields = tuple(_shown_field(field, opening.typed, problems) for field in form.fields) if form else ()
        return {
            "title": reply.title,
            "form": form,
            "stamp": opening.stamp,
            "reply_blocks": render.blocks(page, reply.blocks),
            "fields": fields,
            "elsewhere": tuple(text for key, text in opening.problems if key not in {f.key for f in fields}),
            "beside": tuple(render.button(page, button) for button in form.buttons) if form else (),
        }

    def _made(self, name: str, visit: Visit, values: Mapping[str, object]) -> str:
        return self._templates.get_template(name).render(self._common(visit) | dict(values))

    def _common(self, visit: Visit) -> dict[str, Any]:
        return {
            "t": visit.words,
            "lang": visit.words.language,
            "csrf": visit.csrf,
            "path": visit.path,
            "languages": self._chrome.languages,
            "company": self._sandbox.company,
            "clock": self.clock(visit.words),
            "play": self._play,
            "shows_rows": self._sandbox.rows is not None,
        }


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field with what was typed in it and what is wrong with it. `kind`: text, line, choice, several, date."""

    kind: str
    key: FieldKey
    field: Field
    value: str
    chosen: frozenset[str]
    problem: str


def _shown_field(field: Field, typed: Mapping[FieldKey, str], problems: Mapping[FieldKey, str]) -> ShownField:
    value = typed.get(field.key, field.value)
    kind: str
    match field:
        case TextField():
            kind = "line" if field.lines == 1 else "text"
        case ChoiceField():
            kind = "several" if field.several else "choice"
        case DateField():
            kind = "date"
        case _:
            assert_never(field)
    return ShownField(kind, field.key, field, value, frozenset(value.split()), problems.get(field.key, ""))


def opening_place(opening: Opening) -> Place:
    """Where a form or a notice was opened."""
    return "channel" if opening.place == "channel" else "own"
