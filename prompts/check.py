"""Checks everything in words: packs, interface texts and codebooks, as code is checked. Every finding, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.errors import Finding
from bot.ids import Language
from prompts.boxes import CAPACITY, most_bytes
from prompts.loader import HERE, codebook_findings, pack_findings, read_packs, read_texts
from prompts.pack_files import PackFiles, build
from prompts.rules import LONGEST_MEAN, RULES, Passage
from prompts.sentences import Figures, measure
from prompts.word_lists import WordLists, read_word_lists
from prompts.yaml_file import Flat


def check_all() -> tuple[Finding, ...]:
    """Return everything that is wrong in the packs, texts and codebooks that come with Ruimte."""
    return check(HERE)


def check(directory: Path) -> tuple[Finding, ...]:
    """Return what is wrong in a folder with `packs`, `ui`, `codebooks` and `words`, in order of file and line."""
    packs = read_packs(directory / "packs")
    texts, text_findings = read_texts(directory / "ui")
    found = [*pack_findings(directory / "packs", packs), *text_findings]
    found += _languages(directory, packs, texts)
    lists: dict[Language, WordLists] = {}
    for language in sorted(_of_packs(packs) | set(texts)):
        lists[language], more = read_word_lists(_words(directory) / f"{language}.yaml")
        found += more
    for language, flat, in_pack in _files(packs, texts):
        found += _style(language, flat, lists[language], in_pack=in_pack)
    found += _boxes(packs)
    found += codebook_findings(directory / "codebooks", packs)
    return tuple(sorted(set(found), key=lambda finding: (finding.path, finding.line, finding.text)))


def figures(directory: Path = HERE) -> Mapping[Language, Figures]:
    """Return how long the sentences are that people read, per language, packs and interface texts together."""
    texts, _ = read_texts(directory / "ui")
    written: dict[Language, list[str]] = {}
    for language, flat, _in_pack in _files(read_packs(directory / "packs"), texts):
        written.setdefault(language, []).extend(text.value for text in flat.texts.values())
    return {language: measure(own) for language, own in written.items()}


def _words(directory: Path) -> Path:
    """A folder without word lists of its own is checked with ours."""
    own = directory / "words"
    return own if own.is_dir() else HERE / "words"


def _of_packs(packs: tuple[PackFiles, ...]) -> set[Language]:
    return {language for pack in packs for language in pack.texts}


def _files(packs: tuple[PackFiles, ...], texts: Mapping[Language, Flat]) -> Iterator[tuple[Language, Flat, bool]]:
    """Yield every file with texts, and whether it is a pack's."""
    for pack in packs:
        yield from ((language, flat, True) for language, flat in pack.texts.items())
    yield from ((language, flat, False) for language, flat in texts.items())


def _languages(directory: Path, packs: tuple[PackFiles, ...], texts: Mapping[Language, Flat]) -> Iterator[Finding]:
    """Packs and interface texts speak the same languages."""
    for language in sorted(_of_packs(packs) - set(texts)):
        yield Finding(str(directory / "ui"), 0, f"{language}.yaml is missing: the packs have it")
    for language in sorted(set(texts) - _of_packs(packs)):
        yield Finding(str(directory / "packs"), 0, f"no pack has {language}.yaml: the interface has it")


def _style(language: Language, flat: Flat, lists: WordLists, *, in_pack: bool) -> Iterator[Finding]:
    """How one file reads."""
    for key, text in flat.texts.items():
        passage = Passage(flat.path, text.line, key, text.value, language, lists, in_pack)
        for rule in RULES:
            yield from (flat.finding(key, f"{key}: {problem}") for problem in rule(passage))
    mean = measure(text.value for text in flat.texts.values()).mean
    if mean > LONGEST_MEAN:
        yield Finding(flat.path, 0, f"{mean:.1f} words in a sentence on average, at most {LONGEST_MEAN}")


def _boxes(packs: tuple[PackFiles, ...]) -> Iterator[Finding]:
    """The largest answer to every page fits in its box."""
    for pack in packs:
        if pack.findings:
            continue
        built = build(pack)
        for page in built.pages:
            size = most_bytes(built.kind, page)
            if size > CAPACITY:
                key = f"pages.{page.key}"
                yield pack.structure.finding(key, f"{key} may take {size} bytes, its box holds {CAPACITY}")
