"""From the answers to one question to its digest. Loads the computing libraries: import it in a child process."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Answer
from bot.digest.clusters import FEWEST_TEXTS, groups_of
from bot.digest.codebook import Codebook, Matcher
from bot.digest.labels import FEWEST_VOICES, Said, label_of, said
from bot.digest.model import Alone, Layer, QuestionDigest, Quote, Theme, ThemeSize
from bot.digest.quotes import cut, differing, farthest, says_something
from bot.digest.scrub import Roster, scrub
from bot.digest.vectors import Vectors, vectors_of
from bot.digest.words import fold
from bot.ids import Language, PageKey
from bot.localised import Localised

_NOT_A_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one voice said, scrubbed, and whether its words may be shown."""

    text: str
    language: str
    showable: bool
    quotable: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """A theme before its quotes are chosen: who is in it, as positions among the voices."""

    key: str
    label: Localised
    layer: Layer
    members: tuple[int, ...]


def find(  # noqa: PLR0913 -- the same arguments as `bot.digest.find_themes`
    answers: Sequence[Answer],
    *,
    fields: Sequence[str] | None,
    codebook: Codebook,
    names: Sequence[str],
    showable_languages: frozenset[str],
    themes_only: bool,
    before: Sequence[ThemeSize],
) -> QuestionDigest:
    """See `bot.digest.find_themes`."""
    page = _page_of(answers)
    roster = Roster.of(names)
    voices = _voices(answers, fields, roster, showable_languages)
    silent = len(answers) - len(voices)
    groups = _in_codebook(voices, codebook)
    earlier = {size.key: size.voices for size in before}
    if themes_only:
        return _without_words(page, len(voices), silent, groups, earlier)
    vectors = vectors_of([(voice.text, voice.language) for voice in voices])
    groups += _found(voices, vectors, _left(voices, groups), roster)
    return _with_words(page, voices, silent, vectors, groups, earlier)


def _page_of(answers: Sequence[Answer]) -> PageKey:
    pages = {answer.page for answer in answers}
    if len(pages) != 1:
        raise ValueError(f"a digest is of one page, not of {len(pages)}")
    return pages.pop()


def _voices(
    answers: Sequence[Answer], fields: Sequence[str] | None, roster: Roster, showable: frozenset[str]
) -> list[_Voice]:
    """Scrub what was said, drop who said nothing, and put the voices in an order of their own."""
    voices = [
        _Voice(text, answer.language, answer.language in showable, answer.quotable)
        for answer in answers
        if (text := scrub(_text_of(answer, fields), names=roster, language=answer.language))
    ]
    return sorted(voices, key=lambda voice: (voice.language, voice.text, voice.quotable))


def _text_of(answer: Answer, fields: Sequence[str] | None) -> str:
    """Join the fields that were filled in, in the form's order."""
    texts = (" ".join(text.split()) for field, text in answer.fields if fields is None or field in fields)
    return " — ".join(text for text in texts if text)


def _in_codebook(voices: Sequence[_Voice], codebook: Codebook) -> list[_Group]:
    """Put the voices in the codebook's themes; one voice may speak of several, and counts in each."""
    matcher = Matcher(codebook)
    spoken_of = [matcher.themes_of(voice.text, voice.language) for voice in voices]
    groups = (
        _Group(
            theme.key,
            theme.label,
            "codebook",
            tuple(at for at, keys in enumerate(spoken_of) if theme.key in keys),
        )
        for theme in codebook.themes
    )
    return [group for group in groups if group.members]


def _left(voices: Sequence[_Voice], groups: Iterable[_Group]) -> list[int]:
    """Return the voices that are in none of the groups."""
    inside = {at for group in groups for at in group.members}
    return [at for at in range(len(voices)) if at not in inside]


def _found(voices: Sequence[_Voice], vectors: Vectors, left: Sequence[int], roster: Roster) -> list[_Group]:
    """Cluster what is left and name the groups; a group too small or without shared words is no theme."""
    if len(left) < FEWEST_TEXTS:
        return []
    words = {
        at: said(voice.text, voice.language, names=roster.parts)
        for at, voice in enumerate(voices)
        if voice.showable
    }
    groups: list[_Group] = []
    for members in groups_of(vectors, left):
        if len(members) >= FEWEST_VOICES and (label := _label(members, words)):
            key = _unused_key(label, {group.key for group in groups})
            groups.append(_Group(key, _localised(label, members, voices), "found", tuple(members)))
    return groups


def _label(members: Sequence[int], words: dict[int, Said]) -> tuple[str, ...]:
    inside = set(members)
    return label_of(
        [words[at] for at in members if at in words],
        [spoken for at, spoken in words.items() if at not in inside],
    )


def _localised(label: tuple[str, ...], members: Sequence[int], voices: Sequence[_Voice]) -> Localised:
    """Give the label the language of most of the voices that it may come from."""
    languages = Counter(voices[at].language for at in members if voices[at].showable)
    language = min(languages, key=lambda own: (-languages[own], own))
    return Localised(((Language(language), ", ".join(label)),))


def _unused_key(label: tuple[str, ...], used: set[str]) -> str:
    """Name a found theme by its most telling word, by more of them where that is taken."""
    slugs = [_NOT_A_KEY.sub("-", fold(word)).strip("-") or "-".join(hex(ord(sign))[2:] for sign in word) for word in label]
    names = ["found-" + "-".join(slugs[:count]) for count in range(1, len(slugs) + 1)]
    return next((name for name in names if name not in used), f"{names[-1]}-{len(used) + 1}")


def _without_words(
    page: PageKey, voices: int, silent: int, groups: Sequence[_Group], earlier: dict[str, int]
) -> QuestionDigest:
    """Show the sizes of themes of at least three voices, and everyone else together."""
    shown = [group for group in groups if len(group.members) >= FEWEST_VOICES]
    inside = {at for group in shown for at in group.members}
    themes = _by_size(_theme(group, (), earlier) for group in shown)
    return QuestionDigest(page, voices, themes, Alone(0, ()), voices - len(inside), silent)


def _with_words(  # noqa: PLR0913 -- everything that the digest is made of
    page: PageKey,
    voices: Sequence[_Voice],
    silent: int,
    vectors: Vectors,
    groups: Sequence[_Group],
    earlier: dict[str, int],
) -> QuestionDigest:
    """Choose quotes for every theme, the smallest first, so that a voice is quoted once and small themes have one."""
    readable = {
        at for at, voice in enumerate(voices) if voice.showable and voice.quotable and says_something(voice.text)
    }
    left = _left(voices, groups)
    themes: list[Theme] = []
    used: set[str] = set()
    for group in sorted(groups, key=lambda group: (len(group.members), group.key)):
        candidates = list(_once((at for at in group.members if at in readable), voices, used))
        chosen = differing(vectors, candidates, group.members)
        used |= {voices[at].text for at in chosen}
        themes.append(_theme(group, _quotes(chosen, voices), earlier))
    candidates = list(_once((at for at in left if at in readable), voices, used))
    chosen = sorted(farthest(vectors, candidates, [group.members for group in groups]))
    alone = Alone(len(left), _quotes(chosen, voices))
    return QuestionDigest(page, len(voices), _by_size(themes), alone, 0, silent)


def _once(members: Iterable[int], voices: Sequence[_Voice], used: set[str]) -> Iterator[int]:
    """Leave out what was quoted already, and the second of two voices that wrote exactly the same."""
    seen = set(used)
    for at in members:
        if voices[at].text not in seen:
            seen.add(voices[at].text)
            yield at


def _theme(group: _Group, quotes: tuple[Quote, ...], earlier: dict[str, int]) -> Theme:
    voices = len(group.members)
    change = voices - earlier[group.key] if group.key in earlier else None
    return Theme(group.key, group.label, voices, change, quotes, group.layer)


def _quotes(chosen: Iterable[int], voices: Sequence[_Voice]) -> tuple[Quote, ...]:
    return tuple(Quote(cut(voices[at].text), voices[at].language) for at in chosen)


def _by_size(themes: Iterable[Theme]) -> tuple[Theme, ...]:
    return tuple(sorted(themes, key=lambda theme: (-theme.voices, theme.key)))
