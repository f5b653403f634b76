"""The twin in memory: changes, rounds, people and answers, and a transaction of them all."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.answers import Answer
from bot.change import Change
from bot.errors import StaleWrite
from bot.ids import ChangeId, PersonId, RoundId
from bot.people import Person
from bot.ports import Answers, Changes, Door, Outbox, People, Rounds, Transaction
from bot.round import Round
from storage import mapping
from storage.kept import Kept, one_of
from storage.memory_door import MemoryDoor
from storage.memory_outbox import MemoryOutbox


class MemoryTransaction(Transaction):
    """See `bot.ports.Transaction`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self.changes: Changes = MemoryChanges(kept)
        self.rounds: Rounds = MemoryRounds(kept)
        self.people: People = MemoryPeople(kept)
        self.outbox: Outbox = MemoryOutbox(kept)
        self.answers: Answers = MemoryAnswers(kept)
        self.door: Door = MemoryDoor(kept)


class MemoryChanges:
    """See `bot.ports.Changes`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._changes = kept.changes

    async def get(self, change: ChangeId) -> Change:
        """See `bot.ports.Changes`."""
        return mapping.read(mapping.changes(), one_of(self._changes, change, "change"))

    async def all(self) -> Sequence[Change]:
        """See `bot.ports.Changes`."""
        return [mapping.read(mapping.changes(), self._changes[change]) for change in sorted(self._changes)]

    async def put(self, change: Change) -> None:
        """See `bot.ports.Changes`."""
        old = self._changes.get(change.id)
        _check_version(change.version, None if old is None else mapping.read(mapping.changes(), old).version)
        self._changes[change.id] = mapping.write(mapping.changes(), replace(change, version=change.version + 1))


class MemoryRounds:
    """See `bot.ports.Rounds`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._rounds = kept.rounds

    async def get(self, round_id: RoundId, *, lock: bool = False) -> Round:  # noqa: ARG002 - one writer holds all
        """See `bot.ports.Rounds`."""
        return mapping.read(mapping.rounds(), one_of(self._rounds, round_id, "round"))

    async def alone(self) -> None:
        """See `bot.ports.Rounds`. Whoever writes is alone."""

    async def of_change(self, change: ChangeId) -> Sequence[Round]:
        """See `bot.ports.Rounds`."""
        return [round_ for round_ in self._all() if round_.change == change]

    async def unfinished(self) -> Sequence[Round]:
        """See `bot.ports.Rounds`."""
        return [round_ for round_ in self._all() if round_.unfinished]

    async def put(self, round_: Round) -> None:
        """See `bot.ports.Rounds`."""
        old = self._rounds.get(round_.id)
        _check_version(round_.version, None if old is None else mapping.read(mapping.rounds(), old).version)
        self._rounds[round_.id] = mapping.write(mapping.rounds(), replace(round_, version=round_.version + 1))

    def _all(self) -> list[Round]:
        rounds = (mapping.read(mapping.rounds(), document) for document in self._rounds.values())
        return sorted(rounds, key=lambda round_: (round_.opens_at, round_.id))


class MemoryPeople:
    """See `bot.ports.People`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._kept = kept

    async def get(self, person: PersonId) -> Person:
        """See `bot.ports.People`."""
        return one_of(self._kept.people, person, "person")

    async def all(self) -> Sequence[Person]:
        """See `bot.ports.People`."""
        return [self._kept.people[person] for person in sorted(self._kept.people)]

    async def some(self, people: Collection[PersonId]) -> Sequence[Person]:
        """See `bot.ports.People`."""
        return [self._kept.people[person] for person in sorted(set(people)) if person in self._kept.people]

    async def put(self, people: Sequence[Person]) -> None:
        """See `bot.ports.People`."""
        self._kept.people.update({person.id: person for person in people})

    async def forget(self, person: PersonId) -> None:
        """See `bot.ports.People`."""
        self._kept.people.pop(person, None)
        for item in [one for one in self._kept.messages.values() if one.person == person]:
            del self._kept.messages[item.id]


class MemoryAnswers:
    """See `bot.ports.Answers`."""

    def __init__(self, kept: Kept) -> None:
        """Work on these dictionaries."""
        self._kept = kept

    async def add(self, round_id: RoundId, answers: Sequence[Answer]) -> None:
        """See `bot.ports.Answers`."""
        shuffled = list(answers)
        secrets.SystemRandom().shuffle(shuffled)
        self._kept.answers[round_id] = shuffled

    async def of_round(self, round_id: RoundId) -> Sequence[Answer]:
        """See `bot.ports.Answers`."""
        return list(self._kept.answers.get(round_id, ()))

    async def put_digest(self, round_id: RoundId, digest: bytes) -> None:
        """See `bot.ports.Answers`."""
        self._kept.digests[round_id] = digest

    async def digest(self, round_id: RoundId) -> bytes | None:
        """See `bot.ports.Answers`."""
        return self._kept.digests.get(round_id)


def _check_version(written: int, there: int | None) -> None:
    if written != (there or 0):
        raise StaleWrite(f"version {written} was written over version {there}")
