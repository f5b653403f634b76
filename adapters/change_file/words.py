"""Single parts of a change file: texts in languages, people, teams, days, words of a closed list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from ruamel.yaml.nodes import MappingNode, Node

from adapters.change_file.nodes import Findings, Mapping, day, elements, line_of, mapping, scalar, scalars, suggestion
from bot.ids import Language, PersonId, TeamKey
from bot.localised import Localised

_KEY = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the parts of one file and notes what is wrong with them.

    `languages` are those that the change is in; `offered` those that Ruimte speaks. `people` and `teams` are who and
    what there is, None where that is not known. `kept` are days that may have passed, because they were set before;
    `lacking` are the parts of points (point, part) that the shortest form left out, and that may stay out.
    """

    findings: Findings
    languages: tuple[Language, ...]
    offered: tuple[Language, ...]
    today: date
    people: frozenset[PersonId] | None = None
    teams: frozenset[TeamKey] | None = None
    kept: frozenset[date] = frozenset()
    lacking: frozenset[tuple[str, str]] = frozenset()

    def text(self, read: Mapping, key: str, *, what: str, name: bool = False) -> Localised | None:
        """Read a text: plain, which is in the change's first language, or a mapping of languages.

        Every language of the change has to be there; a `name` is the same in all of them and may be plain.
        """
        node = read.get(key)
        if node is None:
            return None
        return self.text_of(node, line=read.line_of(key), what=what, name=name)

    def text_of(self, node: Node, *, line: int, what: str, name: bool = False) -> Localised | None:
        """Read a text, as `text` does."""
        if isinstance(node, MappingNode):
            texts = self._texts(mapping(node, self.findings, what=what), what=what)
        else:
            plain = scalar(node, self.findings, line=line, what=what)
            if plain is None:
                return None
            texts = Localised(((self.languages[0], plain),))
            if name:
                return texts
        missing = [language for language in self.languages if language not in texts.languages]
        if missing:
            for language in missing:
                self.findings.add(line, f"{what} is missing in {language}", "missing_in", language=language)
        return texts if texts.texts else None

    def _texts(self, read: Mapping, *, what: str) -> Localised:
        """Read a mapping of language to text, into the order of the languages of the change."""
        texts = {}
        for code, node in read.values.items():
            text = scalar(node, self.findings, line=read.line_of(code), what=f"{what} in {code}")
            if code not in self.languages:
                self.findings.add(
                    read.line_of(code),
                    f"{what} is in `{code}`, which is not among the languages of the change"
                    f" ({_listed(self.languages)})",
                )
            if text is not None:
                texts[code] = text
        # One that is there but empty was noted already.
        texts |= {code: "" for code in read.values if code in self.languages and code not in texts}
        return Localised.of({code: texts[code] for code in (*self.languages, *texts) if code in texts})

    def required(self, read: Mapping, key: str, *, what: str, why: str = "") -> bool:
        """Note that a key is missing."""
        if key in read:
            return True
        self.findings.add(read.line, f"{what} has no `{key}`{why}", "required", key=key)
        return False

    def any_day(self, read: Mapping, key: str, *, what: str) -> date | None:
        """Read a day, passed or not."""
        node = read.get(key)
        return None if node is None else day(node, self.findings, line=read.line_of(key), what=what)

    def day(self, read: Mapping, key: str, *, what: str) -> date | None:
        """Read a day that has not passed, unless it was set before."""
        found = self.any_day(read, key, what=what)
        if found is not None and found < self.today and found not in self.kept:
            self.findings.add(read.line_of(key), f"{what} has passed: {found}", "passed", day=found)
        return found

    def person(self, read: Mapping, key: str, *, what: str) -> PersonId | None:
        """Read a person."""
        node = read.get(key)
        if node is None:
            return None
        line = read.line_of(key)
        name = scalar(node, self.findings, line=line, what=what)
        return None if name is None else self._known_person(name, line)

    def persons(self, read: Mapping, key: str, *, what: str) -> tuple[PersonId, ...]:
        """Read a list of people, or one; nobody twice."""
        found: dict[PersonId, None] = {}
        for name, line in scalars(read.get(key), self.findings, what=what):
            person = self._known_person(name, line)
            if person in found:
                self.findings.add(line, f"`{name}` stands here twice", "twice")
            found[person] = None
        return tuple(found)

    def _known_person(self, name: str, line: int) -> PersonId:
        """Check that someone is there."""
        if self.people is not None and name not in self.people:
            text = f"there is no person `{name}`{suggestion(name, self.people)}"
            self.findings.add(line, text, "no_person", person=name)
        return PersonId(name)

    def team(self, read: Mapping, key: str, *, what: str) -> TeamKey | None:
        """Read a team."""
        node = read.get(key)
        if node is None:
            return None
        line = read.line_of(key)
        name = scalar(node, self.findings, line=line, what=what)
        return None if name is None else self._known_team(name, line)

    def team_list(self, read: Mapping, key: str, *, what: str) -> tuple[TeamKey, ...]:
        """Read a list of teams, or one."""
        found = (self._known_team(name, line) for name, line in scalars(read.get(key), self.findings, what=what))
        return tuple(dict.fromkeys(found))

    def _known_team(self, name: str, line: int) -> TeamKey:
        """Check that a team is there."""
        if self.teams is not None and name not in self.teams:
            self.findings.add(line, f"there is no team `{name}`{suggestion(name, self.teams)}", "no_team", team=name)
        return TeamKey(name)

    def word(self, read: Mapping, key: str, *, what: str) -> str | None:
        """Read a single value."""
        node = read.get(key)
        return None if node is None else scalar(node, self.findings, line=read.line_of(key), what=what)

    def key(self, read: Mapping, key: str) -> str | None:
        """Read the key of something: it travels in buttons and stands in addresses, so it is kept plain."""
        word = self.word(read, key, what=f"`{key}`")
        if word is None or _KEY.fullmatch(word):
            return word
        text = f"`{word}` is no key; write letters, digits and hyphens, at most 64"
        self.findings.add(read.line_of(key), text, "no_key")
        return None

    def among(self, read: Mapping, key: str, known: Collection[str], *, what: str) -> str | None:
        """Read one word of a closed list."""
        word = self.word(read, key, what=what)
        if word is None or word in known:
            return word
        hint = suggestion(word, known) or (f"; there is {_listed(sorted(known))}" if len(known) <= 12 else "")  # noqa: PLR2004 -- what fits on a line
        self.findings.add(read.line_of(key), f"{what} `{word}` is not known{hint}", "not_known", word=word)
        return None


def inferred_languages(read: Mapping, findings: Findings, *, offered: tuple[Language, ...]) -> tuple[Language, ...]:
    """Read the languages of the change; without `languages` those of its title, or the first that Ruimte speaks."""
    node = read.get("languages")
    if node is not None:
        found = _offered(scalars(node, findings, what="languages"), findings, offered=offered)
        return tuple(dict.fromkeys(found)) or offered[:1]
    title = read.get("title")
    if isinstance(title, MappingNode) and title.value:
        codes = ((str(key.value), line_of(key)) for key, _ in title.value)
        return tuple(dict.fromkeys(_offered(codes, findings, offered=offered))) or offered[:1]
    return offered[:1]


def _offered(
    codes: Iterable[tuple[str, int]], findings: Findings, *, offered: tuple[Language, ...]
) -> Iterable[Language]:
    """Keep the languages that Ruimte speaks, and note the others."""
    for code, line in codes:
        if code in offered:
            yield Language(code)
        else:
            findings.add(line, f"Ruimte does not speak `{code}`; it speaks {_listed(offered)}", "language", word=code)


def mappings(node: Node | None, findings: Findings, *, what: str) -> tuple[Mapping, ...]:
    """Read a list of mappings, or one; what is none is noted and left out."""
    read = [(item, mapping(item, findings, what=what)) for item in elements(node)]
    return tuple(found for item, found in read if isinstance(item, MappingNode))


def _listed(words: Iterable[str]) -> str:
    """Write words after each other."""
    return ", ".join(words)
