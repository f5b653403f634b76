"""Who works at the make-believe company: those of company.yaml, and as many made-up colleagues as are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.change import Manager
from bot.ids import ChannelId, Language, PersonId, TeamKey, TenantId
from bot.localised import Localised
from bot.people import Person

COMPANY_FILE = Path(__file__).with_name("company.yaml")

ANSWERS_FILE = Path(__file__).with_name("answers.jsonl")
"""What the made-up people say, a JSON object a line."""

PROBES_FILE = Path(__file__).with_name("probes.jsonl")
"""What they say to a probe, the question that follows an answer."""

TEAM_SIZE = 12
"""Made-up colleagues beyond those of the file stand in teams of this size."""

WEEK = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Company:
    """The make-believe company. `roles` and `team_names` are what a page shows beside a name."""

    tenant: TenantId
    name: str
    about: Localised
    adviser: Localised
    people: tuple[Person, ...]
    roles: Mapping[PersonId, Localised]
    team_names: Mapping[TeamKey, Localised]
    organisers: tuple[PersonId, ...]
    core_team: tuple[PersonId, ...]
    managers: tuple[Manager, ...]
    channel: ChannelId
    channel_name: Localised
    suggested_employee: PersonId
    suggested_manager: PersonId
    suggested_core: PersonId
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]

    @property
    def readers(self) -> frozenset[PersonId]:
        """Who is in the core team's channel."""
        return frozenset(self.core_team) | frozenset(self.organisers)

    @property
    def suggested(self) -> tuple[PersonId, PersonId, PersonId]:
        """The employee, the manager and the one of the core team as whom a visitor begins."""
        return self.suggested_employee, self.suggested_manager, self.suggested_core

    def person(self, key: PersonId) -> Person | None:
        """Return someone of the company; None for anybody else."""
        return next((person for person in self.people if person.id == key), None)

    def speaking(self, language: Language) -> Company:
        """Return the same company, in which those as whom a visitor begins read this language."""
        return replace(
            self, people=tuple(replace(p, language=language) if p.id in self.suggested else p for p in self.people)
        )


def load_company(path: Path = COMPANY_FILE) -> Company:
    """Read the company from its file; blocking, so call it before the event loop does anything else."""
    raw = YAML(typ="safe", pure=True).load(path)
    tenant = TenantId(raw["id"])
    suggested = raw["suggested"]
    return Company(
        tenant=tenant,
        name=raw["name"],
        about=Localised.of(raw["about"]),
        adviser=Localised.of(raw["adviser"]),
        people=tuple(_person(tenant, raw, row) for row in raw["people"]),
        roles={PersonId(row[0]): Localised.of(raw["roles"][row[3]]) for row in raw["people"]},
        team_names={TeamKey(key): Localised.of(name) for key, name in raw["teams"].items()},
        organisers=tuple(PersonId(key) for key in raw["organisers"]),
        core_team=tuple(PersonId(key) for key in raw["core_team"]),
        managers=tuple(Manager(PersonId(m["person"]), TeamKey(m["team"])) for m in raw["managers"]),
        channel=ChannelId(raw["channel"]),
        channel_name=Localised.of(raw["channel_name"]),
        suggested_employee=PersonId(suggested["employee"]),
        suggested_manager=PersonId(suggested["manager"]),
        suggested_core=PersonId(suggested["core_team"]),
        first_names=tuple(raw["made_up"]["first"]),
        last_names=tuple(raw["made_up"]["last"]),
    )


def _person(tenant: TenantId, raw: Mapping[str, Any], row: Sequence[Any]) -> Person:
    """Read a row of the table; a sixth cell names the hours or says where this person lives."""
    key, name, language, _, team, *rest = row
    extra = rest[0] if rest else "day"
    place: Mapping[str, Any] = extra if isinstance(extra, Mapping) else {}
    hours = raw["hours"]["day" if place else extra]
    return Person(
        tenant=tenant,
        id=PersonId(key),
        name=name,
        language=Language(language),
        zone=place.get("zone", raw["zone"]),
        teams=(TeamKey(team),),
        starts=time.fromisoformat(hours["starts"]),
        ends=time.fromisoformat(hours["ends"]),
        workdays=tuple(hours["days"]),
        region=place.get("region", raw["region"]),
        guest=place.get("guest", False),
    )


def roster(company: Company, count: int, *, seed: int) -> tuple[Person, ...]:
    """Return `count` people, the same for the same seed: those of the company and made-up colleagues beside them.

    Below the company's own number the core team and the managers stay, and others leave from the end of the list.
    """
    own = company.people
    if count <= len(own):
        return _the_needed(company, count)
    return own + tuple(_made_up(company, count - len(own), random.Random(f"roster:{seed}")))  # noqa: S311 no secret


def _the_needed(company: Company, count: int) -> tuple[Person, ...]:
    """Keep `count` people, first those who have a task; in the order of the file."""
    tasks = company.readers | {manager.person for manager in company.managers}
    by_need = sorted(company.people, key=lambda person: person.id not in tasks)
    kept = {person.id for person in by_need[: max(count, len(tasks))]}
    return tuple(person for person in company.people if person.id in kept)


def _made_up(company: Company, count: int, chance: random.Random) -> Iterator[Person]:
    """Make colleagues in teams of their own, a third of them in English; tuples are shared, so each is small."""
    languages = (Language("nl"), Language("nl"), Language("en"))
    hours = (
        (time(9), time(17)),
        (time(7), time(15, 30)),
        (time(8, 30), time(17)),
        (time(13), time(21)),
    )
    zone = company.people[0].zone
    teams = [(TeamKey(f"team-{number}"),) for number in range(1, count // TEAM_SIZE + 2)]
    for number in range(count):
        starts, ends = chance.choice(hours)
        yield Person(
            tenant=company.tenant,
            id=PersonId(f"p-{number + 1:05}"),
            name=f"{chance.choice(company.first_names)} {chance.choice(company.last_names)}",
            language=chance.choice(languages),
            zone=zone,
            teams=teams[number // TEAM_SIZE],
            starts=starts,
            ends=ends,
            workdays=WEEK,
        )
