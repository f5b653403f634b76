"""The outbox: messages that are to be delivered, each a reference to what it says, never the text.

The text is made when it is sent, in the reader's language, so that nothing readable waits in the database and a token
exists only in the message that carries it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.ids import ChangeId, ChannelId, MessageRef, PageKey, PersonId, RoundId, TenantId


class Kind(StrEnum):
    """What a message is for. The order is the order in which news is bundled."""

    # to one person
    WELCOME = "welcome"
    FRAME_MANAGER = "frame_manager"
    FRAME = "frame"
    FRAME_CHANGED = "frame_changed"
    INVITE = "invite"
    REMINDER = "reminder"
    ROUND_OVER = "round_over"  # takes the place of the invitation after the close, without a token
    TOO_FEW = "too_few"
    EXTENDED = "extended"
    CANCELLED = "cancelled"
    WHAT_WE_HEARD = "what_we_heard"
    DRAFT = "draft"
    OUTCOME = "outcome"
    KNOWN = "known"  # what is known about a rumour or a question, to everyone
    STOOD_STILL = "stood_still"
    WENT_ON = "went_on"
    CHANGE_CLOSED = "change_closed"
    REPLY = "reply"  # the answer to one's own named question
    OFFER_REPLY = "offer_reply"
    # to the core team's channel
    CORE_OPENED = "core_opened"
    CORE_NOT_OPENED = "core_not_opened"  # a planned round that a rule takes off
    DIGEST = "digest"  # the parent
    DIGEST_THEME = "digest_theme"  # a reply under it
    DIGEST_MARKED = "digest_marked"  # takes its place, with what the core team did about it
    CORE_QUESTION = "core_question"
    CORE_OFFERS = "core_offers"
    CORE_DOOR = "core_door"
    CORE_PROPOSE_PULSE = "core_propose_pulse"
    CORE_PROPOSE_STILL = "core_propose_still"
    CORE_TASKS = "core_tasks"  # what is due: outcomes, replies, what we heard


PERSONAL = frozenset({Kind.REPLY, Kind.OFFER_REPLY})
"""An answer to one's own question: does not wait for the two messages a week (rule 6)."""

EDITS = frozenset({Kind.ROUND_OVER, Kind.DIGEST_MARKED})
"""Takes the place of another message; it is not a message of its own and costs no attention."""

NEWS = frozenset(
    {
        Kind.FRAME_CHANGED,
        Kind.TOO_FEW,
        Kind.EXTENDED,
        Kind.CANCELLED,
        Kind.WHAT_WE_HEARD,
        Kind.DRAFT,
        Kind.OUTCOME,
        Kind.KNOWN,
        Kind.STOOD_STILL,
        Kind.WENT_ON,
        Kind.CHANGE_CLOSED,
    }
)
"""What may be bundled into one message when several wait for one person."""


class Delivery(StrEnum):
    """Where a message is. `sending` was handed to the platform and not confirmed: it may be sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Item:
    """One message of the outbox, to a person or to a channel (exactly one of the two).

    `id` says what it is for, and names the message to the platform, so that one that arrives twice can be known.
    `about` is the further key that the text needs: a point, a question, an offer, a theme, a number of a reply. `page`
    is the page that this person is put first, None where they begin in their own order. `minutes` is what an invitation
    costs.
    `parent` is the item whose delivered message this is a reply under, or takes the place of: it waits until that one
    was sent. `wave` numbers the days of an invitation from 0.
    """

    id: str
    tenant: TenantId
    kind: Kind
    due_at: datetime
    person: PersonId | None = None
    channel: ChannelId | None = None
    change: ChangeId | None = None
    round: RoundId | None = None
    about: str = ""
    page: PageKey | None = None
    minutes: float = 0.0
    wave: int = 0
    parent: str | None = None
    state: Delivery = Delivery.WAITING
    attempts: int = 0
    sent_at: datetime | None = None
    ref: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Mailing:
    """The same message to many people, which is planned in one go.

    `item` is what theirs have in common. Its `id`, and its `parent` if there is one, are what those of theirs begin
    with: the person's id follows.
    """

    item: Item
    people: Sequence[PersonId]

    def items(self) -> Iterator[Item]:
        """Give everyone's own."""
        begins = self.item.parent
        for person in self.people:
            parent = None if begins is None else f"{begins}{person}"
            yield replace(self.item, id=f"{self.item.id}{person}", person=person, parent=parent)
