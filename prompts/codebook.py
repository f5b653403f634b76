"""Reads codebooks: the themes that answers are looked through for, as YAML that an organisation may edit.

Everything that is wrong in a file is gathered, with its line, before it fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.codebook import ANY, WEAK, Codebook, CodebookTheme
from bot.errors import FileInvalid, Finding
from bot.ids import Language
from bot.localised import Localised
from prompts.yaml_file import Flat, read

SHIPPED = Path(__file__).parent / "codebooks"
_FILE_KEYS = ("id", "version", "themes")
_THEME_KEYS = ("key", "label", "description", "seeds")
_KEY = re.compile(r"(?!found-)[a-z][a-z0-9-]{0,29}")
"""`found-` starts the keys of the themes that no codebook has."""
_LANGUAGE = re.compile(r"[a-z]{2}")
_SEED = re.compile(r"~?[^\W\d_*][^\d_~]*|~?\*[^\W\d_*][^\d_~]*")
_SHORTEST_PATTERN = 3
"""Letters that a seed with `*` needs; fewer match nearly everything."""
_MOST_THEMES = 20
"""More do not fit a thread that somebody reads, and small ones drown."""
_LONGEST_LABEL = 40
"""Characters: a label stands in a heading and on a button."""
_TIDIES_AWAY = re.compile(
    r"weerstand|resist|negatie|negativ|positie[fv]|positiv|sentiment|klag|zeur|complain|whin|emotie|emotion",
    re.IGNORECASE,
)
"""Design rule 7: a theme says what somebody speaks of; one that judges how tidies anger away."""


def load_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises:
        FileInvalid: With every finding, in the order of the file.

    """
    flat, unread = read(path)
    findings = (*unread, *(_findings(flat) if flat.lines else ()))
    if findings:
        raise FileInvalid(tuple(sorted(findings, key=lambda finding: finding.line)))
    return Codebook(
        flat.texts["id"].value, int(flat.texts["version"].value), tuple(_theme(flat, at) for at in _themes(flat))
    )


def check_codebook(path: Path) -> tuple[Finding, ...]:
    """Return everything that is wrong in a codebook; nothing when it can be used."""
    try:
        load_codebook(path)
    except FileInvalid as invalid:
        return invalid.findings
    return ()


def _themes(flat: Flat) -> tuple[str, ...]:
    """Return where each theme stands: `themes.0`, `themes.1`."""
    return tuple(f"themes.{name}" for name in flat.below("themes"))


def _theme(flat: Flat, at: str) -> CodebookTheme:
    return CodebookTheme(
        flat.texts[f"{at}.key"].value,
        _localised(flat, f"{at}.label"),
        _localised(flat, f"{at}.description"),
        tuple((Language(own), _seeds(flat, f"{at}.seeds.{own}")) for own in flat.below(f"{at}.seeds")),
    )


def _localised(flat: Flat, at: str) -> Localised:
    return Localised.of({own: flat.texts[f"{at}.{own}"].value.strip() for own in flat.below(at)})


def _seeds(flat: Flat, at: str) -> tuple[str, ...]:
    return tuple(flat.texts[f"{at}.{name}"].value for name in flat.below(at))


def _findings(flat: Flat) -> Iterator[Finding]:
    """Find what is wrong in the file as a whole, then in each theme."""
    themes = _themes(flat)
    yield from _names(flat, "", _FILE_KEYS)
    yield from _key_findings(flat, "id")
    if not re.fullmatch(r"[1-9]\d{0,5}", flat.value("version") or ""):
        yield flat.finding("version", "version is a whole number from 1")
    if not 1 <= len(themes) <= _MOST_THEMES:
        yield flat.finding("themes", f"themes is a list of 1 to {_MOST_THEMES}")
    languages = flat.below(f"{themes[0]}.label") if themes else ()
    for at in themes:
        yield from _names(flat, at, _THEME_KEYS)
        yield from _key_findings(flat, f"{at}.key")
        yield from _text_findings(flat, at, languages)
        yield from _seed_findings(flat, at, languages)
    yield from _twice(flat, [f"{at}.key" for at in themes], "is the key of an earlier theme")
    yield from _shared_seeds(flat, themes)


def _names(flat: Flat, at: str, known: tuple[str, ...]) -> Iterator[Finding]:
    """Find names that are missing, and names that mean nothing."""
    there = flat.below(at)
    start = f"{at}." if at else ""
    for name in known:
        if name not in there:
            yield flat.finding(f"{start}{name}", f"{name} is missing")
    for name in there:
        if name not in known:
            yield flat.finding(f"{start}{name}", f"{name!r} means nothing here; known are {', '.join(known)}")


def _key_findings(flat: Flat, at: str) -> Iterator[Finding]:
    value = flat.value(at)
    if at in flat.lines and not _KEY.fullmatch(value or ""):
        yield flat.finding(
            at, f"a key is small letters, digits and hyphens, at most 30, and does not start with found-: {value!r}"
        )


def _text_findings(flat: Flat, at: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    for name in ("label", "description"):
        yield from _language_findings(flat, f"{at}.{name}", languages)
        for own in flat.below(f"{at}.{name}"):
            text = flat.value(f"{at}.{name}.{own}")
            wrong = _label_problem(text) if name == "label" else _text_problem(text)
            if wrong:
                yield flat.finding(f"{at}.{name}.{own}", f"{name} {wrong}: {text!r}")


def _language_findings(flat: Flat, at: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    """Every theme has the languages of the first one's label, in its label, its description and its seeds."""
    there = flat.below(at)
    for own in languages:
        if at in flat.lines and own not in there:
            yield flat.finding(at, f"nothing in {own!r}")
    for own in there:
        if not _LANGUAGE.fullmatch(own):
            yield flat.finding(f"{at}.{own}", f"a language is two small letters: {own!r}")


def _seed_findings(flat: Flat, at: str, languages: tuple[str, ...]) -> Iterator[Finding]:
    yield from _language_findings(flat, f"{at}.seeds", languages)
    for own in flat.below(f"{at}.seeds"):
        names = flat.below(f"{at}.seeds.{own}")
        if not names:
            yield flat.finding(f"{at}.seeds.{own}", "seeds are a list of words and phrases")
        for name in names:
            seed = flat.value(f"{at}.seeds.{own}.{name}")
            if wrong := _seed_problem(seed):
                yield flat.finding(f"{at}.seeds.{own}.{name}", f"a seed {wrong}: {seed!r}")


def _shared_seeds(flat: Flat, themes: tuple[str, ...]) -> Iterator[Finding]:
    """Find seeds that would put one text in two themes; weak ones may be shared."""
    owners: dict[tuple[str, str], str] = {}
    for at in themes:
        for own in flat.below(f"{at}.seeds"):
            for name in flat.below(f"{at}.seeds.{own}"):
                key = f"{at}.seeds.{own}.{name}"
                seed = flat.value(key) or WEAK
                if not seed.startswith(WEAK) and owners.setdefault((own, seed.casefold()), at) != at:
                    yield flat.finding(key, f"a seed of two themes: {seed!r}")


def _twice(flat: Flat, keys: list[str], what: str) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for key in keys:
        value = flat.value(key)
        if value is not None:
            if seen[value]:
                yield flat.finding(key, f"{value!r} {what}")
            seen[value] += 1


def _text_problem(text: str | None) -> str | None:
    return None if text and text.strip() else "is a text"


def _label_problem(text: str | None) -> str | None:
    if not text or not text.strip():
        return "is a text"
    if len(text) > _LONGEST_LABEL:
        return f"is longer than {_LONGEST_LABEL} characters"
    return "judges how somebody speaks; a theme says what of" if _TIDIES_AWAY.search(text) else None


def _seed_problem(seed: str | None) -> str | None:
    if seed is None or not _SEED.fullmatch(seed) or seed != seed.strip():
        return "is a word or a phrase of letters, with ~ before it or * in it at most"
    if any(ANY in part and len(part.replace(ANY, "").removeprefix(WEAK)) < _SHORTEST_PATTERN for part in seed.split()):
        return f"with * needs {_SHORTEST_PATTERN} letters"
    return None
