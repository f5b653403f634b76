"""Makes pages and parts of pages: templates filled with what someone of the company sees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never
from urllib.parse import urlencode

from jinja2 import DictLoader, Environment, StrictUndefined

from adapters.web import render
from adapters.web.openings import Opening
from adapters.web.sandbox import Place, Sandbox
from adapters.web.texts import Chrome, Words
from bot.ids import FieldKey, MessageRef
from bot.messages import ChoiceField, DateField, Field, Form, Notice, TextField
from bot.people import Person

HERE = Path(__file__).parent

CLOCK_SAYS = frozenset({"nothing", "busy"})
"""What the clock may have to say after it was moved."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, held in memory; `version` changes with its content."""

    content: bytes
    media_type: str
    version: str


MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def load_assets(directory: Path = HERE / "static") -> Mapping[str, Asset]:
    """Read the static files. Blocking."""
    return {
        path.name: Asset(content, MEDIA_TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:12])
        for path in sorted(directory.iterdir())
        if (content := path.read_bytes())
    }


def load_templates(assets: Mapping[str, Asset], directory: Path = HERE / "templates") -> Environment:
    """Read and compile the templates. Blocking; nothing is read after this."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in directory.glob("*.html")}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda name: f"/static/{name}?v={assets[name].version}"
    for name in sources:
        environment.get_template(name)
    return environment


@dataclass(frozen=True, slots=True)
class Visit:
    """A request: in which words the page is, and the token that its forms carry."""

    words: Words
    csrf: str
    path: str


class View:
    """Makes the pages of one sandbox."""

    def __init__(self, sandbox: Sandbox, chrome: Chrome, templates: Environment) -> None:
        """Show this sandbox."""
        self._sandbox = sandbox
        self._chrome = chrome
        self._templates = templates

    def choose(self, visit: Visit) -> str:
        """The page on which one chooses who one is."""
        company = self._sandbox.company
        suggested = [
            (person, role)
            for role, key in (
                ("employee", company.suggested_employee),
                ("manager", company.suggested_manager),
                ("core_team", company.suggested_core),
            )
            if (person := company.person(key)) is not None
        ]
        values = {"suggested": suggested, "teams": tuple(self._teams()), "roles": company.roles, "about": company.about}
        return self._page("choose.html", visit, values)

    def _teams(self) -> Iterator[tuple[Any, tuple[Person, ...]]]:
        company = self._sandbox.company
        for key, name in company.team_names.items():
            yield name, tuple(person for person in company.people if key in person.teams)

    def chat(self, visit: Visit, person: Person, place: Place, *, says: str = "") -> str:
        """The page of a chat; `says` is the key of what the clock has to say."""
        around = self._around(visit, person, place)
        return self._page("chat.html", visit, around | {"clock_says": says if says in CLOCK_SAYS else ""})

    def messages(self, visit: Visit, person: Person, place: Place) -> str:
        """The messages of a chat alone, for a page that is open."""
        return self._templates.get_template("_messages.html").render(
            self._common(visit) | self._around(visit, person, place)
        )

    def reply(self, visit: Visit, person: Person, opening: Opening, *, fragment: bool) -> str:
        """A form or a notice: alone, for a dialog, or as a page of its own."""
        values = self._around(visit, person, opening_place(opening)) | self._reply(visit, person, opening)
        if fragment:
            return self._templates.get_template("_reply.html").render(self._common(visit) | values)
        return self._page("reply.html", visit, values)

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
        return self._page("explained.html", visit, values | {"others": others})

    def error(self, visit: Visit, key: str) -> str:
        """A page that says what went wrong, in a sentence."""
        return self._page("error.html", visit, {"key": key})

    def clock(self, words: Words) -> dict[str, object]:
        """What the clock shows."""
        sandbox = self._sandbox
        now = sandbox.clock.now()
        return {"now": words.moment(now, sandbox.zone), "iso": now.isoformat(), "moving": sandbox.play.moving}

    def _around(self, visit: Visit, person: Person, place: Place) -> dict[str, Any]:
        """What the page of a chat shows around a message."""
        sandbox = self._sandbox
        base = f"/as/{person.id}"
        shown = self._shown_in(person, place)
        page = render.Page(base, place, visit.csrf, shown)
        chat = sandbox.chat(person, place)
        return {
            "person": person,
            "role": sandbox.role(person),
            "job": sandbox.company.roles.get(person.id),
            "place": place,
            "tongue": sandbox.channel_language if place == "channel" else person.language,
            "base": base,
            "reads_channel": sandbox.chat(person, "channel") is not None,
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
        reply = opening.reply
        form = reply if isinstance(reply, Form) else None
        problems = dict(opening.problems)
        fields = tuple(_shown_field(field, opening.typed, problems) for field in form.fields) if form else ()
        return {
            "title": reply.title,
            "notice": isinstance(reply, Notice),
            "form": form,
            "stamp": opening.stamp,
            "reply_blocks": render.blocks(page, reply.blocks),
            "fields": fields,
            "elsewhere": tuple(text for key, text in opening.problems if key not in {f.key for f in fields}),
            "beside": tuple(render.button(page, button) for button in form.buttons) if form else (),
        }

    def _page(self, name: str, visit: Visit, values: Mapping[str, object]) -> str:
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
