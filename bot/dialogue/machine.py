"""What follows from what in a conversation: `advance`, a table from place and event to the next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.model import (
    DialogueEvent,
    Opened,
    Place,
    SayOver,
    SayWithdrawn,
    Seal,
    Sent,
    Show,
    State,
    Step,
    Thank,
    TookBack,
)
from bot.errors import IllegalMove, PageUnknown
from bot.ids import PageKey
from bot.questions import Page


@dataclass(frozen=True, slots=True)
class Course:
    """The pages of a round in this person's order, first the one that was put to them.

    `on` says that one page leads to the next; else the others are behind "say more".
    """

    pages: tuple[Page, ...]
    on: bool

    def page(self, key: PageKey) -> Page:
        """Return a page. Raises PageUnknown."""
        for page in self.pages:
            if page.key == key:
                return page
        raise PageUnknown(f"no page {key!r}")

    def place(self, key: PageKey, step: int) -> tuple[int, int]:
        """How far a step is, and of how many that are certain to come: of this page, or of all that lead on."""
        led = self.pages if self.on else (self.page(key),)
        before = sum(page.steps for page in led[: [page.key for page in led].index(key)])
        return before + step, sum(page.steps for page in led)

    def after(self, key: PageKey) -> tuple[PageKey, ...]:
        """The pages that come after this one, in order."""
        keys = [page.key for page in self.pages]
        return tuple(keys[keys.index(key) + 1 :])


def advance(state: State, event: DialogueEvent, course: Course) -> Step:
    """Return the next step. Raises IllegalMove where the table has none, PageUnknown; nothing changes then."""
    handler = TABLE.get((state.place, type(event)))
    if handler is None:
        raise IllegalMove(f"{type(event).__name__} does not follow {state.place}")
    return handler(state, event, course)


def _open(_: State, event: Opened, course: Course) -> Step:
    page = course.page(event.page).key if event.page else course.pages[0].key
    return Step(State(Place.QUESTION, page), (Show(page, 1),))


def _answer(state: State, event: Sent, course: Course) -> Step:
    page = course.page(_page_of(state))
    seal = Seal(page.key, event.fields, event.quotable, event.stamp)
    if page.steps > 1:
        return Step(State(Place.PROBE, page.key), (seal, Show(page.key, 2)))
    return _onwards(page.key, seal, course)


def _probe(state: State, event: Sent, course: Course) -> Step:
    page = course.page(_page_of(state))
    return _onwards(page.key, Seal(page.key, event.fields, event.quotable, event.stamp), course)


def _onwards(page: PageKey, seal: Seal, course: Course) -> Step:
    """After a page comes the next one, or thanks with what else can be said."""
    rest = course.after(page)
    if course.on and rest:
        return Step(State(Place.QUESTION, rest[0]), (seal, Show(rest[0], 1)))
    more = () if course.on else tuple(other.key for other in course.pages if other.key != page)
    return Step(State(Place.THANKED), (seal, Thank(more)))


def _take_back(state: State, event: TookBack, course: Course) -> Step:
    page = course.page(_page_of(state))
    return Step(State(Place.WITHDRAWN, page.key), (Seal(page.key, (), None, event.stamp), SayWithdrawn()))


def _over(_: State, __: DialogueEvent, ___: Course) -> Step:
    return Step(State(Place.OVER), (SayOver(),))


def _page_of(state: State) -> PageKey:
    """The page that a state is about; a form always names one. Raises PageUnknown."""
    if state.page is None:
        raise PageUnknown("the form names no page")
    return state.page


Handler = Callable[[State, Any, Course], Step]

TABLE: Mapping[tuple[Place, type[DialogueEvent]], Handler] = {
    (Place.INVITED, Opened): _open,
    (Place.QUESTION, Opened): _open,
    (Place.QUESTION, Sent): _answer,
    (Place.QUESTION, TookBack): _take_back,
    (Place.PROBE, Opened): _open,
    (Place.PROBE, Sent): _probe,
    (Place.PROBE, TookBack): _take_back,
    (Place.THANKED, Opened): _open,
    (Place.WITHDRAWN, Opened): _open,
    (Place.OVER, Opened): _over,
    (Place.OVER, Sent): _over,
    (Place.OVER, TookBack): _over,
}
"""The whole conversation. A pair that is not here cannot happen, and raises."""
