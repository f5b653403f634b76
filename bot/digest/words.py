"""Words of a text and their stems, in any language that a dictionary or a stemmer is there for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from snowballstemmer.basestemmer import BaseStemmer

_STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}

_LETTERS = str.maketrans(
    {"’": "'", "\u0131": "i", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
"""Letters that are no letter with an accent to Unicode, and are written without their stroke all the same."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEW_WORDS = 4
_KNOWN = 0.5
_MARK = re.compile(r"\[[^\[\]\s]{1,12}\]|\[…\]")


def words_in(text: str) -> list[str]:
    """Return the words as they are written, without numbers, signs and the marks that scrubbing leaves."""
    return _WORD.findall(_MARK.sub(" ", text))


def fold(word: str) -> str:
    """Return the word in lower case and without accents, so that `Cliënt` and `client` are one word."""
    apart = unicodedata.normalize("NFD", word.casefold().translate(_LETTERS))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return the stem of the word's lemma, folded; a language that nothing is known of keeps its words."""
    own = _lemma(word.casefold(), language)
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(own) if stemmer else own)


@lru_cache(maxsize=100_000)
def lemma(word: str, language: str) -> str:
    """Return the word as a dictionary has it, folded: narrower than its stem (`bereik` is not `bereikbaar`)."""
    return fold(_lemma(word.casefold(), language))


def stems_in(text: str, language: str) -> list[str]:
    """Return the stems of the words that say something: no stop words, no single letters."""
    silent = stop_words(language)
    words = (word.casefold() for word in words_in(text) if len(word) > 1)
    return [stem(word, language) for word in words if word not in silent and lemma(word, language) not in silent]


@lru_cache(maxsize=32)
def stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that say little; none where no list is known."""
    from stopwordsiso import has_lang, stopwords  # noqa: PLC0415 -- reads its lists when imported

    return frozenset(stopwords(language)) if has_lang(language) else frozenset()


def reads_as(text: str, languages: Iterable[str]) -> bool:
    """Say whether a text may be in one of these languages: half of its words or more are in that dictionary.

    Of the answers of the make-believe company a dictionary knows at least 70 % in their own language, and at the median
    a third in the other. A text of a few words says nothing; a language without a dictionary may be any.
    """
    words = words_in(text)
    return len(words) < _FEW_WORDS or any(_known(words, language) >= _KNOWN * len(words) for language in languages)


def _known(words: Sequence[str], language: str) -> int:
    """Count the words that a language's dictionary knows."""
    import simplemma  # noqa: PLC0415 -- its dictionaries are large

    try:
        return sum(simplemma.is_known(word.casefold(), lang=language) for word in words)
    except ValueError:  # no dictionary for this language
        return len(words)


def _lemma(word: str, language: str) -> str:
    import simplemma  # noqa: PLC0415 -- its dictionaries are large

    try:
        return simplemma.lemmatize(word, lang=language).casefold()
    except ValueError:  # no dictionary for this language
        return word


@lru_cache(maxsize=32)
def _stemmer(language: str) -> BaseStemmer | None:
    import snowballstemmer  # noqa: PLC0415 -- only where texts are read

    name = _STEMMERS.get(language)
    return snowballstemmer.stemmer(name) if name else None
