"""What a question is about, for someone who reads it: which kind of round, and which of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import Block, Form, Heading, Paragraph, TextField
from bot.ports import Packs
from bot.questions import Pack, Page, RoundKind

SCENARIO_FIELDS = frozenset({"meaning", "chance", "hard", "another"})


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of round ("" where nobody could say) and the name of the question in the file of answers."""

    round: str
    question: str


class Topics:
    """Recognises questions by their words, as people do."""

    def __init__(self, packs: Packs) -> None:
        """Learn the questions of every pack in every language."""
        self._known: dict[str, Topic] = {}
        for kind in (kind for kind in RoundKind if kind is not RoundKind.DOOR):
            for text, topic in _texts(packs.of(kind)).items():
                self._known.setdefault(text, topic)

    def of(self, form: Form, field: TextField) -> Topic:
        """Say what a field asks; a probe belongs to the question before it."""
        if field.key in SCENARIO_FIELDS:
            return Topic(RoundKind.SCENARIOS, field.key)
        known = (self._known.get(text) for text in (field.label, *_said(form)))
        return next((topic for topic in known if topic is not None), Topic("", ""))


def _texts(pack: Pack) -> Mapping[str, Topic]:
    """Every title and question of a pack, with what it is about."""
    return {text: Topic(pack.kind, page.key) for page in pack.pages for text in _words(page)}


def _words(page: Page) -> tuple[str, ...]:
    """The words by which a page is known; a template's gaps are nobody's words."""
    texts = [question.text for question in page.questions]
    if page.title is not None:
        texts.append(page.title)
    return tuple(text for localised in texts for _, text in localised.texts if "{" not in text)


def _said(form: Form) -> tuple[str, ...]:
    """What a form says around its fields, title first."""
    return (form.title, *(text for block in form.blocks for text in _text_of(block)))


def _text_of(block: Block) -> tuple[str, ...]:
    return (block.text,) if isinstance(block, Heading | Paragraph) else ()
