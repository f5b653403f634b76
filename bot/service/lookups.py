"""What composing a batch of messages looks up, once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.change import Change
from bot.digest.digest import RoundDigest, load
from bot.errors import NotFound
from bot.ids import Language, PersonId, RoundId
from bot.outbox import Item
from bot.people import Person
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.round import Round, RoundState
from bot.service.context import Context
from bot.wording.words import Words


@dataclass(slots=True)
class Desk:
    """What composing a batch of messages looks up, once: those whom it is to or names, and what it is about."""

    context: Context
    tx: Transaction
    people: dict[PersonId, Person]
    rounds: dict[RoundId, Round]
    changes: dict[str, Change]
    digests: dict[RoundId, RoundDigest]
    taps: dict[str, Sequence[Round]]

    @classmethod
    async def of(cls, context: Context, tx: Transaction, items: Sequence[Item]) -> Desk:
        """Take a place in a transaction, for these items."""
        desk = cls(context, tx, {}, {}, {}, {}, {})
        await desk.knows(item.person for item in items)
        return desk

    async def knows(self, people: Iterable[PersonId | None]) -> None:
        """Look up those of these who were not yet."""
        unknown = {person for person in people if person is not None} - self.people.keys()
        if unknown:
            self.people |= {person.id: person for person in await self.tx.people.some(unknown)}

    @property
    def names(self) -> Mapping[PersonId, str]:
        """The names of those who were looked up."""
        return {id_: one.name for id_, one in self.people.items()}

    async def round(self, item: Item) -> Round:
        """The round that an item is about. Raises NotFound."""
        if item.round is None:
            raise NotFound("the message is about no round")
        if item.round not in self.rounds:
            self.rounds[item.round] = await self.tx.rounds.get(item.round)
        return self.rounds[item.round]

    async def change(self, item: Item) -> Change:
        """The change that an item is about. Raises NotFound."""
        if item.change is None:
            raise NotFound("the message is about no change")
        if item.change not in self.changes:
            self.changes[item.change] = change = await self.tx.changes.get(item.change)
            await self.knows(change.named)
        return self.changes[item.change]

    async def believes(self, item: Item) -> Sequence[Round]:
        """The believe rounds that are open in the change that an item is about."""
        if item.change is None:
            return ()
        if item.change not in self.taps:
            there = await self.tx.rounds.of_change(item.change)
            self.taps[item.change] = tuple(
                one for one in there if one.kind is RoundKind.BELIEVE and one.state is RoundState.OPEN
            )
        return self.taps[item.change]

    async def digest(self, round_: Round) -> RoundDigest:
        """The digest of a round. Raises NotFound."""
        if round_.id not in self.digests:
            raw = await self.tx.answers.digest(round_.id)
            if raw is None:
                raise NotFound(f"round {round_.id} has no digest")
            self.digests[round_.id] = load(raw)
        return self.digests[round_.id]

    def words(self, item: Item, change: Change | None) -> Words:
        """The reader's language: a person's own, for the channel that of the change."""
        person = self.people.get(item.person) if item.person is not None else None
        if person is not None:
            return self.context.words_for(person)
        if change is not None:
            return self.context.words_of(change)
        return self.context.words(Language("nl"), "UTC")
