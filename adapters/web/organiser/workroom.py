"""What the organiser's page stands on: the service, what there is, where drafts are kept, how platforms show things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from adapters.change_file.whole import OPEN_WORKING_DAYS
from adapters.web.organiser.drafts import Drafts
from adapters.web.organiser.filled import form_of
from adapters.web.organiser.shape import Pairs, Row, read
from bot.change import Change, Manager, PointState
from bot.ids import ChangeId, ChannelId, Language, PersonId, TeamKey, TenantId
from bot.localised import Localised
from bot.messages import Form, Message
from bot.people import Person
from bot.ports import Clock, Holidays, Packs, Store, Texts
from bot.questions import RoundKind
from bot.schedule import local_day, working_days_after
from bot.service.checking import Problem
from bot.service.organiser import Applied
from bot.service.outlook import Outlook
from bot.service.preview import Preview

Json = dict[str, Any]


class Organises(Protocol):
    """The service, as far as an organiser needs it."""

    async def problems(self, tenant: TenantId, change: Change) -> tuple[Problem, ...]:
        """Say what is wrong with a change, and where."""
        ...

    async def outlook(self, tenant: TenantId, change: Change) -> Outlook:
        """Reckon what a change would ask."""
        ...

    async def previews(self, tenant: TenantId, change: Change, language: Language) -> tuple[Preview, ...]:
        """Make its messages."""
        ...

    async def send_as_try(self, tenant: TenantId, change: Change, person: PersonId, *, only: str | None = None) -> int:
        """Send its messages to one person, as a try. Raises NotFound, Unreachable, DeliveryFailed."""
        ...

    async def apply(self, tenant: TenantId, change: Change, *, by: PersonId | None = None) -> Applied:
        """Put a change in place. Raises Refused, NotAllowed, IllegalMove."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """How a platform shows a message, and a form, in its own format; made by that platform's own renderer."""

    message: Callable[[Message], Sequence[Json]]
    form: Callable[[Form], Json]


@dataclass(frozen=True, slots=True)
class Defaults:
    """With what a new change begins in this organisation."""

    core_team: tuple[PersonId, ...] = ()
    channel: ChannelId | None = None
    managers: tuple[Manager, ...] = ()
    adviser: Localised | None = None
    zone: str = "Europe/Amsterdam"
    country: str = "NL"


@dataclass(frozen=True, slots=True)
class Workroom:
    """What the page stands on. `makers` may make a change of their own; whose it is corrects it."""

    tenant: TenantId
    service: Organises
    store: Store
    texts: Texts
    packs: Packs
    holidays: Holidays
    clock: Clock
    drafts: Drafts
    makers: frozenset[PersonId]
    defaults: Defaults
    countries: frozenset[str]
    team_names: Mapping[TeamKey, Localised]
    looks: Mapping[str, Look]

    def may_make(self, person: PersonId) -> bool:
        """Say whether somebody may make a change of their own."""
        return person in self.makers

    async def changes(self) -> Sequence[Change]:
        """Return every change that there is."""
        async with self.store.read(self.tenant) as tx:
            return await tx.changes.all()

    async def people(self) -> Sequence[Person]:
        """Return who is here now."""
        async with self.store.read(self.tenant) as tx:
            return [person for person in await tx.people.all() if person.left_at is None]

    def new_form(self, person: Person, language: Language) -> Row:
        """Return the form of a new change: one open point, one question of its own, and what is the same every time."""
        defaults = self.defaults
        languages = (language, *(one for one in self.texts.languages if one != language))
        adviser = defaults.adviser
        filled = form_of(
            Change(
                tenant=self.tenant,
                id=ChangeId(""),
                title=Localised(()),
                why=Localised(()),
                languages=(language,),
                points=(),
                frame_on=local_day(self.clock.now(), defaults.zone),
                zone=defaults.zone,
                country=defaults.country,
                organisers=(person.id,),
                core_team=defaults.core_team,
                channel=defaults.channel,
                managers=defaults.managers,
                adviser=Localised(tuple((one, adviser.in_(one)) for one in languages)) if adviser else None,
            )
        ).with_word("frame_on", "")
        planned = Row(words={"round": RoundKind.LISTEN, "asks": "own"}, rows={"ask": (Row(),)})
        point = Row(words={"state": PointState.OPEN})
        return filled.with_part("frame", (point,)).with_part("planning", (planned,))

    def last_day(self, form: Row) -> Callable[[str], str]:
        """Return what gives a round without an end the last day of the shortest file; "" for what is no day."""
        country = form.word("country") or self.defaults.country

        def last(first: str) -> str:
            try:
                return str(working_days_after(date.fromisoformat(first), OPEN_WORKING_DAYS, country, self.holidays))
            except ValueError:
                return ""

        return last

    def read(self, fields: Pairs) -> Row:
        """Read what a browser sent, or a draft kept; a state or a kind that there is not becomes one that there is."""
        form = read(fields, self.texts.languages)
        points = (_known(one, "state", tuple(PointState)) for one in form.part("frame"))
        rounds = (_known(one, "round", PLANNED) for one in form.part("planning"))
        return form.with_part("frame", points).with_part("planning", rounds)


PLANNED = (RoundKind.LISTEN, RoundKind.BELIEVE, RoundKind.SOURCE, RoundKind.SCENARIOS, RoundKind.HEARD)
"""The kinds of round that can be planned, the one that most begin with first."""


def _known(row: Row, key: str, words: Sequence[str]) -> Row:
    return row if row.word(key) in words else row.with_word(key, words[0])
