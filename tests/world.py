"""A test's world: the real service on a storage, packs and texts as they are, made-up people, a clock that is moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from adapters.clock import VirtualClock
from adapters.company.chats import Chats
from adapters.company.play import Play
from adapters.holidays import LibraryHolidays
from bot.change import Change, Manager, PlannedRound, Point, PointState, Scenario
from bot.digest.digest import make
from bot.ids import (
    ChangeId,
    ChannelId,
    Language,
    PageKey,
    PersonId,
    PointKey,
    RoundId,
    ScenarioKey,
    TeamKey,
    TenantId,
)
from bot.localised import Localised
from bot.messages import Action, Form, Notice, Reply
from bot.outbox import Item
from bot.people import Person
from bot.ports import DigestRequest, Directory, Holidays, Packs, Texts
from bot.questions import RoundKind
from bot.round import Round
from bot.service import Parts, Ruimte
from prompts.loader import load_packs, load_texts
from storage.keys import MemoryKeys
from storage.opening import Storage, memory_storage
from tests.people import User

TENANT = TenantId("werk")
CHANNEL = ChannelId("c-core")
ZONE = "Europe/Amsterdam"
CHANGE = ChangeId("roosters")
NL, EN = Language("nl"), Language("en")

START = datetime(2027, 1, 4, 7, tzinfo=UTC)
"""A Monday, eight o'clock in the morning."""
FRAME_ON = date(2027, 1, 12)
"""The Tuesday of the week after."""

DECIDED = {
    "verdict": "adopted",
    "decision_nl": "Ieder team plant zelf zijn avonden.",
    "decision_en": "Each team plans its own evenings.",
    "reason_nl": "Omdat jullie het zo wilden.",
    "reason_en": "Because you wanted it so.",
}
"""How the form of an outcome is filled in where a test says nothing else."""

CORE = ("mila", "joost")
LEADS = ("lea",)


@lru_cache(maxsize=1)
def packs() -> Packs:
    """Read the question packs once."""
    return load_packs()


@lru_cache(maxsize=1)
def texts() -> Texts:
    """Read the interface texts once."""
    return load_texts()


def text(dutch: str, english: str = "") -> Localised:
    """Give a text in two languages."""
    return Localised.of({"nl": dutch, "en": english or f"{dutch} (en)"})


class NoHolidays:
    """Nobody ever has a day off."""

    def is_holiday(self, region: str, day: date) -> bool:
        """Say no."""
        return False


class InProcess:
    """The arithmetic of digests, without a child process."""

    async def digest(self, request: DigestRequest) -> bytes:
        """Make it in a thread."""
        return await asyncio.to_thread(make, request)


class Nobody:
    """Nobody does anything by themselves."""

    next_at: datetime | None = None

    async def act(self) -> None:
        """Do nothing."""


def someone(name: str, **given: Any) -> Person:  # noqa: ANN401 - any field of a person
    """Give a person of team north who works from nine to five."""
    person = Person(TENANT, PersonId(name), name.title(), NL, ZONE, teams=(TeamKey("north"),))
    return replace(person, **given)


def staff(count: int = 30, **given: Any) -> tuple[Person, ...]:  # noqa: ANN401 - any field of a person
    """Give the core team, a team leader, and so many others."""
    office = tuple(someone(name, teams=(TeamKey("office"),)) for name in (*CORE, *LEADS))
    return (*office, *(someone(f"p{number:03}", **given) for number in range(count)))


def point(key: str, state: PointState = PointState.OPEN, **given: Any) -> Point:  # noqa: ANN401 - any field
    """Give a point of a frame."""
    point_ = Point(PointKey(key), state, text(f"Punt {key}"))
    if state in {PointState.OPEN, PointState.TOGETHER}:
        point_ = replace(point_, owner=PersonId("mila"), due_on=date(2027, 4, 1))
    if state is PointState.TOGETHER:
        point_ = replace(point_, co_designers=(PersonId("p001"), PersonId("p002")))
    if state in {PointState.FIXED, PointState.INTENDED}:
        point_ = replace(point_, decided_by=text("De directie"), why=text("Daarom"))
    return replace(point_, **given)


def plan(kind: str, opens: str, closes: str, **given: Any) -> PlannedRound:  # noqa: ANN401 - any field
    """Plan a round; days as `01-19`, in 2027."""
    return PlannedRound(
        RoundKind(kind), date.fromisoformat(f"2027-{opens}"), date.fromisoformat(f"2027-{closes}"), **given
    )


def one_question(opens: str = "01-19", closes: str = "01-26", *, kind: str = "listen") -> PlannedRound:
    """Plan a round of one question in words."""
    pages = {"listen": "lose", "source": "lessons"}
    return plan(kind, opens, closes, questions=(PageKey(pages[kind]),))


BELIEVE = plan("believe", "01-12", "01-15")


def two_scenarios(on: str = "evenings") -> tuple[Scenario, ...]:
    """Give two ways it could go."""
    return tuple(
        Scenario(ScenarioKey(key), PointKey(on), text(f"Weg {key}"), text(f"Zo gaat het met {key}."))
        for key in ("a", "b")
    )


def a_change(*planning: PlannedRound, **given: Any) -> Change:  # noqa: ANN401 - any field of a change
    """Give a change with something fixed and something open."""
    change = Change(
        tenant=TENANT,
        id=CHANGE,
        title=text("Zelf roosteren", "Making our rota"),
        why=text("Het loopt vast.", "It is stuck."),
        languages=(NL, EN),
        points=(point("pay", PointState.FIXED), point("evenings")),
        frame_on=FRAME_ON,
        zone=ZONE,
        channel=CHANNEL,
        organisers=(PersonId("mila"),),
        core_team=tuple(PersonId(name) for name in CORE),
        managers=tuple(Manager(PersonId(name), TeamKey("north")) for name in LEADS),
        planning=planning,
        adviser=text("Margriet, de vertrouwenspersoon"),
    )
    return replace(change, **given)


@dataclass
class World:
    """Everything that a test moves and looks at."""

    clock: VirtualClock
    chats: Chats
    keys: MemoryKeys
    storage: Storage
    service: Ruimte
    play: Play
    users: dict[str, User] = field(default_factory=dict)

    # Time

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def until(self, moment: str) -> None:
        """Let everything happen up to a moment: `01-19` (the beginning of the day) or `01-19 10:00`, local, in 2027."""
        clock = moment if " " in moment else f"{moment} 00:00"
        await self.play.move_to(datetime.fromisoformat(f"2027-{clock}").replace(tzinfo=ZoneInfo(ZONE)))

    async def tick(self) -> None:
        """Do what is due now."""
        await self.service.tick(TENANT)

    async def passes(self, **time: float) -> None:
        """Let time pass."""
        await self.play.move_to(self.now + timedelta(**time))

    async def syncs(self) -> None:
        """Take over who works here now."""
        await self.service.sync(TENANT)

    # The organiser

    async def applies(self, change: Change) -> None:
        """Put a change in place."""
        await self.service.apply(TENANT, change)

    async def complaints(self, change: Change) -> str:
        """Say what is wrong with a change."""
        return "\n".join(await self.service.check(TENANT, change))

    # People

    def user(self, name: str) -> User:
        """Give someone's chair; the same one each time."""
        channel = CHANNEL if name in CORE else None
        if name not in self.users:
            self.users[name] = User(self.service, self.chats, TENANT, PersonId(name), channel=channel)
        return self.users[name]

    @property
    def mila(self) -> User:
        """The organiser, of the core team."""
        return self.user("mila")

    async def decides(self, key: str = "evenings", **given: str) -> Reply:
        """Let the organiser record an outcome on a point."""
        await self.mila.presses(Action.OUTCOME, f"{CHANGE}/{key}")
        return await self.mila.fills(**DECIDED | given)

    def others(self, count: int, *, start: int = 0) -> list[User]:
        """Give so many of those who are asked."""
        return [self.user(f"p{number:03}") for number in range(start, start + count)]

    async def answered(self, users: Iterable[User], words: str, *, round_: str, quotable: bool = True) -> None:
        """Let people answer what they were put first in a round."""
        for number, user in enumerate(users):
            await self.answers(user, words.format(number=number), round_=round_, quotable=quotable)

    async def answers(self, user: User, words: str, *, round_: str, quotable: bool = True) -> Reply:
        """Let someone answer: in words, or with the option of this key."""
        user.looks_away()
        await user.clicks(Action.ANSWER, of=f"{round_}.")
        return await self.fills_through(user, words, quotable=quotable)

    async def fills_through(self, user: User, words: str, *, quotable: bool = True) -> Reply:
        """Fill in a form and those that follow, until there is something else."""
        while isinstance(user.screen, Form):
            form = user.screen
            given = {str(one.key).replace("-", "_"): words for one in form.fields if one.key != "words"}
            if any(one.key == "words" for one in form.fields):
                given["words"] = "yes" if quotable else "no"
            await user.fills(**given)
        assert isinstance(user.screen, Notice), user.screen
        return user.screen

    # What is stored

    async def round(self, kind: str, number: int = 1) -> Round:
        """Look at a round of the change."""
        async with self.storage.store.read(TENANT) as tx:
            return await tx.rounds.get(RoundId(f"{CHANGE}-{kind}-{number}"))

    async def change(self) -> Change:
        """Look at the change."""
        async with self.storage.store.read(TENANT) as tx:
            return await tx.changes.get(CHANGE)

    async def item(self, id_: str) -> Item:
        """Look at a message of the outbox."""
        async with self.storage.store.read(TENANT) as tx:
            return await tx.outbox.get(id_)

    async def items_of(self, name: str) -> Sequence[Item]:
        """Look at everything that was and will be sent to someone."""
        async with self.storage.store.read(TENANT) as tx:
            return await tx.outbox.of_person(PersonId(name))


async def a_world(
    people: Sequence[Person] | None = None,
    *,
    storage: Storage | None = None,
    keys: MemoryKeys | None = None,
    holidays: Holidays | None = None,
    start: datetime = START,
    messenger: Callable[[Chats], Any] | None = None,
    directory: Directory | None = None,
    said: Texts | None = None,
    asked: Packs | None = None,
) -> World:
    """Make a world in which everyone is known to the service."""
    keys = keys or MemoryKeys()
    clock = VirtualClock(start)
    chats = Chats(people or staff(), clock, channel=CHANNEL, members=frozenset(PersonId(name) for name in CORE))
    storage = storage or memory_storage(keys)
    parts = Parts(
        storage.store,
        storage.spool,
        keys,
        messenger(chats) if messenger else chats,
        directory or chats,
        clock,
        holidays or LibraryHolidays(),
        said or texts(),
        asked or packs(),
        InProcess(),
    )
    service = Ruimte(parts)
    world = World(clock, chats, keys, storage, service, Play(service, TENANT, clock, Nobody()))
    await service.sync(TENANT)
    await world.tick()
    return world
