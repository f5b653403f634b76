"""What the page makes of a form: its file, the change, what is wrong with it and where, what it asks of people."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from adapters.change_file import Against, Reading, dump_change, id_in, read_text
from adapters.web.organiser.document import Document, write
from adapters.web.organiser.drafts import Draft
from adapters.web.organiser.edits import ended, shortened
from adapters.web.organiser.filled import form_of
from adapters.web.organiser.remarks import Remark, Speaker, advice, placed, typed_only
from adapters.web.organiser.shape import Row, flat
from adapters.web.organiser.workroom import Workroom
from adapters.web.texts import Words as PageWords
from bot.change import Change
from bot.ids import ChangeId, Language, TenantId
from bot.people import Person
from bot.ports import Texts
from bot.schedule import local_day
from bot.service.checking import Problem, sentence
from bot.service.outlook import Outlook
from bot.wording.words import Words


@dataclass(frozen=True, slots=True)
class Judged:
    """A form and what was made of it.

    `file` is the change as `ruimte change show` would print it; while there are findings in its file, that file.
    `change` is None where it cannot be read at all; `readable` says that its file has no findings, so that its messages
    can be made; `remarks` are what stands in the way of applying it, `advice` what does not. `stale`: somebody else
    corrected the change since this draft was begun.
    """

    form: Row
    document: Document
    file: str
    change: Change | None
    before: Change | None
    readable: bool
    remarks: tuple[Remark, ...]
    advice: tuple[Remark, ...]
    outlook: Outlook | None
    people: Sequence[Person]
    stale: bool = False


def languages_of(form: Row, texts: Texts) -> tuple[Language, ...]:
    """Return the languages of the change, in the order in which they were chosen; without any the default."""
    chosen = tuple(Language(one) for one in form.list("languages") if one in texts.languages)
    return chosen or texts.languages[:1]


async def judge(room: Workroom, draft: Draft, words: PageWords) -> Judged:
    """Read a draft, and say everything about it; nothing changes."""
    changes = {change.id: change for change in await room.changes()}
    people = await room.people()
    before = changes.get(draft.change) if draft.change is not None else None
    form = room.read(draft.fields).with_word("id", draft.change or "")
    languages = languages_of(form, room.texts)
    document = write(ended(form, room.last_day(form)), languages)
    reading, id_, file = await asyncio.to_thread(_read, document.text, room.tenant, _against(room, before, people))
    speaker = Speaker(words, {person.id: person.name for person in people})
    found = list(typed_only(placed(reading.findings, document, languages[0], speaker), form))
    if draft.change is None and id_ in changes and form.text("title"):
        found.append(Remark(f"title.{languages[0]}", words("finding.taken")))
    readable = not reading.findings
    judged = Judged(form, document, file, reading.change, before, readable, tuple(found), (), None, people)
    if reading.change is None:
        return judged
    judged = replace(judged, outlook=await room.service.outlook(room.tenant, _reckonable(reading.change)))
    if not judged.readable:
        return judged
    others = [one for one in changes.values() if one.id != id_]
    return await _against_the_rules(room, judged, reading.change, others, draft, words)


async def _against_the_rules(
    room: Workroom, judged: Judged, change: Change, others: Sequence[Change], draft: Draft, words: PageWords
) -> Judged:
    """Ask the engine, which knows who is there and what was asked before."""
    said = Words(room.texts, words.language, change.zone)
    problems = await room.service.problems(room.tenant, change)
    remarks = (*judged.remarks, *(Remark(_shown_at(one, judged.form), sentence(said, one)) for one in problems))
    groups = judged.outlook.groups if judged.outlook is not None else None
    hints = tuple(advice(words, change, groups, judged.people, others, draft.owner)) if groups is not None else ()
    stale = judged.before is not None and bool(draft.base) and draft.base != tuple(flat(form_of(judged.before)))
    return replace(judged, remarks=remarks, advice=hints, stale=stale)


def _read(text: str, tenant: TenantId, against: Against) -> tuple[Reading, ChangeId | None, str]:
    """Read a file, and write it as `ruimte change show` does. Blocking: YAML and time zones look on the disk."""
    reading = read_text(text, tenant=tenant, against=against)
    whole = reading.change is not None and not reading.findings
    return reading, id_in(text), dump_change(reading.change) if whole and reading.change is not None else text


def _shown_at(problem: Problem, form: Row) -> str:
    """Where the form shows a problem: a question stands in the first language of the change."""
    last = problem.at.rpartition(".")[2]
    return (
        f"{problem.at}.{form.list('languages')[0]}"
        if last in {"question", "probe"} and form.list("languages")
        else problem.at
    )


def _against(room: Workroom, before: Change | None, people: Sequence[Person]) -> Against:
    return Against(
        today=local_day(room.clock.now(), before.zone if before is not None else room.defaults.zone),
        packs=room.packs,
        holidays=room.holidays,
        languages=room.texts.languages,
        countries=room.countries,
        before=before,
        zone=room.defaults.zone,
        country=room.defaults.country,
    ).knowing(people)


def _reckonable(change: Change) -> Change:
    """Leave out of the planning what points to nothing: it was said already, and cannot be reckoned."""
    points = {point.key for point in change.points}
    planning = (one if one.point in points else replace(one, point=None) for one in change.planning)
    return replace(change, planning=tuple(planning))


async def read_file(room: Workroom, text: str, words: PageWords) -> tuple[Row | None, ChangeId | None, tuple[str, ...]]:
    """Read a change file that somebody pasted: its form, the change that it corrects if there is one, its findings.

    A finding has the number of its line before it.
    """
    changes = {change.id: change for change in await room.changes()}
    id_ = await asyncio.to_thread(id_in, text)
    before = changes.get(id_) if id_ is not None else None
    against = _against(room, before, await room.people())
    reading, _, _ = await asyncio.to_thread(_read, text, room.tenant, against)
    line = partial(words, "file.line")
    if reading.findings or reading.change is None:
        return None, None, tuple(f"{line(line=one.line)} {one.text}" for one in reading.findings)
    form = form_of(reading.change)
    return (shortened(form), None, ()) if before is None else (form, before.id, ())
