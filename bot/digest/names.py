"""Finds people's names: those on the roster, and those that stand after a title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.digest.ordinary import (
    FOLLOWS_A_NAME,
    GIVEN_WORDS,
    NOT_AFTER_A_TITLE,
    OPENERS,
    PARTICLES,
    PRONOUNS,
    TITLES,
)
from bot.digest.words import fold

_PART = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*['’]?")
_PIECES = re.compile(r"[-\s.,()]+")
_ENDINGS = ("'s", "s'", "'", "s", "tje", "je")
"""What Dutch and English put behind a name: possessives and, for small ones, diminutives."""
_INITIAL = re.compile(r"(?:[A-Z]\.?\s?){1,4}$")
_AND = frozenset(("en", "and"))
_SHORTEST = 3
"""Letters of a name that is a name without a capital."""
_CAPITALS_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Roster:
    """People's names, taken apart once: folded, with every part, first names and surnames apart."""

    parts: frozenset[str]
    given: frozenset[str]
    full: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, names: Sequence[str]) -> Roster:
        """Take names apart ("Marjan de Wit", "Wit, Marjan de"); particles and initials are no parts."""
        people = {pieces for name in names if (pieces := _pieces(name))}
        return cls(
            parts=frozenset(way for pieces in people for part in pieces for way in (part, part.replace("'", ""))),
            given=frozenset(_given(name) for name in names) - {""},
            full=frozenset(pieces for pieces in people if len(pieces) > 1),
        )


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text: where it stands, and which part of a name it may be."""

    start: int
    end: int
    written: str
    folded: str
    part: str
    """The part of the roster that it is, without its possessive; "" when it is none."""
    opens: bool
    """It stands at the start of a sentence."""
    shouted: bool
    """Its sentence is in capitals, so its own capital says nothing."""

    @property
    def capital(self) -> bool:
        return self.written[0].isupper() and not self.shouted


def _given(name: str) -> str:
    """Return the folded first name; none where it is only initials."""
    pieces = _pieces(name)
    initials = "," not in name and len(name.replace(".", " ").split()[0]) == 1 if pieces else True
    return "" if initials else pieces[0]


def _pieces(name: str) -> tuple[str, ...]:
    """Return the folded parts of a name, first name first."""
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma else name
    pieces = (fold(piece) for piece in _PIECES.split(ordered))
    return tuple(piece for piece in pieces if len(piece) > 1 and piece not in PARTICLES and piece not in TITLES)


def scrub_names(text: str, roster: Roster, *, language: str, mark: str) -> str:
    """Replace every name by the mark; a first name with its particles and surname becomes one mark."""
    words = _words(text, roster, language)
    hits = _certain(words, roster)
    hits |= _titled(words)
    hits |= _beside(words, hits, roster)
    spans = _spans(text, words, hits)
    for start, end in reversed(spans):
        text = text[:start] + mark + text[end:]
    return text


def _words(text: str, roster: Roster, language: str) -> list[_Word]:
    """Take a text apart into words, leaving the marks that are in it alone."""
    words: list[_Word] = []
    end = 0
    for match in _PART.finditer(text):
        between = text[end : match.start()]
        written = match[0]
        in_mark = between.endswith("[") and text[match.end() : match.end() + 1] == "]"
        opens = not words or bool(re.search(r"[.!?:;•…\n\"“”]|(?:^|\s)[-*>](?:\s|$)", between))
        folded = fold(written)
        part = "" if in_mark else _part(folded, roster)
        words.append(_Word(match.start(), match.end(), written, folded, part, opens, shouted=False))
        end = match.end()
    return _shouting(words, always=language == "de")


def _shouting(words: list[_Word], *, always: bool) -> list[_Word]:
    """Mark the words of a text that is mostly in capitals, or in German, where every noun has one."""
    long = [word for word in words if len(word.written) > 1]
    loud = sum(word.written.isupper() for word in long)
    if not always and (len(long) < 3 or loud < _CAPITALS_SHARE * len(long)):  # noqa: PLR2004 -- two words may be initials
        return words
    return [_Word(w.start, w.end, w.written, w.folded, w.part, w.opens, shouted=True) for w in words]


def _part(folded: str, roster: Roster) -> str:
    """Return the part of the roster that a word is, whatever possessive stands behind it."""
    for piece in (folded, *folded.split("-")):
        if piece in roster.parts:
            return piece
        for ending in _ENDINGS:
            bare = piece.removesuffix(ending)
            if bare != piece and bare in roster.parts and (len(ending) < _SHORTEST or not _ordinary(bare)):
                return bare
    return ""


def _certain(words: Sequence[_Word], roster: Roster) -> set[int]:
    """Find the words that are a name by themselves."""
    return {at for at, word in enumerate(words) if word.part and _is_name(words, at, roster)}


def _is_name(words: Sequence[_Word], at: int, roster: Roster) -> bool:
    word = words[at]
    ordinary = _ordinary_given(word.part) if word.part in roster.given else _ordinary(word.part)
    if not ordinary and len(word.part) >= _SHORTEST:
        return True
    if not word.capital:
        return False
    if not word.opens or word.part not in OPENERS or word.folded != word.part:
        return not _is_plain_start(word, at, words)
    return _follows_like_a_verb(words, at)


def _is_plain_start(word: _Word, at: int, words: Sequence[_Word]) -> bool:
    """Say whether a short name at the start of a sentence is rather a word ("Bo", but "Al met al")."""
    return word.opens and len(word.part) < _SHORTEST and not _follows_like_a_verb(words, at)


def _follows_like_a_verb(words: Sequence[_Word], at: int) -> bool:
    """Say whether what comes next makes a name of it: "Wil zei", "Mark en ik"."""
    after = [word.folded for word in words[at + 1 : at + 3] if not word.opens]
    return bool(after) and (after[0] in FOLLOWS_A_NAME or (after[0] in _AND and after[-1] in PRONOUNS))


def _titled(words: Sequence[_Word]) -> set[int]:
    """Find what stands after a title: a roster name in any case, any other word with a capital."""
    hits: set[int] = set()
    for at, word in enumerate(words[:-1]):
        if word.folded.rstrip(".") not in TITLES and word.folded not in TITLES:
            continue
        after = at + 1
        while after < len(words) - 1 and words[after].folded in PARTICLES:
            after += 1
        name = words[after]
        dotted = word.written[0].islower() or len(word.written) < 5  # noqa: PLR2004 -- "Mevr. Bakker" is no new sentence
        named = name.part or (name.capital and name.folded not in NOT_AFTER_A_TITLE)
        if named and (
            not name.opens or (dotted and word.folded.rstrip(".") in {"mevr", "mw", "dhr", "dr", "mr", "mrs", "ms"})
        ):
            hits.add(after)
    return hits


def _beside(words: Sequence[_Word], hits: set[int], roster: Roster) -> set[int]:
    """Find parts that are names because of what stands beside them: the rest of a full name, or a name and "en"."""
    added: set[int] = set()
    for at, word in enumerate(words):
        after = _next_part(words, at)
        if not word.part or after is None:
            continue
        pair = (word.part, words[after].part)
        together = any(pair == full[:2] or pair == (full[0], full[-1]) for full in roster.full)
        either = at in hits or after in hits
        capitals = word.capital and words[after].capital
        if together or (either and (capitals or words[after].part)) or capitals:
            added |= {at, after}
    return added


def _next_part(words: Sequence[_Word], at: int) -> int | None:
    """Return the next word that is part of a name, past particles and "en"; None when another word comes first."""
    after = at + 1
    while after < len(words) and not words[after].opens and words[after].folded in PARTICLES | _AND:
        after += 1
    return after if after < len(words) and words[after].part and not words[after].opens else None


def _spans(text: str, words: Sequence[_Word], hits: set[int]) -> list[tuple[int, int]]:
    """Return what is replaced, from left to right: names with the particles and initials that belong to them."""
    spans: list[tuple[int, int]] = []
    for at in sorted(hits):
        first = at
        while first > 0 and words[first - 1].folded in PARTICLES and _joined(text, words[first - 1], words[first]):
            first -= 1
        start = words[first].start if _belongs(words, first, at, hits) else words[at].start
        initials = _INITIAL.search(text, max(0, start - 12), start) if text[start : start + 1].isupper() else None
        start = initials.start() if initials and _stands_free(text, initials.start()) else start
        if spans and not text[spans[-1][1] : start].strip(" .-"):
            spans[-1] = (spans[-1][0], words[at].end)
        else:
            spans.append((start, words[at].end))
    return spans


def _belongs(words: Sequence[_Word], first: int, at: int, hits: set[int]) -> bool:
    """Say whether the particles before a name are its own: after a first name, or with a capital ("De Wit")."""
    return first < at and ((first - 1) in hits or (words[first].capital and not words[first].opens))


def _joined(text: str, one: _Word, other: _Word) -> bool:
    return not text[one.end : other.start].strip(" '’")


def _stands_free(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _ordinary_given(part: str) -> bool:
    return part in GIVEN_WORDS or len(part) < _SHORTEST


@lru_cache(maxsize=20_000)
def _ordinary(part: str) -> bool:
    """Say whether a surname is a word as well, by the dictionaries of Dutch and English."""
    import simplemma  # noqa: PLC0415 -- its dictionaries are large

    return part in OPENERS or part in GIVEN_WORDS or any(simplemma.is_known(part, lang=own) for own in ("nl", "en"))
