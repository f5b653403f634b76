"""Things that come by name or from outside a round: questions, rumours, offers, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.ids import ChangeId, Language, PersonId, RoundId, TenantId
from bot.localised import Localised


class EntryKind(StrEnum):
    """What came in by the open door."""

    RUMOUR = "rumour"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Entry:
    """A rumour or a question: by name (`person` set), or released anonymously (`receipt` set, never both).

    `text` of an anonymous one is read from its sealed box, so that it stands nowhere in the clear. `week` is the ISO
    week in which an anonymous batch was released; `asked_at` is set only for one by name.
    """

    tenant: TenantId
    id: str
    kind: EntryKind
    text: str
    language: Language
    change: ChangeId | None = None
    person: PersonId | None = None
    receipt: bytes = b""
    asked_at: datetime | None = None
    reply_by: date | None = None
    reply: Localised | None = None
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the core team published about a rumour or a question: known, not yet known, and when it will be."""

    tenant: TenantId
    id: str
    change: ChangeId | None
    about: Localised
    known: Localised
    unknown: Localised | None
    until: date | None
    published_at: datetime


class Wish(StrEnum):
    """What someone offers or asks for, by name."""

    THINK_ALONG = "think_along"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer by name, opened at the close of its round; it gets a personal reply by `reply_by`."""

    tenant: TenantId
    id: str
    change: ChangeId
    round: RoundId
    person: PersonId
    wishes: tuple[Wish, ...]
    note: str
    reply_by: date
    reply: str = ""
    replied_at: datetime | None = None
