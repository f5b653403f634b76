"""The path through the sandbox: seven steps, and which of them really happened.

A step is done when a visitor did it on the real engine and it was taken, or saw what came of it. Kept in memory with
the chats, and not of whom: only that it happened in this play.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapters.web.sandbox import Pane, Sandbox
from bot.events import Event, Pressed, Submitted
from bot.ids import PersonId
from bot.messages import Action, Buttons, Form, Notice, Reply
from bot.outbox import NEWS, Kind
from bot.questions import RoundKind
from prompts.loader import FileTexts

_TAPS = frozenset({RoundKind.BELIEVE, RoundKind.HEARD})


class Deed(StrEnum):
    """What a step is done with."""

    TAPPED = "tapped"
    ANSWERED = "answered"
    REOPENED = "reopened"
    READ = "read"
    TOLD = "told"
    DECIDED = "decided"
    HEARD = "heard"


BUTTONS: Mapping[Deed, str] = {
    Deed.TAPPED: "button.believe",
    Deed.ANSWERED: "button.answer",
    Deed.REOPENED: "button.answer",
    Deed.TOLD: "button.tell_heard",
    Deed.DECIDED: "button.outcome",
}
"""The texts of the buttons that the steps speak of."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it is taken, by whom, and whether it was. `button` is what to press, in the bot's own words.

    `missed`: it cannot be taken any more, because its question has closed.
    """

    number: int
    deed: Deed
    pane: Pane
    button: str
    done: bool
    skipped: bool
    missed: bool


class Path:
    """The path of one play."""

    def __init__(self, sandbox: Sandbox, texts: FileTexts) -> None:
        """Begin where nothing was done yet."""
        self._sandbox = sandbox
        self._texts = texts
        self._done: dict[Deed, datetime] = {}
        self._skipped: set[Deed] = set()
        self._refusals = frozenset(texts.get(language, "notice.sorry_title") for language in texts.languages)

    @property
    def untouched(self) -> bool:
        """Whether no step was taken yet."""
        return not self._done and not self._skipped

    def steps(self) -> tuple[Step, ...]:
        """Return every step, in order."""
        return tuple(self._step(number, deed) for number, deed in enumerate(Deed, start=1))

    def current(self) -> Step | None:
        """Return the first step that is neither done nor passed over; None when all are."""
        return next((step for step in self.steps() if not step.done and not step.skipped), None)

    def skip(self, deed: Deed) -> None:
        """Pass over a step."""
        self._skipped.add(deed)

    def happened(self, event: Event, reply: Reply) -> None:
        """Take note of what the service said to what a visitor did."""
        if isinstance(event, Submitted) or event.action is Action.ANSWER:
            deed = self._deed(event, reply)
            if deed is not None and deed not in self._done:
                self._done[deed] = self._sandbox.clock.now()

    def looked(self, pane: Pane) -> None:
        """Take note of what a visitor sees."""
        for deed, seen in ((Deed.READ, self._digest_stands), (Deed.HEARD, self._news_came)):
            if deed not in self._done and seen(pane):
                self._done[deed] = self._sandbox.clock.now()

    def _step(self, number: int, deed: Deed) -> Step:
        company = self._sandbox.company
        core = deed in {Deed.READ, Deed.TOLD, Deed.DECIDED}
        key = company.suggested_core if core else company.suggested_employee
        person = next(one for one in company.people if one.id == key)
        language = self._sandbox.channel_language if deed is Deed.TOLD else person.language
        button = self._texts.get(language, BUTTONS[deed]) if deed in BUTTONS else ""
        pane = Pane(person, "channel" if core else "own")
        missed = deed is Deed.TAPPED and self._tap_closed(person.id)
        return Step(number, deed, pane, button, deed in self._done, deed in self._skipped, missed)

    def _deed(self, event: Event, reply: Reply) -> Deed | None:
        """Which step this was; None for anything else, and for what was not taken."""
        if not isinstance(reply, Form | Notice) or reply.title in self._refusals:
            return None
        match event:
            case Pressed(action=Action.ANSWER, value=token) if Deed.ANSWERED in self._done and isinstance(reply, Form):
                return None if self._taps(token) else Deed.REOPENED
            case Submitted(action=Action.ANSWER, state=state):
                return Deed.TAPPED if self._taps(state) else Deed.ANSWERED
            case Submitted(action=Action.TELL_HEARD) if isinstance(reply, Notice):
                return Deed.TOLD
            case Submitted(action=Action.OUTCOME) if isinstance(reply, Notice):
                return Deed.DECIDED
        return None

    def _tap_closed(self, person: PersonId) -> bool:
        """Whether somebody has heard the frame, and there is nothing any more to tap."""
        messages = self._sandbox.chats.messages(person)
        return any(message.kind is Kind.FRAME for message in messages) and not any(
            button.action is Action.ANSWER and self._taps(button.value)
            for message in messages
            for block in message.message.blocks
            if isinstance(block, Buttons)
            for button in block.buttons
        )

    def _digest_stands(self, pane: Pane) -> bool:
        """Whether the core team's channel is looked at, and a digest of what people said stands in it."""
        sandbox = self._sandbox
        return pane.place == "channel" and any(
            message.kind is Kind.DIGEST and self._kind(message.round or "") not in _TAPS
            for message in sandbox.chats.messages(sandbox.company.channel)
        )

    def _news_came(self, pane: Pane) -> bool:
        """Whether somebody of the floor looks, and heard something since a point was decided."""
        decided_at = self._done.get(Deed.DECIDED)
        return (
            decided_at is not None
            and pane.place == "own"
            and pane.person.id not in self._sandbox.company.readers
            and any(
                message.kind in NEWS and message.delivered_at > decided_at
                for message in self._sandbox.chats.messages(pane.person.id)
            )
        )

    def _taps(self, token: str) -> bool:
        """Whether what begins with this token is about a round that takes one tap, and no words."""
        return self._kind(token.partition(".")[0]) in _TAPS

    def _kind(self, round_id: str) -> str:
        """The kind of a round of the sandbox's change, from its name."""
        return round_id.removeprefix(f"{self._sandbox.change}-").rpartition("-")[0]
