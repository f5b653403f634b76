"""Makes the organiser's pages: the templates of this folder, filled with a form and with what was made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment
from markupsafe import Markup

from adapters.web.organiser import looks
from adapters.web.organiser.calendar import calendar, summary
from adapters.web.organiser.document import is_short
from adapters.web.organiser.drafts import Draft
from adapters.web.organiser.judging import Judged, languages_of
from adapters.web.organiser.remarks import by_field, in_order, said_day
from adapters.web.organiser.shape import names
from adapters.web.organiser.workroom import PLANNED, Workroom
from adapters.web.texts import Chrome, Words, load_chrome
from adapters.web.view import Visit
from bot.change import Change, ChangeState, PointState
from bot.correction import frame_differs
from bot.ids import Language, TeamKey
from bot.people import Person
from bot.privacy import SMALLEST_AUDIENCE
from bot.questions import LISTENING, RoundKind
from bot.service.preview import Preview

HERE = Path(__file__).parent
STATIC = HERE / "static"

Frame = Callable[[Visit], Mapping[str, Any]]
"""What the frame around every page needs."""

SIDE_BY_SIDE = "all"
HERE_LOOK = "here"


@dataclass(frozen=True, slots=True)
class Paper:
    """What is read from disk once. Making one blocks."""

    chrome: Chrome
    templates: Environment

    @classmethod
    def read(cls, templates: Environment) -> Paper:
        """Read the texts and the templates, which build on those of the site."""
        own = {path.name: path.read_text(encoding="utf-8") for path in (HERE / "templates").glob("*.html")}
        loaders = [DictLoader(own), *([templates.loader] if templates.loader is not None else [])]
        environment = templates.overlay(loader=ChoiceLoader(loaders))
        for name in own:
            environment.get_template(name)
        return cls(load_chrome(HERE / "texts"), environment)


@dataclass(frozen=True, slots=True)
class OrganiserView:
    """Makes the pages."""

    room: Workroom
    paper: Paper
    frame: Frame

    def words(self, language: Language) -> Words:
        """The words of these pages, in the language of the page."""
        return self.paper.chrome.of(language)

    def all(
        self, visit: Visit, person: Person, changes: Sequence[Change], drafts: Sequence[Draft], **more: object
    ) -> str:
        """The page of somebody's changes and drafts."""
        words = self.words(visit.words.language)
        mine = [change for change in changes if person.id in change.organisers]
        values = {
            "mine": [self._change(words, change) for change in mine],
            "drafts": [self._draft(words, draft, changes) for draft in drafts],
            "may_make": self.room.may_make(person.id),
            "pasted": "",
            "pasted_problems": (),
            "applied": None,
        }
        return self._page("organiser-all.html", visit, person, values | more)

    def _change(self, words: Words, change: Change) -> dict[str, Any]:
        return {
            "id": change.id,
            "title": change.title.in_(words.language),
            "state": words(f"state.{change.state}"),
            "lines": tuple(summary(words, change)),
            "closed": change.state is ChangeState.CLOSED,
        }

    def _draft(self, words: Words, draft: Draft, changes: Sequence[Change]) -> dict[str, Any]:
        form = self.room.read(draft.fields)
        title = next(iter(form.text("title").values()), "") or words("all.untitled")
        corrected = next((one.title.in_(words.language) for one in changes if one.id == draft.change), None)
        return {"id": draft.id, "title": title, "corrects": corrected}

    def refused(self, visit: Visit, person: Person, organisers: Sequence[str]) -> str:
        """Say that this is not theirs."""
        return self._page("organiser-refused.html", visit, person, {"organisers": organisers})

    def form(self, visit: Visit, person: Person, draft: Draft, judged: Judged, **more: object) -> str:
        """The form of a change."""
        values = self._around_form(visit, draft, judged)
        return self._page("organiser-form.html", visit, person, values | more)

    def messages(self, visit: Visit, person: Person, draft: Draft, judged: Judged, shown: Shown) -> str:
        """Every message, as it will look."""
        words = self.words(visit.words.language)
        values = self._around_form(visit, draft, judged) | {
            "looks": (HERE_LOOK, *self.room.looks, SIDE_BY_SIDE),
            "look": shown.look,
            "tongue": shown.language,
            "tongues": dict.fromkeys((*languages_of(judged.form, self.room.texts), *self.room.texts.languages)),
            "previews": [self._preview(words, judged, one, shown.look) for one in shown.previews],
            "tried": shown.tried,
            "trouble": shown.trouble,
        }
        return self._page("organiser-messages.html", visit, person, values)

    def _preview(self, words: Words, judged: Judged, one: Preview, look: str) -> dict[str, Any]:
        kinds = judged.change.planning if judged.change is not None else ()
        known = {"round": words(f"kind.{kinds[one.number].kind}")} if one.number is not None else {}
        wanted = (HERE_LOOK, *self.room.looks) if look == SIDE_BY_SIDE else (look,)
        return {
            "name": one.name,
            "title": words(f"message.{one.kind}", **known),
            "to": words(f"to.{one.to}"),
            "on": said_day(words, one.on) if one.on is not None else words("messages.if_needed"),
            "looks": [(key, self._drawn(one, key)) for key in wanted],
        }

    def _drawn(self, one: Preview, look: str) -> tuple[Markup, tuple[Markup, ...]]:
        """Draw a message and the forms behind its first button."""
        if look == HERE_LOOK:
            return looks.here(one.message), tuple(map(looks.form_here, one.forms))
        maker, (message, form) = self.room.looks[look], DRAWN[look]
        return message(maker.message(one.message)), tuple(form(maker.form(each)) for each in one.forms)

    def _around_form(self, visit: Visit, draft: Draft, judged: Judged) -> dict[str, Any]:
        words, room, form = self.words(visit.words.language), self.room, judged.form
        shown = frozenset(names(form, room.texts.languages))
        remarks = by_field(in_order(judged.remarks), shown)
        present = sorted((one for one in judged.people if one.present), key=lambda one: one.name)
        change = judged.change
        languages = languages_of(form, room.texts)
        return {
            "draft": draft,
            "form": form,
            "languages_of_change": languages,
            "offered": (*languages, *(one for one in room.texts.languages if one not in languages)),
            "first": languages[0],
            "judged": draft.judged,
            "readable": judged.readable,
            "stale": judged.stale,
            "remarks": remarks if draft.judged else {},
            "where": lambda path: _where(words, path),
            "short": is_short(form),
            "everyone_hears": _everyone_hears(judged),
            "count": sum(map(len, remarks.values())),
            "advice": by_field(judged.advice, shown),
            "people": [(one.id, one.name) for one in present],
            "names": {str(one.id): one.name for one in judged.people},
            "readers": change.readers if change is not None else frozenset(),
            "teams": list(self._teams(words, judged)),
            "kinds": PLANNED,
            "states": tuple(PointState),
            "packs": {str(kind): self._questions(words, kind) for kind in PLANNED},
            "points": [(row.word("key"), row.text("text").get(languages[0], "")) for row in form.part("frame")],
            "groups": judged.outlook.groups if judged.outlook is not None else None,
            "smallest": SMALLEST_AUDIENCE,
            "team_name": lambda key: self._team(words, key),
            "language_name": lambda key: words(f"language.{key}") if f"language.{key}" in words.texts else key,
            "calendar": calendar(words, change, judged.outlook, room.holidays)
            if change is not None and judged.outlook is not None
            else None,
            "lines": tuple(summary(words, change)) if change is not None and judged.readable else (),
            "file": judged.file,
        }

    def _teams(self, words: Words, judged: Judged) -> Iterator[tuple[str, str, int]]:
        present = [one for one in judged.people if one.present]
        for key in sorted({team for one in present for team in one.teams}):
            yield key, self._team(words, key), sum(key in one.teams for one in present)

    def _team(self, words: Words, key: str) -> str:
        name = self.room.team_names.get(TeamKey(key))
        return name.in_(words.language) if name is not None else key

    def _questions(self, words: Words, kind: RoundKind) -> list[tuple[str, str]]:
        """The questions of a pack that can be chosen; those of scenarios and of the other kinds come as they are."""
        if kind not in LISTENING:
            return []
        return [(page.key, page.questions[0].text.in_(words.language)) for page in self.room.packs.of(kind).pages]

    def _page(self, name: str, visit: Visit, person: Person, values: Mapping[str, object]) -> str:
        here = {
            "o": self.words(visit.words.language),
            "person": person,
            "base": f"/as/{person.id}",
            "here": f"/as/{person.id}/changes",
        }
        return self.paper.templates.get_template(name).render({**self.frame(visit), **here, **values})


_NAMED = {"frame": "frame.point", "planning": "planning.round", "scenarios": "scenarios.one"}
"""How the rows of a part are called, with their number."""

_FIELDS = {
    "title": "what.name",
    "why": "what.why",
    "text": "frame.text",
    "decided_by": "frame.decided_by",
    "advice_on": "frame.advice_on",
    "owner": "frame.owner",
    "due_on": "frame.due_on",
    "co_designers": "frame.co_designers",
    "question": "planning.asks",
    "round": "planning.kind",
    "opens_on": "planning.opens_on",
    "closes_on": "planning.closes_on",
    "audience": "audience.title",
    "person": "who.manager",
    "team": "who.team",
}
"""How fields are called where they are spoken of elsewhere on the page."""


def _where(words: Words, path: str) -> str:
    """Say which field a path leads to, as the form calls it ("" where it has no name of its own)."""
    part, *keys = path.split(".")
    named = words(_NAMED[part], number=int(keys[0]) + 1) if part in _NAMED and keys and keys[0].isdigit() else ""
    fields = {**_FIELDS, "title": "scenarios.name", "text": "scenarios.text"} if part == "scenarios" else _FIELDS
    known = [fields[key] for key in (part, *keys) if key in fields]
    field = words(known[-1]) if known else ""
    return words("field.at", part=named, field=field) if named and field else named or field


def _everyone_hears(judged: Judged) -> bool:
    """Whether putting this in place sends everyone the overview again."""
    before, now = judged.before, judged.change
    return before is not None and now is not None and before.frame_told_at is not None and frame_differs(before, now)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which messages are shown, how, and what there is to say about the try of them."""

    look: str
    language: Language
    previews: Sequence[Preview]
    tried: int = 0
    trouble: str = ""


DRAWN: Mapping[str, tuple[Callable[[Any], Markup], Callable[[Any], Markup]]] = {
    "slack": (looks.slack_message, looks.slack_view),
    "teams": (looks.teams_message, looks.teams_card),
}
"""What draws a platform's messages and its forms."""
