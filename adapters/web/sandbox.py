"""The sandbox behind its page: the service, the company, its chats and the clock, and who may look where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from adapters.company.chats import Chat, Chats
from adapters.company.play import Progress
from adapters.company.roster import Company
from adapters.web.openings import Openings
from adapters.web.organiser.workroom import Workroom
from adapters.web.rows import Rows
from bot.events import Event
from bot.ids import ChangeId, Language, PersonId, TenantId
from bot.messages import Action, Notice, Reply
from bot.people import Person
from bot.ports import Clock

Place = Literal["own", "channel"]

Role = Literal["employee", "manager", "core_team", "organiser"]

DAY_STARTS = time(9)
"""When "to tomorrow" arrives, in the company's own zone."""

FAR = timedelta(days=60)
"""How far "to the next message" looks."""


class Service(Protocol):
    """The way in."""

    async def handle(self, event: Event) -> Reply:
        """Answer a button, a command or a form."""
        ...

    async def explain(self, tenant: TenantId, value: str) -> Notice:
        """Say how anonymous answering works."""
        ...


class Plays(Protocol):
    """What moves the clock."""

    @property
    def moving(self) -> bool:
        """Whether somebody is moving the clock now."""
        ...

    async def settle(self) -> None:
        """Do what is due now."""
        ...

    async def move_to(self, moment: datetime, *, progress: Progress | None = None) -> None:
        """Play everything up to a moment."""
        ...

    async def move_until(
        self, reached: Callable[[], bool], *, limit: datetime, progress: Progress | None = None
    ) -> bool:
        """Play until something holds; say whether it does."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done without a message: the key of its label, and what it sends."""

    key: str
    action: Action
    value: str = ""


@dataclass(frozen=True, slots=True)
class Pane:
    """Somebody, and the place where they look."""

    person: Person
    place: Place

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.person.id}.{self.place}"

    @property
    def path(self) -> str:
        """Where it is shown by itself."""
        return f"/as/{self.person.id}" + ("/channel" if self.place == "channel" else "")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Everything that the page shows. `played` are the people whom a visitor plays, `rows` shows what is stored."""

    service: Service
    company: Company
    chats: Chats
    clock: Clock
    play: Plays
    played: set[PersonId]
    change: ChangeId
    channel_language: Language
    openings: Openings = field(default_factory=Openings)
    organiser: Workroom | None = None
    rows: Rows | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where the company is."""
        return ZoneInfo(self.company.people[0].zone)

    def role(self, person: Person) -> Role:
        """What someone is in the change."""
        if person.id in self.company.organisers:
            return "organiser"
        if person.id in self.company.core_team:
            return "core_team"
        if any(manager.person == person.id for manager in self.company.managers):
            return "manager"
        return "employee"

    def chat(self, person: Person, place: Place) -> Chat | None:
        """Return the chat that someone sees in a place; None where they may not look."""
        if place == "own":
            return person.id
        return self.company.channel if person.id in self.company.readers else None

    def same(self, one: Pane, other: Pane) -> bool:
        """Say whether both would show the same chat."""
        return self.chat(one.person, one.place) == self.chat(other.person, other.place)

    def commands(self, person: Person) -> tuple[Command, ...]:
        """What someone can do without a message."""
        everyone = (
            Command("door", Action.DOOR),
            Command("page", Action.PAGE, self.change),
            Command("home", Action.HOME),
            Command("receipt", Action.RECEIPT),
        )
        match self.role(person):
            case "manager":
                return (Command("pulse", Action.PULSE), *everyone)
            case "core_team" | "organiser":
                return (Command("core", Action.CORE), *everyone)
            case _:
                return everyone

    def tomorrow(self, days: int = 1) -> datetime:
        """Return the morning of a day to come, in the company's zone."""
        day = self.clock.now().astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, DAY_STARTS, self.zone)
