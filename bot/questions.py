"""What a round asks: pages of fields, and the packs that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.ids import FieldKey, Language, PageKey
from bot.localised import Localised

PAGE_MAXIMUM = 2000
"""Characters in all the fields of one page together; at four bytes each they fit in a sealed box."""


class RoundKind(StrEnum):
    """What a round is for."""

    BELIEVE = "believe"
    SOURCE = "source"
    LISTEN = "listen"
    SCENARIOS = "scenarios"
    PULSE = "pulse"
    ASK = "ask"
    HEARD = "heard"
    DOOR = "door"
    """The open door: nobody is invited to it, but anonymous rumours and questions wait sealed in the same way."""


LISTENING = frozenset({RoundKind.SOURCE, RoundKind.LISTEN})
"""Kinds that come before scenarios (rule 3), and that may put an organiser's own questions."""

ASKS_ABOUT_OPEN = LISTENING | {RoundKind.SCENARIOS, RoundKind.BELIEVE}
"""Kinds that ask about what is open: with nothing open they are not asked (rule 1)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question that is answered by choosing."""

    key: str
    label: Localised


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a page: free text, or one of a few choices.

    `step` says on which step of the form it stands: 1 is the question, 2 the probe that follows it.
    """

    key: FieldKey
    text: Localised
    step: int = 1
    hint: Localised | None = None
    choices: tuple[Choice, ...] = ()
    maximum: int = PAGE_MAXIMUM
    required: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """What lies in one sealed box: a question with its probe, or a scenario with its questions.

    `minutes` is what it costs to answer, charged when someone is invited to it.
    """

    key: PageKey
    questions: tuple[Question, ...]
    minutes: float
    title: Localised | None = None
    intro: Localised | None = None

    def step(self, number: int) -> tuple[Question, ...]:
        """Return the questions of one step, in order."""
        return tuple(question for question in self.questions if question.step == number)

    @property
    def steps(self) -> int:
        """How many steps the form has, 1 or 2."""
        return max(question.step for question in self.questions)

    @property
    def takes_text(self) -> bool:
        """Whether any question takes words."""
        return any(not question.choices for question in self.questions)


@dataclass(frozen=True, slots=True)
class Pack:
    """The pages of one kind of round, in every language of ours.

    `meanwhile` is what the core team may ask at the coffee machine while the round is open, `in_person` ends its
    digest, `likely` are questions that a manager may expect, `self_help` those that one asks oneself first.
    """

    id: str
    version: int
    kind: RoundKind
    codebook: str
    pages: tuple[Page, ...]
    meanwhile: tuple[Localised, ...] = ()
    in_person: tuple[Localised, ...] = ()
    likely: tuple[Localised, ...] = ()
    self_help: tuple[Localised, ...] = ()

    def page(self, key: PageKey) -> Page | None:
        """Return the page with this key."""
        return next((page for page in self.pages if page.key == key), None)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the first question."""
        return self.pages[0].questions[0].text.languages
