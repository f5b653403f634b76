"""The rows of the sandbox's database, as the page needs them; who reads them is for the wiring to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.ids import PersonId, RoundId, TenantId


class Box(Protocol):
    """A row with a box in it."""

    @property
    def name(self) -> bytes:
        """What it is called in its table."""
        ...

    @property
    def size(self) -> int:
        """Bytes of the box."""
        ...

    @property
    def first(self) -> bytes:
        """The beginning of the box."""
        ...


class Sent(Protocol):
    """A row about a message."""

    @property
    def kind(self) -> str:
        """What kind of message it is."""
        ...

    @property
    def state(self) -> str:
        """Whether it waits or was sent."""
        ...

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent."""
        ...


class Opened(Protocol):
    """A round that has opened."""

    @property
    def id(self) -> RoundId:
        """Its id."""
        ...

    @property
    def kind(self) -> str:
        """Its kind."""
        ...

    @property
    def state(self) -> str:
        """How it stands."""
        ...

    @property
    def closes_at(self) -> datetime:
        """When it closes."""
        ...


class Stored(Protocol):
    """What lies in the database of one round."""

    @property
    def waiting(self) -> Sequence[Box]:
        """The boxes that wait for the close."""
        ...

    @property
    def released(self) -> Sequence[Box]:
        """The answers after it."""
        ...

    @property
    def named(self) -> int:
        """In how many of these a person is named."""
        ...

    @property
    def messages(self) -> Sequence[Sent]:
        """What was sent to that person."""
        ...

    @property
    def keys(self) -> Sequence[str]:
        """The names of the keys that are there."""
        ...


class Rows(Protocol):
    """Looks into the sandbox's database, and can write nothing."""

    async def rounds(self, tenant: TenantId) -> Sequence[Opened]:
        """Return the rounds that have opened, the newest last."""
        ...

    async def of_round(self, tenant: TenantId, round_id: RoundId, person: PersonId, name: str) -> Stored:
        """Return what is stored of a round, and of one person beside it."""
        ...
