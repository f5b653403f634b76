"""The files of one question pack: its structure in `pack.yaml`, its texts in a file per language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Finding
from bot.ids import FieldKey, Language, PageKey
from bot.localised import Localised
from bot.questions import PAGE_MAXIMUM, Choice, Pack, Page, Question, RoundKind
from prompts.gaps import gaps
from prompts.yaml_file import Flat, read

STRUCTURE = "pack.yaml"
LISTS = ("meanwhile", "in_person", "likely", "self_help")
STEPS = (1, 2)
KINDS = tuple(kind for kind in RoundKind if kind is not RoundKind.DOOR)
"""The kinds of round that ask something; nobody is invited to the open door."""


@dataclass(frozen=True, slots=True)
class PackFiles:
    """One pack as it stands on disk, in the order of its languages."""

    id: str
    structure: Flat
    texts: Mapping[Language, Flat]
    findings: tuple[Finding, ...]

    @property
    def pages(self) -> tuple[str, ...]:
        """The keys of the pages."""
        return self.structure.below("pages")

    def fields(self, page: str) -> tuple[str, ...]:
        """Return the keys of the fields of a page."""
        return self.structure.below(f"pages.{page}.fields")

    def choices(self, page: str, field: str) -> tuple[str, ...]:
        """Return the keys of the choices of a field; none for a field that takes words."""
        key = f"pages.{page}.fields.{field}.choices"
        return tuple(self.structure.value(f"{key}.{number}") or "" for number in self.structure.below(key))


def order_languages(found: set[str], first: Language) -> tuple[Language, ...]:
    """Put the default language first, the others by name."""
    return tuple(Language(name) for name in sorted(found, key=lambda name: (name != first, name)))


def read_pack(folder: Path, first: Language) -> PackFiles:
    """Read the files of one pack and gather everything that is wrong with them."""
    structure, findings = read(folder / STRUCTURE)
    names = {path.stem for path in folder.glob("*.yaml") if path.name != STRUCTURE}
    texts = {}
    for language in order_languages(names, first):
        texts[language], more = read(folder / f"{language}.yaml")
        findings += more
    pack = PackFiles(folder.name, structure, texts, findings)
    more = (*_structure(pack), *_texts(pack)) if structure.lines else ()
    return PackFiles(pack.id, structure, texts, (*findings, *more))


def build(files: PackFiles) -> Pack:
    """Make the pack of files without findings."""
    flat = files.structure
    return Pack(
        id=files.id,
        version=int(flat.texts["version"].value),
        kind=RoundKind(flat.texts["kind"].value),
        codebook=flat.texts["codebook"].value,
        pages=tuple(_page(files, key) for key in files.pages),
        **{name: _list(files, name) for name in LISTS},
    )


def _page(files: PackFiles, key: str) -> Page:
    at = f"pages.{key}"
    return Page(
        key=PageKey(key),
        questions=tuple(_question(files, at, key, field) for field in files.fields(key)),
        minutes=float(files.structure.texts[f"{at}.minutes"].value),
        title=_optional(files, f"{at}.title"),
        intro=_optional(files, f"{at}.intro"),
    )


def _question(files: PackFiles, page_at: str, page: str, field: str) -> Question:
    flat, at = files.structure, f"{page_at}.fields.{field}"
    words = f"{page_at}.{field}"
    return Question(
        key=FieldKey(field),
        text=_localised(files, f"{words}.text"),
        step=int(flat.value(f"{at}.step") or 1),
        hint=_optional(files, f"{words}.hint"),
        choices=tuple(Choice(key, _localised(files, f"{words}.choices.{key}")) for key in files.choices(page, field)),
        maximum=int(flat.value(f"{at}.maximum") or PAGE_MAXIMUM),
        required=flat.value(f"{at}.required") != "false",
    )


def _localised(files: PackFiles, key: str) -> Localised:
    return Localised.of({language: flat.texts[key].value for language, flat in files.texts.items()})


def _optional(files: PackFiles, key: str) -> Localised | None:
    return _localised(files, key) if all(key in flat.texts for flat in files.texts.values()) else None


def _list(files: PackFiles, name: str) -> tuple[Localised, ...]:
    first = next(iter(files.texts.values()))
    return tuple(_localised(files, f"{name}.{number}") for number in first.below(name))


def _structure(pack: PackFiles) -> Iterator[Finding]:
    """What is wrong in pack.yaml."""
    flat = pack.structure
    allowed = {"version", "kind", "codebook", "pages"}
    yield from (flat.finding(key, f"unknown key {key}") for key in flat.below("") if key not in allowed)
    if not _whole(flat.value("version")):
        yield flat.finding("version", "version is a whole number from 1")
    if flat.value("kind") not in set(KINDS):
        yield flat.finding("kind", f"kind is one of {', '.join(KINDS)}, not {flat.value('kind')!r}")
    if not flat.value("codebook"):
        yield flat.finding("codebook", "codebook is missing")
    if not pack.pages:
        yield flat.finding("pages", "there are no pages")
    for page in pack.pages:
        yield from _page_structure(pack, page)


def _page_structure(pack: PackFiles, page: str) -> Iterator[Finding]:
    flat, at = pack.structure, f"pages.{page}"
    for key in flat.below(at):
        if key not in {"minutes", "fields"}:
            yield flat.finding(f"{at}.{key}", f"unknown key {at}.{key}")
    if not _positive(flat.value(f"{at}.minutes")):
        yield flat.finding(f"{at}.minutes", f"{at}.minutes is a number above 0")
    fields = pack.fields(page)
    for field in fields:
        yield from _field_structure(pack, f"{at}.fields.{field}")
    if not any((flat.value(f"{at}.fields.{field}.step") or "1") == "1" for field in fields):
        yield flat.finding(at, f"{at} has no field on its first step")
    total = sum(_maximum(flat, f"{at}.fields.{field}") for field in fields)
    if total > PAGE_MAXIMUM:
        yield flat.finding(at, f"{at} takes {total} characters, more than the {PAGE_MAXIMUM} of a sealed box")


def _maximum(flat: Flat, at: str) -> int:
    """How many characters a field takes; one with choices takes a key."""
    if f"{at}.choices" in flat.lines:
        return 0
    given = flat.value(f"{at}.maximum")
    return int(given) if given and _whole(given) else PAGE_MAXIMUM


def _field_structure(pack: PackFiles, at: str) -> Iterator[Finding]:
    flat = pack.structure
    for key in flat.below(at):
        if key not in {"step", "maximum", "required", "choices"}:
            yield flat.finding(f"{at}.{key}", f"unknown key {at}.{key}")
    if (flat.value(f"{at}.step") or "1") not in {str(step) for step in STEPS}:
        yield flat.finding(f"{at}.step", f"{at}.step is 1 or 2")
    if f"{at}.maximum" in flat.lines and not _whole(flat.value(f"{at}.maximum")):
        yield flat.finding(f"{at}.maximum", f"{at}.maximum is a whole number from 1")
    if (flat.value(f"{at}.required") or "true") not in {"true", "false"}:
        yield flat.finding(f"{at}.required", f"{at}.required is true or false")
    if f"{at}.choices" in flat.lines and len(set(_values(flat, f"{at}.choices"))) < len(STEPS):
        yield flat.finding(f"{at}.choices", f"{at}.choices has at least two different keys")


def _texts(pack: PackFiles) -> Iterator[Finding]:
    """What is wrong in the language files: every language has the same keys, with the same gaps."""
    if not pack.texts:
        yield Finding(pack.structure.path, 0, "there is no language file beside it")
    allowed = _required(pack) | _free(pack)
    readable = {language: flat for language, flat in pack.texts.items() if flat.lines}
    everywhere = {key for flat in readable.values() for key in flat.texts if _known(key, allowed)}
    for flat in readable.values():
        yield from (flat.finding(key, f"unknown key {key}") for key in flat.texts if not _known(key, allowed))
        missing = sorted((_required(pack) | everywhere) - set(flat.texts))
        yield from (flat.finding(key, f"{key} is missing") for key in missing)
    yield from same_gaps(readable)


def same_gaps(texts: Mapping[Language, Flat]) -> Iterator[Finding]:
    """Find texts that are empty, and those whose gaps differ from the first language that has them."""
    first: dict[str, frozenset[str]] = {}
    for flat in texts.values():
        for key, text in flat.texts.items():
            if not text.value.strip():
                yield flat.finding(key, f"{key} is empty")
            # "One voice" need not say its number.
            own = gaps(text.value) - ({"count"} if key.endswith(".one") else set())
            expected = first.setdefault(key, own)
            if own != expected:
                yield flat.finding(key, f"{key} has the gaps {_names(own)}, elsewhere {_names(expected)}")


def _required(pack: PackFiles) -> set[str]:
    keys = set()
    for page in pack.pages:
        for field in pack.fields(page):
            at = f"pages.{page}.{field}"
            keys |= {f"{at}.text"} | {f"{at}.choices.{choice}" for choice in pack.choices(page, field)}
    return keys


def _free(pack: PackFiles) -> set[str]:
    """Keys that may be there; if one is there in one language it is there in all."""
    pages = {f"pages.{page}.{key}" for page in pack.pages for key in ("title", "intro")}
    return pages | {f"pages.{page}.{field}.hint" for page in pack.pages for field in pack.fields(page)}


def _known(key: str, allowed: set[str]) -> bool:
    name, _, number = key.partition(".")
    return key in allowed or (name in LISTS and number.isdigit())


def _values(flat: Flat, key: str) -> tuple[str, ...]:
    return tuple(flat.value(f"{key}.{number}") or "" for number in flat.below(key))


def _whole(text: str | None) -> bool:
    return text is not None and text.isascii() and text.isdigit() and int(text) > 0


def _positive(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is not None and float(text) > 0


def _names(found: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(found)) or "none"
