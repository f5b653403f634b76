"""What is wrong with a form, sorted by field, in the words of the page; and what may be, but is worth a thought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.web.organiser.document import SHORT_FIELDS, Document, Line
from adapters.web.organiser.shape import Row
from adapters.web.texts import Words
from bot.change import Change, ChangeState, PointState
from bot.errors import Finding
from bot.ids import Language, PersonId
from bot.people import Person
from bot.privacy import K_TEXT, audience
from bot.schedule import MESSAGES_A_WEEK, WEEK
from bot.service.outlook import Groups


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a field: `at` is its path."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says findings in the words of the page: people by their names, days as people say them."""

    words: Words
    names: Mapping[PersonId, str]

    def say(self, finding: Finding, at: str) -> str:
        """Say a finding about a field; one that the page has no words for is said as the command line does."""
        facts = {name: self._plain(name, value) for name, value in finding.facts}
        ways = (f"{at.partition('.')[0]}_{_last(at)}", _last(at))
        for key in (*(f"finding.{finding.code}_{way}" for way in ways), f"finding.{finding.code}"):
            if key in self.words.texts:
                return self.words(key, **facts)
        return finding.text

    def _plain(self, name: str, value: object) -> object:
        if isinstance(value, date):
            return said_day(self.words, value)
        if name == "person":
            return self.names.get(PersonId(str(value)), value)
        if name == "language":
            key = f"language.{value}"
            return self.words(key) if key in self.words.texts else value
        return value


def said_day(words: Words, day: date) -> str:
    """Write a day as people say it."""
    return words(
        "day.whole",
        weekday=words(f"day.weekday_{day.weekday()}"),
        day=day.day,
        month=words(f"day.month_{day.month}"),
    )


def placed(findings: Iterable[Finding], document: Document, first: Language, speaker: Speaker) -> tuple[Remark, ...]:
    """Give every finding its field, by the line that it is about."""
    fields = ((_field(finding, document, first), finding) for finding in findings)
    return tuple(Remark(at, speaker.say(finding, at)) for at, finding in fields)


def typed_only(remarks: Iterable[Remark], form: Row) -> tuple[Remark, ...]:
    """Leave out what is said of the last day of a round that the form has none for: it follows from the first day."""
    left = tuple(remarks)
    begins = {remark.at.rpartition(".")[0] for remark in left if remark.at.endswith(".opens_on")}
    empty = {f"planning.{number}" for number, row in enumerate(form.part("planning")) if not row.word("closes_on")}
    silent = {f"{row}.closes_on" for row in empty & begins}
    return tuple(remark for remark in left if remark.at not in silent)


def _field(finding: Finding, document: Document, first: Language) -> str:
    """Say which field of the form a finding is about."""
    lines = document.lines
    line = lines[finding.line - 1] if 0 < finding.line <= len(lines) else Line("", "")
    path = line.field
    if finding.key:
        path = f"{line.row}.{finding.key}" if line.row else SHORT_FIELDS.get(finding.key, finding.key)
    language = dict(finding.facts).get("language")
    if finding.code == "missing_in" and language:
        return f"{path}.{language}"
    return _in_language(path, first)


_TEXTS = ("title", "why", "adviser", "text", "decided_by", "draft", "question", "intro", "hint", "probe", "probe_hint")


def _last(at: str) -> str:
    """The key that a field has in its row, whatever language it is in."""
    *_, before, last = ("", *at.split("."))
    return before if before in _TEXTS else last


def _in_language(path: str, first: Language) -> str:
    """A text that is missing altogether is missed in the first language."""
    return f"{path}.{first}" if path.rpartition(".")[2] in _TEXTS else path


PAGE = ("title", "why", "languages", "frame", "planning", "frame_on", "audience", "scenarios")
"""The order in which the page shows what a file has in another."""


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """Put remarks in the order of the page, from the top."""
    place = {part: number for number, part in enumerate(PAGE)}
    return sorted(remarks, key=lambda remark: place.get(remark.at.partition(".")[0], len(PAGE)))


def by_field(remarks: Iterable[Remark], fields: Collection[str]) -> dict[str, list[str]]:
    """Sort remarks by the field that shows them: where that is not there by the row or the part that it is in."""
    found: dict[str, list[str]] = {}
    for remark in remarks:
        at = remark.at
        while at and at not in fields:
            at = at.rpartition(".")[0]
        texts = found.setdefault(at, [])
        if remark.text not in texts:
            texts.append(remark.text)
    return found


def advice(
    words: Words, change: Change, groups: Groups, people: Sequence[Person], others: Iterable[Change], by: PersonId
) -> Iterator[Remark]:
    """Say what is allowed, and what somebody would want to know before it goes out."""
    if not change.readers:
        yield Remark("core_team", words("advice.no_readers"))
    elif change.channel is None:
        yield Remark("channel", words("advice.no_channel"))
    if by not in change.organisers:
        yield Remark("organisers", words("advice.not_yourself"))
    if change.managers_told_on is not None and change.managers_told_on > change.frame_on:
        yield Remark("managers_told_on", words("advice.managers_late", day=said_day(words, change.frame_on)))
    if change.council_told_on is not None and change.council_told_on > change.frame_on:
        yield Remark("council_told_on", words("advice.council_late", day=said_day(words, change.frame_on)))
    elif change.council_told_on is None and any(point.state is PointState.INTENDED for point in change.points):
        yield Remark("council_told_on", words("advice.council_unknown"))
    yield from _owners(words, change, people)
    yield from _languages(words, change, people)
    yield from _small(words, groups)
    yield from _beside(words, change, people, others)


def _owners(words: Words, change: Change, people: Iterable[Person]) -> Iterator[Remark]:
    """Who takes care of a point is named in it; what is decided on it only the core team can tell."""
    names = {person.id: person.name for person in people}
    for number, point in enumerate(change.points):
        if point.owner is not None and point.owner in names and point.owner not in change.readers:
            yield Remark(f"frame.{number}.owner", words("advice.owner", name=names[point.owner]))


def _reached(change: Change, people: Sequence[Person]) -> frozenset[PersonId]:
    """Everyone who hears of a change: who is asked, who leads a team, who reads along."""
    leaders = {manager.person for manager in change.managers}
    present = {person.id for person in people if person.present}
    return frozenset(present & {*(one.id for one in audience(change, people)), *leaders, *change.readers})


def _beside(words: Words, change: Change, people: Sequence[Person], others: Iterable[Change]) -> Iterator[Remark]:
    """Say which other changes write to the same people in the same weeks: a message may have to wait for theirs."""
    here, reached = _weeks(change), _reached(change, people)
    for other in others:
        if other.state is not ChangeState.CLOSED and here & _weeks(other) and reached & _reached(other, people):
            title = other.title.in_(words.language)
            yield Remark("planning", words("advice.beside", title=title, messages=MESSAGES_A_WEEK))


def _weeks(change: Change) -> frozenset[int]:
    """The weeks from the overview to the end of the last round, by number; any first day will do."""
    last = max((one.closes_on for one in change.planning), default=change.frame_on)
    return frozenset(range(change.frame_on.toordinal() // WEEK.days, last.toordinal() // WEEK.days + 1))


def _languages(words: Words, change: Change, people: Sequence[Person]) -> Iterator[Remark]:
    """Who reads another language than the change is in gets it in its first."""
    reached = _reached(change, people)
    others = [one for one in people if one.id in reached and one.language not in change.languages]
    for language, count in sorted(Counter(one.language for one in others).items()):
        facts = {"language": _named(words, language), "first": _named(words, change.languages[0])}
        # Of few it is not said how few: what is said in their language could be theirs only.
        many = count >= K_TEXT
        yield Remark(
            "languages",
            words("advice.language", count=count, **facts) if many else words("advice.language_few", **facts),
        )


def _named(words: Words, language: Language) -> str:
    key = f"language.{language}"
    return words(key) if key in words.texts else language


def _small(words: Words, groups: Groups) -> Iterator[Remark]:
    """What small groups mean for what can be shown."""
    if groups.k is not None and groups.themes_only:
        yield Remark("audience", words("advice.themes_only", count=groups.invited))
    if groups.k is not None:
        for language in groups.unshown:
            yield Remark("audience", words("advice.unshown", language=_named(words, language), k=groups.k))
