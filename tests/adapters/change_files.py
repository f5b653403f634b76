"""What the tests of change files share: what a file is judged against, and a whole file to break."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from adapters.change_file import Against, load_change
from adapters.holidays import LibraryHolidays, countries
from bot.change import Change
from bot.errors import FileInvalid
from bot.ids import Language, PersonId, TeamKey, TenantId
from bot.ports import Packs
from prompts.loader import load_packs

TENANT = TenantId("de-brug")
TODAY = date(2026, 11, 24)

WHOLE = """\
id: zelf-roosteren
title: {nl: Zelf roosteren, en: Our own rota}
why: {nl: Omdat het kan., en: Because we can.}
languages: [nl, en]
zone: Europe/Amsterdam
country: NL
organisers: [anna]
core_team: [anna, bert]
channel: c-core
adviser: {nl: Joke, en: Joke}
managers:
  - {person: carla, team: north}
audience: [north, south]
council_told_on: 2026-11-20
managers_told_on: 2026-11-27
frame_on: 2026-12-01
frame:
  - fixed: {nl: De app komt er., en: The app is coming.}
    key: app
    decided_by: {nl: De directie, en: The board}
    why: {nl: Het oude stopt., en: The old one stops.}
  - intended: {nl: Planning helpt., en: Planning helps.}
    key: planning
    decided_by: De directie
    why: {nl: Zij weten het., en: They know.}
    advice_on: 2027-01-15
  - open: {nl: Hoe we beginnen., en: How we begin.}
    key: begin
    owner: anna
    due_on: 2027-01-20
  - together: {nl: Afspraken over ruilen., en: Rules on swapping.}
    key: swaps
    owner: bert
    due_on: 2027-01-20
    co_designers: [dirk, elsa]
scenarios:
  - key: a
    point: begin
    title: {nl: Twee teams eerst, en: Two teams first}
    text: {nl: Eerst twee., en: Two first.}
  - key: b
    point: begin
    title: {nl: Tegelijk, en: All at once}
    text: {nl: Allemaal., en: Everyone.}
planning:
  - round: believe
    opens_on: 2026-12-01
    closes_on: 2026-12-03
  - round: listen
    opens_on: 2026-12-07
    closes_on: 2026-12-11
    questions: [lose, worry]
  - round: scenarios
    opens_on: 2027-01-04
    closes_on: 2027-01-08
  - round: heard
    opens_on: 2027-02-01
    closes_on: 2027-02-05
"""

SMALLEST = """\
title: Zelf roosteren
why: Omdat het kan.
open: Wie er in het weekend werkt.
question: Wat moeten we niet kwijtraken?
on: 2026-12-07
"""


@cache
def packs() -> Packs:
    """Return the packs that come with Ruimte, loaded once."""
    return load_packs()


def against(**other: Any) -> Against:  # noqa: ANN401 -- any of its fields
    """Say what a file is judged against."""
    people = frozenset(map(PersonId, ("anna", "bert", "carla", "dirk", "elsa")))
    plain = Against(
        today=TODAY,
        packs=packs(),
        holidays=LibraryHolidays(),
        languages=(Language("nl"), Language("en")),
        people=people,
        teams=frozenset(map(TeamKey, ("north", "south"))),
        countries=countries(),
    )
    return replace(plain, **other)


def load(text: str, folder: Path, **other: Any) -> Change:  # noqa: ANN401 -- any field of Against
    """Load a text as a file of its own."""
    path = folder / "change.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return load_change(path, tenant=TENANT, against=against(**other))


def findings(text: str, folder: Path, **other: Any) -> list[tuple[int, str]]:  # noqa: ANN401 -- any field of Against
    """Return the line and text of everything that is wrong in a file."""
    try:
        load(text, folder, **other)
    except FileInvalid as error:
        return [(finding.line, finding.text) for finding in error.findings]
    return []


def line_of(text: str, part: str) -> int:
    """Return the line on which something stands first, from 1."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)
