"""What makes one text good enough to send: each rule looks at one text and says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.ids import Language
from prompts.gaps import GAP, gaps
from prompts.places import Place
from prompts.sentences import sentences, words
from prompts.word_lists import WordKind, WordLists

LONGEST_SENTENCE = 25
"""Words."""

LONGEST_MEAN = 12
"""Words per sentence, over a file."""

HARDEST = 30
"""LIX over a file: very easy to read up to here, which B1 asks for with room to spare."""

FEWEST_FOR_LIX = 20
"""Sentences: in a file with fewer, one long word would decide."""

LONGEST_INVITATION = 60
"""Words of one text of an invitation or a frame (design, section 1)."""

PACK_GAPS = frozenset({"change", "point", "rumour", "question", "theme", "title", "text"})
"""What can be filled into the texts of a pack."""

QUESTIONS = ("pages.*.*.text", "meanwhile.*", "in_person.*", "likely.*", "self_help.*")
"""Keys in a pack whose text is a question."""

INVITATIONS = ("invite.*", "frame.*", "message.invite.*", "message.frame.*")
"""Keys of interface texts that invite, or tell the frame."""

PACK_SIZES = (("pages.*.title", 24), ("pages.*.choices.*", 75), ("*", 2000))
FORM_TITLES = (
    *("form.title_*", "notice.*_title", "confirm.*_title", "receipt.*_title", "pulse.planned_title"),
    *("core.ask_on_title", "core.desk_title", "core.draft_title", "core.heard_title", "core.known_title"),
    *("core.link_title", "core.outcome_title", "core.reply_title"),
    *("closed.title", "door.title", "explain.title", "home.title", "offer.title", "offer.thanks_title", "pulse.title"),
    *("question.title", "receipt.title", "snooze.title", "thanks.title", "typed.title"),
    *("withdraw.title", "withdrawn.title"),
)
"""Keys of interface texts that stand above a form or a notice."""

SUBMITS = (
    "form.next",
    "form.send*",
    "form.save",
    "form.look",
    "form.publish",
    "pulse.send",
    "confirm.*_yes",
    "withdraw.yes",
)
"""Keys of interface texts that send a form."""

UI_SIZES = (
    *((key, 24) for key in (*FORM_TITLES, *SUBMITS)),
    ("button.*", 75),
    ("*", 3000),
)
"""Characters a text may have, by its key; the first that fits holds.

Slack Block Kit: a modal's title and submit 24, a button and an option 75, an input's label and hint 2,000, a section's
text 3,000 (docs.slack.dev, read 2026-11). What is filled into a gap is cut where the message is made.
"""

SIZES = {Place.PACK: PACK_SIZES, Place.INTERFACE: UI_SIZES, Place.AROUND: (("*", 3000),)}


@dataclass(frozen=True, slots=True)
class Passage:
    """One text, where it comes from, and the words that its language does not let through."""

    path: str
    line: int
    key: str
    text: str
    language: Language
    lists: WordLists
    place: Place = Place.AROUND

    def matches(self, keys: tuple[str, ...]) -> bool:
        """Whether its key is one of these."""
        return any(fnmatchcase(self.key, key) for key in keys)

    @property
    def is_question(self) -> bool:
        """Whether it is a question of ours; one that is a gap as a whole is somebody else's."""
        return self.place is Place.PACK and self.matches(QUESTIONS) and not GAP.fullmatch(self.text)


Rule = Callable[[Passage], Iterator[str]]


def one_question(passage: Passage) -> Iterator[str]:
    """A question is one question, and no text asks two."""
    marks = passage.text.count("?")
    if passage.is_question and marks != 1:
        yield f"a question has one question mark, this has {marks}"
    elif passage.place is Place.INTERFACE and marks > 1:
        yield f"{marks} questions at once"


def short_sentences(passage: Passage) -> Iterator[str]:
    """No sentence is longer than one breath."""
    for sentence in sentences(passage.text):
        length = words(sentence)
        if length > LONGEST_SENTENCE:
            yield f"a sentence of {length} words, at most {LONGEST_SENTENCE}"


def short_invitation(passage: Passage) -> Iterator[str]:
    """An invitation is read standing up."""
    length = words(passage.text)
    if passage.place is Place.INTERFACE and passage.matches(INVITATIONS) and length > LONGEST_INVITATION:
        yield f"an invitation of {length} words, at most {LONGEST_INVITATION}"


def plain_words(passage: Passage) -> Iterator[str]:
    """Everyday words, `je` in Dutch, no cheering."""
    for kind in (WordKind.MANAGEMENT, WordKind.STIFF, WordKind.CHEERING, WordKind.FORMAL):
        for word in passage.lists.find(kind, passage.text):
            yield f"{kind} word: {word!r}"


def no_exclamation(passage: Passage) -> Iterator[str]:
    """No cheering."""
    if "!" in passage.text:
        yield "an exclamation mark"


def nothing_revealing(passage: Passage) -> Iterator[str]:
    """A question does not ask for place, role or history: the answer would say who gave it."""
    if passage.is_question:
        for word in passage.lists.find(WordKind.REVEALING, passage.text):
            yield f"asks who somebody is: {word!r}"


def fits(passage: Passage) -> Iterator[str]:
    """It fits where it is shown."""
    most = next(size for key, size in SIZES[passage.place] if fnmatchcase(passage.key, key))
    length = len(GAP.sub("", passage.text))
    if length > most:
        yield f"{length} characters, at most {most}"


def known_gaps(passage: Passage) -> Iterator[str]:
    """Every brace is a gap, and in a pack every gap can be filled."""
    if re.search(r"[{}]", GAP.sub("", passage.text)):
        yield "a brace that is no {gap}"
    in_pack = passage.place is Place.PACK
    for name in sorted(gaps(passage.text) - PACK_GAPS if in_pack else ()):
        yield f"unknown gap {{{name}}}"
    if in_pack and passage.matches(("pages.*.title",)) and gaps(passage.text):
        yield "a title has no gaps: it could grow too long"


RULES: tuple[Rule, ...] = (
    one_question,
    short_sentences,
    short_invitation,
    plain_words,
    no_exclamation,
    nothing_revealing,
    fits,
    known_gaps,
)


def question_problems(text: str, language: Language, lists: WordLists) -> tuple[str, ...]:
    """Say what is wrong with a question of somebody else's, in a change file or under a theme; empty: nothing."""
    passage = Passage("", 0, "in_person.0", text, language, lists, Place.PACK)
    return tuple(problem for rule in (one_question, nothing_revealing) for problem in rule(passage))
