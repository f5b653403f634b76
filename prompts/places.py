"""Where texts stand: packs, the interface, what other parts say around it, and texts in a file of something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from bot.errors import Finding
from bot.ids import Language
from prompts.pack_files import PackFiles, order_languages, same_gaps
from prompts.yaml_file import Flat, Text, read

WRITTEN = (Language("nl"), Language("en"))
"""The languages that everything comes in; a further one needs the packs and the interface only."""


class Place(StrEnum):
    """What a text belongs to, which decides what is asked of it."""

    PACK = "pack"
    INTERFACE = "interface"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Around:
    """Texts that are not the bot's: a folder with a file a language, or a file in which they end in a language.

    `keys`: which of a file are read by people.
    """

    name: str
    path: Path
    keys: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of one language in one file. `name` says of what, for whoever reads the figures."""

    name: str
    place: Place
    language: Language
    flat: Flat


def of_packs(packs: tuple[PackFiles, ...]) -> Iterator[Source]:
    """Yield the files of the packs."""
    for pack in packs:
        yield from (Source("packs", Place.PACK, language, flat) for language, flat in pack.texts.items())


def of_interface(texts: Mapping[Language, Flat]) -> Iterator[Source]:
    """Yield the files of the interface."""
    yield from (Source("interface", Place.INTERFACE, language, flat) for language, flat in texts.items())


def read_around(around: Sequence[Around]) -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
    """Read what other parts say, and find where its languages differ."""
    sources: list[Source] = []
    findings: list[Finding] = []
    for one in around:
        flats, more = _folder(one.path) if one.path.is_dir() else _file(one.path, one.keys)
        sources += (Source(one.name, Place.AROUND, language, flat) for language, flat in flats.items())
        findings += more
        findings += _differing(one.path, flats)
    return tuple(sources), tuple(findings)


def _folder(path: Path) -> tuple[Mapping[Language, Flat], tuple[Finding, ...]]:
    flats: dict[Language, Flat] = {}
    findings: tuple[Finding, ...] = ()
    for language in order_languages({file.stem for file in path.glob("*.yaml")}, WRITTEN[0]):
        flats[language], more = read(path / f"{language}.yaml")
        findings += more
    return flats, findings


def _file(path: Path, keys: tuple[str, ...]) -> tuple[Mapping[Language, Flat], tuple[Finding, ...]]:
    """Take the texts of a file whose keys end in a language: `title.nl`, `title.en`."""
    whole, findings = read(path)
    flats: dict[Language, Flat] = {}
    for language in WRITTEN:
        ends = f".{language}"
        own = ((key.removesuffix(ends), text) for key, text in whole.texts.items() if key.endswith(ends))
        texts = {key: text for key, text in own if any(fnmatchcase(key, one) for one in keys)}
        flats[language] = Flat(whole.path, texts, _lines(texts))
    return flats, findings


def _lines(texts: Mapping[str, Text]) -> Mapping[str, int]:
    return {key: text.line for key, text in texts.items()}


def _differing(path: Path, flats: Mapping[Language, Flat]) -> Iterator[Finding]:
    """Every language that everything comes in is there, with the same keys and gaps."""
    for language in WRITTEN:
        if language not in flats:
            yield Finding(str(path), 0, f"{language}.yaml is missing")
    everywhere = {key for flat in flats.values() for key in flat.texts}
    for language, flat in flats.items():
        missing = sorted(everywhere - set(flat.texts))
        yield from (flat.finding(key, f"{key} is missing in {language}") for key in missing)
    yield from same_gaps(flats)
