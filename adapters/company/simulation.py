"""The digital twin: a whole change with a made-up company, through the real engine and store, on a virtual clock."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from adapters.change_file import Against, ChangeFile, read_change
from adapters.clock import VirtualClock
from adapters.company.actors import Actors, Truth
from adapters.company.answer_book import AnswerBook, Line
from adapters.company.chats import Chats
from adapters.company.core_team import CoreTeam, Together
from adapters.company.play import Play, Progress
from adapters.company.roster import Company, load_company, roster
from adapters.company.topics import Topics
from bot.change import Change
from bot.ids import TenantId
from bot.outbox import Delivery
from bot.people import Person
from bot.ports import Holidays, Packs
from bot.questions import RoundKind
from bot.round import HELD, Round, RoundState
from bot.schedule import day_begins, frame_to_managers_on
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte

CHANGE_FILE = Path(__file__).with_name("simulation.yaml")
"""The change that is played where no other is named; it fits four weeks."""

TENANT = TenantId("simulation")
"""Whose rows and keys a simulation makes, and may throw away again."""

_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is played: a company, a change that its people hear about, and from when on."""

    company: Company
    people: tuple[Person, ...]
    change: Change
    file: ChangeFile
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, in numbers. The same setting, answers and seed give the same ones, but for `seconds`.

    `people` work at the company. `invited` counts invitations, `delivered` those that arrived, `voices` those who had
    something in the boxes at the close. `released` and `withheld` count answers, of one voice to one question: read, or
    destroyed unread because too few answered that question. `digests` were made, `outcomes` recorded.
    """

    people: int
    invited: int
    delivered: int
    voices: int
    released: int
    withheld: int
    digests: int
    outcomes: int
    seconds: float


def make_setting(file: Path, count: int, *, seed: int, packs: Packs, holidays: Holidays) -> Setting:
    """Read a change, and put `count` people around it, the morning before the first of them hears anything. Blocking.

    Days in the file may have passed: they are played when the virtual clock is there. Where the file names nobody who
    reads the answers, the company's own core team does. Raises FileInvalid.
    """
    company = load_company()
    people = tuple(replace(person, tenant=TENANT) for person in roster(company, count, seed=seed))
    against = Against(
        today=_LONG_AGO,
        packs=packs,
        holidays=holidays,
        languages=tuple(dict.fromkeys(person.language for person in people)),
        people=frozenset(person.id for person in people),
        teams=frozenset(team for person in people for team in person.teams),
    )
    read = read_change(file, tenant=TENANT, against=against)
    change = _read_by_someone(read.change, company)
    starts_at = day_begins(frame_to_managers_on(change, holidays), change.zone)
    return Setting(company, people, change, read, starts_at)


def _read_by_someone(change: Change, company: Company) -> Change:
    """Let the company's core team read the answers where nobody else does."""
    if not change.readers:
        change = replace(change, organisers=company.organisers, core_team=company.core_team)
    return change if change.channel is not None else replace(change, channel=company.channel)


def chats_of(setting: Setting, clock: VirtualClock) -> Chats:
    """Give the company its chats; nothing in them is kept, so that they take no room."""
    channel = setting.change.channel or setting.company.channel
    return Chats(setting.people, clock, channel=channel, members=setting.change.readers, keep=0)


class Simulation:
    """One play, from before the frame to the last day."""

    def __init__(
        self,
        setting: Setting,
        parts: Parts,
        chats: Chats,
        clock: VirtualClock,
        *,
        answers: Iterable[Line],
        seed: int,
        truth: Truth | None = None,
    ) -> None:
        """Put everyone in their place. The parts must have these chats and this clock, and an empty database."""
        self.service = Ruimte(parts)
        self._parts = parts
        self._setting = setting
        actors = Actors(self.service, setting.people, AnswerBook(answers), Topics(parts.packs), seed=seed, truth=truth)
        core = CoreTeam(
            self.service,
            parts.store,
            setting.change,
            min(setting.change.readers),
            clock=clock,
            holidays=parts.holidays,
        )
        actors.played.update(setting.change.readers)
        chats.listen(actors.hear)
        chats.listen(core.hear)
        self.play = Play(self.service, TENANT, clock, Together(actors, core))

    async def run(self, days: int, *, progress: Progress | None = None) -> Outcome:
        """Play this many days. Raises FileInvalid where the engine refuses the change."""
        started_s = time.perf_counter()
        await self.begin()
        await self.play.move_to(self._setting.starts_at + timedelta(days=days), progress=progress)
        return await self.count(time.perf_counter() - started_s)

    async def begin(self) -> None:
        """Take over who is there and put the change in place. Raises FileInvalid where the engine refuses it."""
        await self.service.sync(TENANT)
        change = self._setting.change
        if reasons := await self.service.check(TENANT, change):
            raise self._setting.file.refuse(reasons)
        await self.service.apply(TENANT, change)

    async def count(self, seconds: float) -> Outcome:
        """Count what came of it so far."""
        async with self._parts.store.read(TENANT) as tx:
            change = await tx.changes.get(self._setting.change.id)
            rounds = [one for one in await tx.rounds.of_change(change.id) if one.kind is not RoundKind.DOOR]
            arrived = [(await tx.outbox.counts(one.id)).get(Delivery.SENT, 0) for one in rounds]
            digests = [await tx.answers.digest(one.id) for one in rounds if one.state is RoundState.RELEASED]
        return Outcome(
            people=len(self._setting.people),
            invited=sum(one.invited for one in rounds),
            delivered=sum(arrived),
            voices=sum(one.voices for one in rounds if one.state in HELD),
            released=_voices(rounds, withheld=False),
            withheld=_voices(rounds, withheld=True),
            digests=sum(digest is not None for digest in digests),
            outcomes=sum(point.outcome is not None for point in change.points),
            seconds=round(seconds, 2),
        )


def _voices(rounds: Iterable[Round], *, withheld: bool) -> int:
    """Count answers, over every question of every round."""
    return sum(count.voices for one in rounds for count in one.counts if count.withheld is withheld)
