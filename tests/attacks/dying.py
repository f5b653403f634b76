"""A service that dies: a child process that talks, or releases, until it is killed; what it says it did is believed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from adapters.clock import VirtualClock
from adapters.company.chats import Chats
from bot.events import Submitted
from bot.ids import FieldKey, PersonId, RoundId, TenantId
from bot.messages import Action, Notice
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.round import Round, RoundState, audience_hash
from bot.service import Parts, Ruimte, keyring
from bot.service.planning import filled
from bot.token import issue, nonce
from bot.wording.round import Handle
from storage.keys import FileKeys
from storage.opening import Storage, open_storage
from tests.world import CHANNEL, CORE, NL, START, TENANT, InProcess, NoHolidays, a_change, packs, staff, text, texts

VOICES = 12
WRITERS = 4
PAGE = "lose"
CLOSES = START + timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Deed:
    """One form that somebody sends: their number, its stamp, and what they say; "" takes it back."""

    voice: int
    stamp: int
    words: str

    @property
    def person(self) -> PersonId:
        """Who sends it."""
        return PersonId(f"p{self.voice:03}")


def a_round(number: int) -> Round:
    """Give an open round of one question, which five voices make readable."""
    page = next(one for one in packs().of(RoundKind.LISTEN).pages if one.key == PAGE)
    return Round(
        tenant=TENANT,
        id=round_id(number),
        change=a_change().id,
        kind=RoundKind.LISTEN,
        pages=filled((page,), change=text("Zelf roosteren")),
        opens_at=START,
        closes_at=CLOSES,
        state=RoundState.OPEN,
        k=5,
        audience=audience_hash(person.id for person in staff()),
        invited=30,
        showable=(NL,),
        extended=True,
    )


def round_id(number: int) -> RoundId:
    """Name a round of this test."""
    return RoundId(f"roosters-listen-{number}")


async def begin(storage: Storage, keys: FileKeys, number: int) -> None:
    """Open a round, with everything that its release stands on."""
    round_ = a_round(number)
    await keys.make(keyring.bind(TENANT))
    await keys.make(keyring.wave(TENANT, round_.id, 0))
    await keys.make(keyring.seal(TENANT, round_.id))
    async with storage.store.write(TENANT) as tx:
        if number == 0:
            await tx.people.put(staff())
            await tx.changes.put(replace(a_change(), frame_told_at=START))
        await tx.rounds.put(round_)


def talk(url: str, keys: Path, number: int, deeds: Sequence[Deed], pipe: Connection) -> None:
    """Send forms, several at once, and say of each that it was taken. Runs in the child, until it is killed."""
    asyncio.run(_talk(url, keys, number, deeds, pipe))


async def _talk(url: str, folder: Path, number: int, deeds: Sequence[Deed], pipe: Connection) -> None:
    keys = FileKeys(folder)
    async with await open_storage(url, keys) as storage:
        service = Ruimte(_parts(storage, keys, START))
        bind = await keys.get(keyring.bind(TENANT))
        wave = await keys.get(keyring.wave(TENANT, round_id(number), 0))

        async def send(voices: range) -> None:
            for deed in (deed for deed in deeds if deed.voice in voices):
                token = issue(bind, round_id(number), deed.person, nonce(wave, round_id(number), deed.person))
                reply = await service.handle(_form(deed, token))
                pipe.send((deed, not isinstance(reply, Notice) or bool(deed.words == "")))

        share = VOICES // WRITERS
        await asyncio.gather(*(send(range(first, first + share)) for first in range(0, VOICES, share)))
    pipe.close()


def _form(deed: Deed, token: str) -> Submitted:
    fields = ((FieldKey("answer"), deed.words), (FieldKey("words"), "yes")) if deed.words else ()
    action = Action.ANSWER if deed.words else Action.WITHDRAW
    return Submitted(TENANT, deed.person, action, str(Handle(token, PAGE, 1, NL)), fields, deed.stamp)


def release(url: str, keys: Path, dies_at: int, pipe: Connection) -> None:
    """Tick after the close, and be killed at the so-manieth step; say so where there were fewer. Runs in the child."""
    asyncio.run(_release(url, keys, dies_at, pipe))


async def _release(url: str, folder: Path, dies_at: int, pipe: Connection) -> None:
    keys = FileKeys(folder)
    async with await open_storage(url, keys) as storage:
        steps = Steps(dies_at)
        parts = _parts(storage, keys, CLOSES + timedelta(minutes=1))
        store: Any = DyingStore(parts.store, steps)
        dying: Any = {name: Dying(getattr(parts, name), steps) for name in ("spool", "keys", "arithmetic", "messenger")}
        await Ruimte(replace(parts, store=store, **dying)).tick(TENANT)
    pipe.send(steps.taken)
    pipe.close()


def _parts(storage: Storage, keys: FileKeys, now: datetime) -> Parts:
    clock = VirtualClock(now)
    chats = Chats(staff(), clock, channel=CHANNEL, members=frozenset(PersonId(name) for name in CORE))
    return Parts(storage.store, storage.spool, keys, chats, chats, clock, NoHolidays(), texts(), packs(), InProcess())


@dataclass(slots=True)
class Steps:
    """Counts what the service asks of the world, before and after; the process dies at one of these."""

    dies_at: int
    taken: int = 0

    def step(self) -> None:
        """Take a step, perhaps the last."""
        self.taken += 1
        if self.taken == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A port whose every call is a step before it and a step after."""

    def __init__(self, port: object, steps: Steps) -> None:
        self._port = port
        self._steps = steps

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        call = getattr(self._port, name)

        async def stepping(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the port takes and gives
            self._steps.step()
            result = await call(*arguments, **named)
            self._steps.step()
            return result

        return stepping


class DyingStore:
    """A store whose every writing transaction is a step before it, at its end before the commit, and after."""

    def __init__(self, store: Any, steps: Steps) -> None:  # noqa: ANN401 - a store
        self._store = store
        self._steps = steps

    @asynccontextmanager
    async def write(self, tenant: TenantId, *, fence: int | None = None) -> AsyncIterator[Transaction]:
        self._steps.step()
        async with self._store.write(tenant, fence=fence) as tx:
            yield tx
            self._steps.step()
        self._steps.step()

    def read(self, tenant: TenantId) -> AbstractAsyncContextManager[Transaction]:
        reading: AbstractAsyncContextManager[Transaction] = self._store.read(tenant)
        return reading

    async def lease(self, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
        number: int | None = await self._store.lease(tenant, holder, ttl_s)
        return number
