"""Loads the question packs and the interface texts. What is not whole is refused, with every finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.codebook import Codebook
from bot.errors import FileInvalid, Finding, NotFound
from bot.ids import Language
from bot.localised import Localised
from bot.questions import Pack, RoundKind
from prompts.codebook import SHIPPED, check_codebook, load_codebook
from prompts.gaps import said
from prompts.pack_files import KINDS, STRUCTURE, PackFiles, build, order_languages, read_pack, same_gaps
from prompts.rules import question_problems
from prompts.word_lists import WordKind, WordLists, read_word_lists
from prompts.yaml_file import Flat, read

HERE = Path(__file__).parent
PACKS = HERE / "packs"
TEXTS = HERE / "ui"
WORDS = HERE / "words"
DEFAULT = Language("nl")


@dataclass(frozen=True, slots=True)
class FilePacks:
    """The question packs of a folder, one for every kind of round that asks something, and their codebooks."""

    packs: Mapping[RoundKind, Pack]
    codebooks: Mapping[str, Codebook]
    lists: Mapping[Language, WordLists]

    def of(self, kind: RoundKind) -> Pack:
        """Return the pack of a kind of round."""
        return self.packs[kind]

    def codebook(self, id_: str) -> Codebook:
        """Return a codebook; every pack's is there. Raises NotFound."""
        if id_ not in self.codebooks:
            raise NotFound(f"no codebook is called {id_!r}")
        return self.codebooks[id_]

    def reveals(self, text: Localised) -> bool:
        """Say whether a text asks for something that gives away who answers."""
        return any(
            self.lists.get(language, WordLists({})).find(WordKind.REVEALING, own) for language, own in text.texts
        )

    def may_ask(self, question: Localised) -> bool:
        """Say whether a question is one question, and asks nothing that gives away who someone is."""
        return not any(
            question_problems(text, language, self.lists.get(language, WordLists({})))
            for language, text in question.texts
        )


@dataclass(frozen=True, slots=True)
class FileTexts:
    """The interface texts of a folder, by language, the default first."""

    texts: Mapping[Language, Mapping[str, str]]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages there are texts in, the default first."""
        return tuple(self.texts)

    def get(self, language: Language, key: str, /, **values: object) -> str:
        """Return one text with its gaps filled (see `said`), in `language` or else the default. Raises KeyError."""
        return said(self.texts.get(language) or next(iter(self.texts.values())), key, values)


def load_packs(directory: Path = PACKS, *, codebooks: Path = SHIPPED, first: Language = DEFAULT) -> FilePacks:
    """Load a folder of packs, one folder each, and a folder of codebooks, one file each.

    Raises:
        FileInvalid: With everything that is wrong in any of them.
    """
    files = read_packs(directory, first=first)
    findings = (*pack_findings(directory, files), *codebook_findings(codebooks, files))
    if findings:
        raise FileInvalid(findings)
    packs = [build(pack) for pack in files]
    books = {path.stem: load_codebook(path) for path in sorted(codebooks.glob("*.yaml"))}
    lists = {Language(path.stem): read_word_lists(path)[0] for path in sorted(WORDS.glob("*.yaml"))}
    return FilePacks({pack.kind: pack for pack in packs}, books, lists)


def load_texts(directory: Path = TEXTS, *, first: Language = DEFAULT) -> FileTexts:
    """Load a folder of interface texts, one file per language. Raises FileInvalid with everything that is wrong."""
    flats, findings = read_texts(directory, first=first)
    if findings:
        raise FileInvalid(findings)
    return FileTexts(
        {language: {key: text.value for key, text in flat.texts.items()} for language, flat in flats.items()}
    )


def read_packs(directory: Path, *, first: Language = DEFAULT) -> tuple[PackFiles, ...]:
    """Read the files of every pack in a folder, findings and all."""
    folders = sorted(path.parent for path in directory.glob(f"*/{STRUCTURE}"))
    return tuple(read_pack(folder, first) for folder in folders)


def pack_findings(directory: Path, files: tuple[PackFiles, ...]) -> Iterator[Finding]:
    """Yield what is wrong with the packs of a folder, each by itself and together."""
    for pack in files:
        yield from pack.findings
    languages = {language for pack in files for language in pack.texts}
    for pack in files:
        missing = sorted(languages - set(pack.texts))
        yield from (Finding(pack.structure.path, 0, f"{name}.yaml is missing beside it") for name in missing)
    kinds = [pack.structure.value("kind") for pack in files]
    for kind in KINDS:
        if kinds.count(kind) != 1:
            yield Finding(str(directory), 0, f"{kinds.count(kind)} packs of kind {kind}, there must be one")


def codebook_findings(directory: Path, files: tuple[PackFiles, ...]) -> Iterator[Finding]:
    """Yield what is wrong with the codebooks of a folder, and packs whose codebook is not among them."""
    paths = sorted(directory.glob("*.yaml"))
    for path in paths:
        yield from check_codebook(path)
    known = {path.stem for path in paths}
    for pack in files:
        name = pack.structure.value("codebook")
        if name and name not in known:
            yield pack.structure.finding("codebook", f"unknown codebook {name!r}")


def read_texts(directory: Path, *, first: Language = DEFAULT) -> tuple[Mapping[Language, Flat], tuple[Finding, ...]]:
    """Read the interface texts of every language in a folder, and what is wrong with them."""
    names = {path.stem for path in directory.glob("*.yaml")}
    flats: dict[Language, Flat] = {}
    findings: list[Finding] = []
    for language in order_languages(names, first):
        flats[language], more = read(directory / f"{language}.yaml")
        findings += more
    if not flats:
        findings.append(Finding(str(directory), 0, "there is no language file"))
    everywhere = {key for flat in flats.values() for key in flat.texts}
    for flat in flats.values():
        missing = sorted(everywhere - set(flat.texts))
        findings += (flat.finding(key, f"{key} is missing") for key in missing)
    return flats, (*findings, *same_gaps(flats))
