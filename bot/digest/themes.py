"""From the answers to one question to its digest. Loads the computing libraries: import it in a child process."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answers import Answer
from bot.codebook import Codebook
from bot.digest.clusters import FEWEST_TEXTS, groups_of
from bot.digest.codebook import Matcher
from bot.digest.labels import FEWEST_VOICES, Said, label_of, said, telling
from bot.digest.model import Alone, Layer, QuestionDigest, Quote, Theme, ThemeSize
from bot.digest.quotes import cut, differing, farthest, says_something
from bot.digest.scrub import Roster, scrub
from bot.digest.segments import Members, Segments, SegmentTable, by_segment
from bot.digest.vectors import Vectors, vectors_of
from bot.digest.words import fold, reads_as
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
    segment: str | None


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read of a page: its voices in an order of their own, and how large themes were before."""

    key: PageKey
    voices: tuple[_Voice, ...]
    silent: int
    earlier: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Group:
    """A theme before its quotes are chosen: who is in it, as positions among the voices."""

    key: str
    label: Localised
    layer: Layer
    members: tuple[int, ...]
    core: tuple[int, ...]
    """Those who speak of this theme most."""


def find(
    answers: Sequence[Answer],
    *,
    fields: Sequence[str] | None,
    codebook: Codebook,
    names: Sequence[str],
    showable_languages: frozenset[str],
    themes_only: bool,
    before: Sequence[ThemeSize],
    segments: Segments | None,
) -> QuestionDigest:
    """See `bot.digest.find_themes`."""
    roster = Roster.of(names)
    voices = tuple(_voices(answers, fields, roster, showable_languages))
    earlier = {size.key: size.voices for size in before}
    page = _Page(_page_of(answers), voices, len(answers) - len(voices), earlier)
    groups = _in_codebook(voices, codebook)
    if themes_only:
        groups = [group for group in groups if len(group.members) >= FEWEST_VOICES]
        digest = _without_words(page, groups)
    else:
        vectors = vectors_of([(voice.text, voice.language) for voice in voices])
        groups += _found(voices, vectors, _left(voices, groups), roster)
        digest = _with_words(page, vectors, groups)
    return replace(digest, segments=_by_segment(segments, voices, groups, digest.themes)) if segments else digest


def _by_segment(
    segments: Segments, voices: Sequence[_Voice], groups: Sequence[_Group], themes: Sequence[Theme]
) -> SegmentTable | None:
    """Part the themes that are shown, in their order."""
    members = {group.key: group.members for group in groups}
    # What was found by clustering was found among those who are in no theme of the codebook.
    shown = [Members(theme.key, members[theme.key], alone=theme.layer == "found") for theme in themes]
    return by_segment(segments, [voice.segment for voice in voices], shown)


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
        _Voice(text, answer.language, _may_show(text, answer.language, showable), answer.quotable, answer.segment)
        for answer in answers
        if (text := scrub(_text_of(answer, fields), names=roster, language=answer.language))
    ]
    return sorted(voices, key=lambda voice: (voice.language, voice.text, voice.quotable, voice.segment or ""))


def _may_show(text: str, language: str, showable: frozenset[str]) -> bool:
    """Say whether words can be shown: in a language that enough use, as it is set and as it reads."""
    return language in showable and reads_as(text, showable)


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
            members=tuple(at for at, keys in enumerate(spoken_of) if theme.key in keys),
            core=tuple(at for at, keys in enumerate(spoken_of) if theme.key in keys[:1]),
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
    words = [said(voice.text, voice.language, names=roster.parts, showable=voice.showable) for voice in voices]
    groups: list[_Group] = []
    for alike in groups_of(vectors, left):
        members, label = _held_together(alike, words)
        if len(members) >= FEWEST_VOICES and label:
            key = _unused_key(label, {group.key for group in groups})
            groups.append(_Group(key, _localised(label, members, voices), "found", members, core=members))
    return groups


def _held_together(alike: Sequence[int], words: Sequence[Said]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Keep those of a group who say a word that tells it from the others, and name it by such words.

    Clustering puts everyone somewhere; without this, leftovers become a theme called after a common verb.
    """
    inside = set(alike)
    stems = telling([words[at] for at in alike], [spoken for at, spoken in enumerate(words) if at not in inside])
    members = tuple(at for at in alike if words[at].forms.keys() & set(stems))
    return members, label_of(stems, [words[at] for at in members])


def _localised(label: tuple[str, ...], members: Sequence[int], voices: Sequence[_Voice]) -> Localised:
    """Give the label the language of most of the voices that it may come from."""
    languages = Counter(voices[at].language for at in members if voices[at].showable)
    language = min(languages, key=lambda own: (-languages[own], own))
    return Localised(((Language(language), ", ".join(label)),))


def _unused_key(label: tuple[str, ...], used: set[str]) -> str:
    """Name a found theme by its most telling word, by more of them where that is taken."""
    slugs = [
        _NOT_A_KEY.sub("-", fold(word)).strip("-") or "-".join(f"{ord(sign):x}" for sign in word) for word in label
    ]
    names = ["found-" + "-".join(slugs[:count]) for count in range(1, len(slugs) + 1)]
    return next((name for name in names if name not in used), f"{names[-1]}-{len(used) + 1}")


def _without_words(page: _Page, groups: Sequence[_Group]) -> QuestionDigest:
    """Show the sizes of these themes, and everyone else together."""
    left = _left(page.voices, groups)
    themes = _by_size(_theme(group, (), page.earlier) for group in groups)
    return QuestionDigest(page.key, len(page.voices), themes, Alone(0, ()), len(left), page.silent)


def _with_words(page: _Page, vectors: Vectors, groups: Sequence[_Group]) -> QuestionDigest:
    """Choose quotes for every theme, the smallest first, so that a voice is quoted once and small themes have one."""
    voices = page.voices
    left = _left(voices, groups)
    themes: list[Theme] = []
    used: set[str] = set()
    for group in sorted(groups, key=lambda group: (len(group.members), group.key)):
        candidates = _readable(group.core, voices, used) or _readable(group.members, voices, used)
        chosen = differing(vectors, candidates, group.members)
        used |= {voices[at].text for at in chosen}
        themes.append(_theme(group, _quotes(chosen, voices), page.earlier))
    chosen = sorted(farthest(vectors, _readable(left, voices, used), [group.members for group in groups]))
    alone = Alone(len(left), _quotes(chosen, voices))
    return QuestionDigest(page.key, len(voices), _by_size(themes), alone, 0, page.silent)


def _readable(members: Iterable[int], voices: Sequence[_Voice], used: set[str]) -> list[int]:
    """Return who may be quoted; not what was quoted already, nor the second of two who wrote exactly the same."""
    first: dict[str, int] = {}
    for at in members:
        voice = voices[at]
        if voice.showable and voice.quotable and says_something(voice.text) and voice.text not in used:
            first.setdefault(voice.text, at)
    return list(first.values())


def _theme(group: _Group, quotes: tuple[Quote, ...], earlier: Mapping[str, int]) -> Theme:
    voices = len(group.members)
    change = voices - earlier[group.key] if group.key in earlier else None
    return Theme(group.key, group.label, voices, change, quotes, group.layer)


def _quotes(chosen: Iterable[int], voices: Sequence[_Voice]) -> tuple[Quote, ...]:
    return tuple(Quote(cut(voices[at].text), voices[at].language) for at in chosen)


def _by_size(themes: Iterable[Theme]) -> tuple[Theme, ...]:
    return tuple(sorted(themes, key=lambda theme: (-theme.voices, theme.key)))
