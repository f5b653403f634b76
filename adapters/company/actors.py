"""The made-up people who answer by themselves: they read messages, press buttons and fill in forms, as anyone does."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from adapters.company.answer_book import AnswerBook
from adapters.company.chats import Delivered
from adapters.company.conversation import Conversation, Said, Talks, Ways
from adapters.company.habits import Habits, answering_moment, chance_of, working_moment
from adapters.company.topics import Topics
from bot.ids import PersonId
from bot.messages import Action, Button, Buttons, Message
from bot.people import Person


class Deed(StrEnum):
    """What someone has in mind."""

    ANSWER = "answer"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    OFFER = "offer"
    DOOR = "door"


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """Someone will do something; plans of the same second go by person. `number` tells their messages apart."""

    at: datetime
    person: PersonId
    deed: Deed
    number: int
    value: str


@dataclass(frozen=True, slots=True)
class Saying:
    """Who said what, in the order of submission; empty text: withdrawn. The product never sees this."""

    person: PersonId
    round: str
    question: str
    text: str
    order: int


Truth = Callable[[Saying], None]


class Actors:
    """Everyone at the company whom nobody plays.

    The same seed, people and messages give the same deeds at the same moments, in whatever order the messages of one
    moment arrived.
    """

    def __init__(
        self,
        service: Talks,
        people: Iterable[Person],
        book: AnswerBook,
        topics: Topics,
        *,
        seed: int,
        habits: Habits | None = None,
        truth: Truth | None = None,
    ) -> None:
        """Begin with nothing in mind. `truth` hears who said what."""
        self._service = service
        self._people = {person.id: person for person in people if not person.guest}
        self._ways = Ways(book, topics, habits or Habits())
        self._seed = seed
        self._truth = truth
        self._plans: list[Plan] = []
        self._heard: dict[PersonId, int] = {}
        self._order = 0
        self.played: set[PersonId] = set()
        """Whom a visitor plays: they do nothing by themselves any more."""

    @property
    def next_at(self) -> datetime | None:
        """When someone will do something next."""
        return self._plans[0].at if self._plans else None

    def hear(self, delivered: Delivered) -> None:
        """A message arrived: whoever it is for decides whether and when to do something about it."""
        person = self._people.get(PersonId(delivered.chat))
        if person is None:
            return
        number = self._heard.get(person.id, 0)
        for button in _buttons(delivered.message):
            if button.value and button.action in {Action.ANSWER, Action.OFFER, Action.DOOR}:
                number += 1
                self._decide(person, delivered.delivered_at, number, button)
        self._heard[person.id] = number

    async def act(self) -> None:
        """Do the next thing that someone has in mind; the clock is already at its moment."""
        plan = heapq.heappop(self._plans)
        person = self._people[plan.person]
        if plan.person in self.played:
            return
        chance = chance_of(self._seed, plan.person, plan.number, plan.deed, "doing")
        conversation = Conversation(self._service, person, self._ways, chance, moment=plan.at)
        await _DOING[plan.deed](conversation, plan.value)
        for said in conversation.said:
            self._tell(plan.person, said)

    def _tell(self, person: PersonId, said: Said) -> None:
        """Write down who said what, for whoever holds the truth."""
        self._order += 1
        if self._truth is not None:
            self._truth(Saying(person, said.round, said.question, said.text, self._order))

    def _decide(self, person: Person, now: datetime, number: int, button: Button) -> None:
        """Draw what someone does about one button of a message."""
        chance = chance_of(self._seed, person.id, number, button.action)
        for deed, at in self._intents(person, now, button.action, chance):
            heapq.heappush(self._plans, Plan(at, person.id, deed, number, button.value))

    def _intents(
        self, person: Person, now: datetime, action: Action, chance: Random
    ) -> Iterator[tuple[Deed, datetime]]:
        """What someone will do, and when: answering may be followed by coming back to it a working day later."""
        habits = self._ways.habits
        if action is Action.ANSWER and chance.random() < habits.answers:
            at = answering_moment(person, now, chance)
            yield Deed.ANSWER, at
            again = chance.random()
            if again < habits.changes:
                yield Deed.CHANGE, working_moment(person, at, 1, chance)
            elif again < habits.changes + habits.withdraws:
                yield Deed.WITHDRAW, working_moment(person, at, 1, chance)
        elif action is Action.OFFER and chance.random() < habits.offers:
            yield Deed.OFFER, answering_moment(person, now, chance)
        elif action is Action.DOOR and chance.random() < habits.rumours:
            yield Deed.DOOR, working_moment(person, now + timedelta(days=3), chance.randrange(6), chance)


def _buttons(message: Message) -> tuple[Button, ...]:
    """The buttons of a message, in order."""
    return tuple(button for block in message.blocks if isinstance(block, Buttons) for button in block.buttons)


_DOING = {
    Deed.ANSWER: Conversation.answer,
    Deed.CHANGE: Conversation.answer_again,
    Deed.WITHDRAW: Conversation.withdraw,
    Deed.OFFER: Conversation.offer,
    Deed.DOOR: Conversation.come_by_the_door,
}
