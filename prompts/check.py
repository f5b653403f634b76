"""Checks everything in words: packs, interface texts and codebooks, as code is checked. Every finding, at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Finding
from bot.ids import Language
from prompts.boxes import CAPACITY, most_bytes
from prompts.gaps import GAP
from prompts.glossary import Glossary, read_glossary
from prompts.loader import HERE, codebook_findings, pack_findings, read_packs, read_texts
from prompts.pack_files import PackFiles, build
from prompts.places import Around, Source, of_interface, of_packs, read_around
from prompts.rules import FEWEST_FOR_LIX, HARDEST, LONGEST_MEAN, RULES, Passage
from prompts.sentences import Figures, measure
from prompts.word_lists import WordLists, read_word_lists

GLOSSARY = "glossary.yaml"

TYPED = re.compile(r"`[^`]*`")
"""What is typed, in a text that is said."""


@dataclass(frozen=True, slots=True)
class Read:
    """How what people read in one language reads: all of it, or that of one part."""

    language: Language
    part: str
    figures: Figures


def check_all(around: Sequence[Around] = ()) -> tuple[Finding, ...]:
    """Return everything that is wrong in the packs, texts and codebooks that come with Ruimte, and in `around`."""
    return check(HERE, around)


def check(directory: Path, around: Sequence[Around] = ()) -> tuple[Finding, ...]:
    """Return what is wrong in a folder with `packs`, `ui`, `codebooks` and `words`, in order of file and line.

    `around`: the texts of other parts, held to the same rules of style and to the same glossary.
    """
    packs = read_packs(directory / "packs")
    texts, text_findings = read_texts(directory / "ui")
    further, further_findings = read_around((*around, *_beside(directory)))
    found = [*pack_findings(directory / "packs", packs), *text_findings, *further_findings]
    found += _languages(directory, {language for pack in packs for language in pack.texts}, set(texts))
    sources = (*of_packs(packs), *of_interface(texts), *further)
    lists: dict[Language, WordLists] = {}
    for language in sorted({source.language for source in sources}):
        lists[language], more = read_word_lists(_words(directory) / f"{language}.yaml")
        found += more
    glossary, more = read_glossary(_words(directory) / GLOSSARY)
    found += more
    for source in sources:
        found += _style(source, lists[source.language], glossary)
    found += _out_of_step(sources, glossary)
    found += _boxes(packs)
    found += codebook_findings(directory / "codebooks", packs)
    return tuple(sorted(set(found), key=lambda finding: (finding.path, finding.line, finding.text)))


def figures(directory: Path = HERE, around: Sequence[Around] = ()) -> tuple[Read, ...]:
    """Return how what people read reads, per language: all of it first (part ""), then part by part."""
    further, _ = read_around((*around, *_beside(directory)))
    texts, _ = read_texts(directory / "ui")
    sources = (*of_packs(read_packs(directory / "packs")), *of_interface(texts), *further)
    languages = dict.fromkeys(source.language for source in sources)
    return tuple(read for language in languages for read in _read(language, sources))


def _read(language: Language, sources: Sequence[Source]) -> Iterator[Read]:
    own = [source for source in sources if source.language == language]
    yield Read(language, "", _measured(own))
    for part in dict.fromkeys(source.name for source in own):
        yield Read(language, part, _measured(source for source in own if source.name == part))


def _measured(sources: Iterable[Source]) -> Figures:
    return measure(text.value for source in sources for text in source.flat.texts.values())


def _words(directory: Path) -> Path:
    """A folder without word lists of its own is checked with ours."""
    own = directory / "words"
    return own if own.is_dir() else HERE / "words"


def _beside(directory: Path) -> Iterator[Around]:
    """Yield what is said besides packs and interface: the paper, and the themes that a digest names."""
    if (directory / "brief").is_dir():
        yield Around("brief", directory / "brief")
    for path in sorted((directory / "codebooks").glob("*.yaml")):
        yield Around("codebook", path, ("themes.*.label",))


def _languages(directory: Path, of_packs_: set[Language], of_texts: set[Language]) -> Iterator[Finding]:
    """Packs and interface texts speak the same languages."""
    for language in sorted(of_packs_ - of_texts):
        yield Finding(str(directory / "ui"), 0, f"{language}.yaml is missing: the packs have it")
    for language in sorted(of_texts - of_packs_):
        yield Finding(str(directory / "packs"), 0, f"no pack has {language}.yaml: the interface has it")


def _style(source: Source, lists: WordLists, glossary: Glossary) -> Iterator[Finding]:
    """How one file reads."""
    flat, language = source.flat, source.language
    for key, text in flat.texts.items():
        passage = Passage(flat.path, text.line, key, text.value, language, lists, source.place)
        problems = [problem for rule in RULES for problem in rule(passage)]
        problems += glossary.misused(language, _own_words(text.value))
        yield from (flat.finding(key, f"{key}: {problem}") for problem in problems)
    read = measure(text.value for text in flat.texts.values())
    if read.mean > LONGEST_MEAN:
        yield Finding(flat.path, 0, f"{read.mean:.1f} words in a sentence on average, at most {LONGEST_MEAN}")
    if read.lix > HARDEST and read.sentences >= FEWEST_FOR_LIX:
        yield Finding(flat.path, 0, f"LIX {read.lix:.0f}, at most {HARDEST}: shorter sentences, shorter words")


def _out_of_step(sources: Sequence[Source], glossary: Glossary) -> Iterator[Finding]:
    """A text says the same things in every language; each is found where it is left out."""
    together: dict[tuple[str, str], dict[Language, Source]] = {}
    for source in sources:
        for key in source.flat.texts:
            path = Path(source.flat.path)
            file = path.parent if path.stem == source.language else path
            together.setdefault((str(file), key), {})[source.language] = source
    for (_, key), by_language in together.items():
        texts = {one: _own_words(source.flat.texts[key].value) for one, source in by_language.items()}
        for language, problem in glossary.out_of_step(texts):
            yield by_language[language].flat.finding(key, f"{key}: {problem}")


def _own_words(text: str) -> str:
    """What fills a gap is somebody else's words, and what stands between backticks is typed as it is."""
    return TYPED.sub("…", GAP.sub("…", text))


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


def by_language(reads: Iterable[Read]) -> Mapping[Language, Figures]:
    """Return the figures of everything in each language."""
    return {read.language: read.figures for read in reads if not read.part}
