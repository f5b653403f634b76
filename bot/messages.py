"""What Ruimte says, without a platform: messages and forms as a closed union of frozen blocks.

Every text is plain: no dialect of markdown, no HTML, no mention. A renderer escapes it, matches over
`Block` or `Field` and ends in `assert_never`, so that a new block does not type-check until every
platform can show it. A message is written in one language: the reader's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.ids import FieldKey, Language, MessageRef

UNSAID = Language("")


class Action(StrEnum):
    """What a button, a command or a submitted form asks for. The value beside it says of what."""

    # a participant
    ANSWER = "answer"  # value: token; opens the form of the round
    OFFER = "offer"  # value: token; think along, or a quarter of an hour
    WITHDRAW = "withdraw"  # value: token and page
    QUESTION = "question"  # value: change; a question about the frame
    DOOR = "door"  # value: door token or ""; "what is going on?"
    RECEIPT = "receipt"  # value: ""; what became of an anonymous rumour or question
    PAGE = "page"  # value: change; the page of a change
    EXPLAIN = "explain"  # value: round and language, or ""; how anonymous answering works, and what it cannot do
    HOME = "home"  # value: ""; what is kept about you, language, snooze, stop
    LANGUAGE = "language"  # value: language
    SNOOZE = "snooze"  # value: ""; opens the form with a date
    STOP = "stop"
    RESUME = "resume"
    # a manager
    PULSE = "pulse"  # value: ""
    # the core team
    HEARD = "heard"  # value: theme reference
    ASK_ON = "ask_on"  # value: theme reference
    LINK_POINT = "link_point"  # value: theme reference
    TELL_HEARD = "tell_heard"  # value: round; publish what we heard, with a first reaction
    OUTCOME = "outcome"  # value: change and point
    DRAFT = "draft"  # value: change and point
    REPLY_QUESTION = "reply_question"  # value: question
    REPLY_OFFER = "reply_offer"  # value: offer
    PUBLISH_KNOWN = "publish_known"  # value: change or door entry
    STAND_STILL = "stand_still"  # value: change
    GO_ON = "go_on"  # value: change
    CLOSE = "close"  # value: change
    EXTEND_ROUND = "extend_round"  # value: round
    CANCEL_ROUND = "cancel_round"  # value: round
    CORE = "core"  # value: change; what the core team can do now
    # an organiser
    TRY = "try"  # value: ""; any button of a message that was sent as a try


@dataclass(frozen=True, slots=True)
class Heading:
    """The line that says what this is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A short piece of running text; line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: true, and less important than what is around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what belongs to it: "Fixed" and what is fixed."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled lines under each other."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Someone's own words, scrubbed, without a name."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Table:
    """Scenarios side by side. Platforms without tables show one row under the other, with its labels.

    Shape: every row has as many cells as there are columns; a row's first cell is its label.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A way back to a message that was delivered before; shown as `text` alone where no link exists."""

    text: str
    ref: MessageRef


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: `action` and `value` come back in the event, unchanged (value: at most 2,000 characters)."""

    label: str
    action: Action
    value: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons beside each other."""

    buttons: tuple[Button, ...]


Block = Heading | Paragraph | Note | Facts | Said | Table | Pointer | Buttons


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person or to a channel.

    `summary` is what a notification shows, in one plain line. `language` is the reader's, set when it is sent.
    """

    summary: str
    blocks: tuple[Block, ...]
    language: Language = UNSAID


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class TextField:
    """Free text; `lines` is 1 for a single line. `maximum` is in characters."""

    key: FieldKey
    label: str
    hint: str = ""
    maximum: int = 2000
    required: bool = True
    lines: int = 4
    value: str = ""
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of a few options (`several`: any number, which come back joined by a space). `value` "" chooses nothing."""

    key: FieldKey
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    required: bool = True
    several: bool = False
    value: str = ""
    type: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class DateField:
    """A day; comes back as ISO 8601, `2026-12-01`."""

    key: FieldKey
    label: str
    hint: str = ""
    required: bool = True
    value: str = ""
    type: Literal["date"] = "date"


Field = TextField | ChoiceField | DateField


@dataclass(frozen=True, slots=True)
class Form:
    """Something to fill in; what is filled in goes to the bot only.

    `action` and `state` come back in the `Submitted` event, unchanged (state: at most 2,900 characters, because
    Slack's `private_metadata` takes 3,000). `buttons` stand beside the submit button.
    """

    action: Action
    state: str
    title: str
    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]
    submit: str
    buttons: tuple[Button, ...] = ()
    language: Language = UNSAID


@dataclass(frozen=True, slots=True)
class Notice:
    """The last page of a form, or an answer to a button: shown to this person only and kept nowhere."""

    title: str
    blocks: tuple[Block, ...]
    language: Language = UNSAID


@dataclass(frozen=True, slots=True)
class Invalid:
    """A form that cannot be taken as it is: a sentence per field, and the form stays open as it was filled in."""

    problems: tuple[tuple[FieldKey, str], ...]


Reply = Form | Notice | Invalid
"""What the person who pressed or submitted sees at once."""
