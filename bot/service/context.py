"""What every use case needs: the parts, words in a language, and the sheet of an open round."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.change import Change
from bot.ids import Language, PersonId, RoundId, TenantId
from bot.people import Person
from bot.ports import Transaction
from bot.privacy import K_TEXT, showable_languages
from bot.questions import RoundKind
from bot.round import Round
from bot.service import keyring
from bot.service.parts import Parts
from bot.token import Token, round_of, verify
from bot.wording.words import Words

SHEET_S = 5.0
"""Seconds that the sheet of a round is believed; whether it is open is asked of the database at every submission."""


SPOKEN_S = 60.0
"""Seconds that the languages which enough people use are believed: they change as slowly as the roster does."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a form needs to know of a round: its pages, its promises, and the change that it belongs to."""

    round: Round
    change: Change


@dataclass(slots=True)
class Context:
    """The parts of one service, and what it read in the last seconds and needs for every form: nothing of a person."""

    parts: Parts
    sheets: dict[tuple[TenantId, RoundId], tuple[float, Sheet]] = field(default_factory=dict)
    reading: dict[tuple[TenantId, RoundId], asyncio.Future[Sheet]] = field(default_factory=dict)
    bind_keys: dict[TenantId, bytes] = field(default_factory=dict)
    languages: dict[TenantId, tuple[float, frozenset[Language]]] = field(default_factory=dict)

    def words(self, language: Language, zone: str) -> Words:
        """Speak a language, to a reader in a time zone."""
        return Words(self.parts.texts, language, zone)

    def words_for(self, person: Person) -> Words:
        """Speak to a person."""
        return self.words(person.language, person.zone)

    def words_of(self, change: Change) -> Words:
        """Speak to the core team of a change: in the change's first language."""
        return self.words(change.languages[0], change.zone)

    async def bind_key(self, tenant: TenantId) -> bytes:
        """Return the key that binds tokens; it lives as long as the tenant."""
        if tenant not in self.bind_keys:
            self.bind_keys[tenant] = await self.parts.keys.make(keyring.bind(tenant))
        return self.bind_keys[tenant]

    async def spoken(self, tx: Transaction, tenant: TenantId) -> frozenset[Language]:
        """Return the languages that enough of those present use to give nobody away, at most `SPOKEN_S` old."""
        now = asyncio.get_running_loop().time()
        known = self.languages.get(tenant)
        if known is not None and now - known[0] < SPOKEN_S:
            return known[1]
        present = (person for person in await tx.people.all() if person.present)
        spoken = frozenset(showable_languages(present, K_TEXT))
        self.languages[tenant] = (now, spoken)
        return spoken

    async def token(self, tenant: TenantId, text: str, person: PersonId) -> Token:
        """Return a token that is this person's. Raises TokenRejected."""
        round_of(text)
        return verify(await self.bind_key(tenant), text, person)

    async def sheet(self, tenant: TenantId, round_id: RoundId) -> Sheet:
        """Return the sheet of a round, at most `SHEET_S` old. Raises NotFound."""
        now = asyncio.get_running_loop().time()
        known = self.sheets.get((tenant, round_id))
        if known is not None and now - known[0] < SHEET_S:
            return known[1]
        reading = self.reading.get((tenant, round_id))
        if reading is None:
            reading = asyncio.ensure_future(self._read_sheet(tenant, round_id))
            self.reading[tenant, round_id] = reading
        return await asyncio.shield(reading)

    async def _read_sheet(self, tenant: TenantId, round_id: RoundId) -> Sheet:
        """Read a sheet once for everyone who asks for it meanwhile; one that was forgotten meanwhile is not kept."""
        mine = asyncio.current_task()
        try:
            async with self.parts.store.read(tenant) as tx:
                round_ = await tx.rounds.get(round_id)
                sheet = Sheet(round_, await tx.changes.get(round_.change))
            if self.reading.get((tenant, round_id)) is mine:
                now = asyncio.get_running_loop().time()
                self.sheets = {key: value for key, value in self.sheets.items() if now - value[0] < SHEET_S}
                self.sheets[tenant, round_id] = (now, sheet)
            return sheet
        finally:
            if self.reading.get((tenant, round_id)) is mine:
                del self.reading[tenant, round_id]

    def forget_sheet(self, tenant: TenantId, round_id: RoundId) -> None:
        """Read a round anew at the next form."""
        self.sheets.pop((tenant, round_id), None)
        self.reading.pop((tenant, round_id), None)


async def names(tx: Transaction) -> dict[PersonId, str]:
    """Return the names of everyone."""
    return {person.id: person.name for person in await tx.people.all()}


async def rounds_of(tx: Transaction, change: Change) -> tuple[Round, ...]:
    """Return the rounds of a change that people are invited to, by opening."""
    return tuple(one for one in await tx.rounds.of_change(change.id) if one.kind is not RoundKind.DOOR)
