"""Whatever people do with their forms, the spool holds what a plain dictionary would."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import IllegalMove, RoundClosed
from bot.ids import FieldKey, Language, PageKey
from bot.round import RoundState, move
from bot.slip import Slip
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import Storage, memory_storage, open_storage
from tests.examples import ROUND, TENANT, a_round

_people = st.integers(0, 5)
_pages = st.sampled_from([PageKey("lose"), PageKey("keep")])
_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(str.strip)
_choices = st.sampled_from([True, False, None])


@dataclass(slots=True)
class _Held:
    """What a box should hold."""

    stamp: int
    fields: dict[str, str]
    quotable: bool | None


Sent = tuple[int, Slip]
Choice = bool | None


class SpoolMachine(RuleBasedStateMachine):
    """People who answer, go on, change their mind, withdraw, and whose forms arrive twice, late and together."""

    def __init__(self) -> None:
        """Model nothing yet."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.state = RoundState.OPEN
        self.stamp = 0
        self.held: dict[tuple[int, str], _Held] = {}
        self.sent: list[Sent] = []

    def open_storage(self, keys: MemoryKeys) -> Storage:
        raise NotImplementedError

    @initialize()
    def open_round(self) -> None:
        keys = MemoryKeys()
        self.storage = self.open_storage(keys)
        self.run(keys.make(f"seal.{TENANT}.{ROUND}"))
        self.run(self._put_round())

    @rule(person=_people, page=_pages, words=_words, allowed=_choices)
    def answers_or_changes_the_answer(self, person: int, page: PageKey, words: str, allowed: Choice) -> None:
        self.stamp += 1
        self.submit([(person, _slip(page, {"answer": words}, self.stamp, allowed))])

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), words=_words, allowed=_choices)
    def goes_on_to_the_second_step(self, data: st.DataObject, words: str, allowed: Choice) -> None:
        person, slip = data.draw(st.sampled_from(self.sent))
        self.submit([(person, _slip(slip.page, {"probe": words}, slip.stamp, allowed))])

    @rule(person=_people, page=_pages)
    def withdraws(self, person: int, page: PageKey) -> None:
        self.stamp += 1
        self.submit([(person, _slip(page, {}, self.stamp, None))])

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def forms_arrive_again_together_in_any_order(self, data: st.DataObject) -> None:
        self.submit(data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=8)))

    @rule(words=st.lists(_words, min_size=2, max_size=8), page=_pages)
    def many_answer_together(self, words: list[str], page: PageKey) -> None:
        sent = []
        for number, text in enumerate(words):
            self.stamp += 1
            sent.append((number % 6, _slip(page, {"answer": text}, self.stamp, None)))
        self.submit(sent)

    @precondition(lambda self: self.state is RoundState.OPEN)
    @rule()
    def closes(self) -> None:
        self.move(RoundState.RELEASING)

    @precondition(lambda self: self.state is RoundState.RELEASING)
    @rule()
    def is_extended(self) -> None:
        self.move(RoundState.OPEN)

    @invariant()
    def the_spool_holds_what_the_model_holds(self) -> None:
        if self.state is not RoundState.RELEASING:
            with pytest.raises(IllegalMove):
                self.run(self.storage.spool.open(TENANT, ROUND))
            return
        opened = self.run(self.storage.spool.open(TENANT, ROUND))
        assert sorted(_seen(slip) for slip in opened) == sorted(
            (page, held.stamp, tuple(sorted(held.fields.items())), str(held.quotable))
            for (_, page), held in self.held.items()
        )
        assert len({slip.voice for slip in opened}) == len({person for person, _ in self.held})

    def teardown(self) -> None:
        if hasattr(self, "storage"):
            self.run(self.storage.close())
        self.runner.close()

    def submit(self, sent: list[Sent]) -> None:
        """Send all at once; while the round is open the model takes them in the order of arrival."""
        results = self.run(self._put(sent))
        if self.state is not RoundState.OPEN:
            assert all(isinstance(result, RoundClosed) for result in results)
            return
        assert results == [None] * len(sent)
        self.sent += sent
        for person, slip in sent:
            self.take(person, slip)

    def take(self, person: int, slip: Slip) -> None:
        """Do to the model what a submission does."""
        place = person, slip.page
        old = self.held.get(place)
        fields = {str(key): text for key, text in slip.fields}
        if old is None or slip.stamp > old.stamp:
            self.held[place] = _Held(slip.stamp, fields, slip.quotable)
        elif slip.stamp == old.stamp and old.fields:
            old.fields |= fields
            old.quotable = old.quotable if slip.quotable is None else slip.quotable

    def move(self, to: RoundState) -> None:
        """Take the round and the model to another state."""
        self.run(self._move(to))
        self.state = to

    def run(self, work: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
        """Run to the end."""
        return self.runner.run(_awaited(work))

    async def _put(self, sent: list[Sent]) -> list[BaseException | None]:
        return await asyncio.gather(
            *(self.storage.spool.put(TENANT, ROUND, bytes([person] * 16), slip) for person, slip in sent),
            return_exceptions=True,
        )

    async def _put_round(self) -> None:
        async with self.storage.store.write(TENANT) as transaction:
            await transaction.rounds.put(a_round())

    async def _move(self, to: RoundState) -> None:
        async with self.storage.store.write(TENANT) as transaction:
            round_ = await transaction.rounds.get(ROUND, lock=True)
            # A round that was extended once can be extended again here; that is not the spool's to know.
            await transaction.rounds.put(replace(move(round_, to), extended=False))


class MemoryMachine(SpoolMachine):
    """The twin in memory."""

    def open_storage(self, keys: MemoryKeys) -> Storage:
        return memory_storage(keys)


class SqliteMachine(SpoolMachine):
    """A file of SQLite, copied from one that was made once."""

    made: Path

    def open_storage(self, keys: MemoryKeys) -> Storage:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "ruimte.db"
        shutil.copy(self.made, path)
        storage: Storage = self.run(open_storage(f"sqlite+aiosqlite:///{path}", keys))
        return storage

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


@pytest.fixture(scope="module")
def sqlite_machine(tmp_path_factory: pytest.TempPathFactory) -> type[SqliteMachine]:
    """Give the machine on files."""
    made = tmp_path_factory.mktemp("made") / "ruimte.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{made}"))
    return type("SqliteMachine", (SqliteMachine,), {"made": made})


def test_the_spool_in_memory_holds_what_a_dictionary_would() -> None:
    _run(MemoryMachine, examples=60)


def test_the_spool_on_sqlite_holds_what_a_dictionary_would(sqlite_machine: type[SqliteMachine]) -> None:
    _run(sqlite_machine, examples=25)


def _run(machine: type[SpoolMachine], *, examples: int) -> None:
    case = machine.TestCase
    case.settings = settings(max_examples=examples, stateful_step_count=25, deadline=None)
    case("runTest").runTest()


def _slip(page: PageKey, fields: dict[str, str], stamp: int, allowed: Choice) -> Slip:
    return Slip(page, tuple((FieldKey(key), text) for key, text in fields.items()), Language("nl"), allowed, stamp)


async def _awaited(work: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    return await work


def _seen(slip: Slip) -> tuple[str, int, tuple[tuple[str, str], ...], str]:
    return slip.page, slip.stamp, tuple(sorted(slip.fields)), str(slip.quotable)
