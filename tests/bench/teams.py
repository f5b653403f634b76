"""Measures how near to Teams' limit invitations go out.

    python -m tests.bench.teams

prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.teams.limits import TENANT_A_SECOND
from adapters.teams.pace import Paces
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.adapters.teams.faults import Faults, faulting
from tests.adapters.teams.stub import Stub, serving_stub
from tests.adapters.teams.teams_posts import chat_reference, reaching
from tests.crowd import Crowd, a_crowd

PEOPLE = 2000


@dataclass(frozen=True, slots=True)
class Delivering:
    """How invitations went out: a second, of what is allowed, how often Teams said that it was too fast."""

    per_s: float
    of_the_limit: float
    refused: int


async def delivering(people: int, limit: float, folder: Path) -> Delivering:
    """Invite so many people where so many requests a second are taken, and one more in a second is refused."""
    keys, stub = MemoryKeys(), Stub()
    url = f"sqlite+aiosqlite:///{folder / 'ruimte.db'}"
    await upgrade(url)
    async with await open_storage(url, keys) as storage:
        crowd = await a_crowd(people, storage, keys)
        for person in crowd.invited:
            stub.person(person)
        faults = await _invite(stub, crowd, limit)
    took_s = faults.taken_at[-1] - faults.taken_at[0]
    per_s = (len(faults.taken_at) - 1) / took_s
    return Delivering(round(per_s, 2), round(per_s / limit, 3), faults.met["429"])


async def _invite(stub: Stub, crowd: Crowd, limit: float) -> Faults:
    with elsewhere(stub, limit) as faults:
        async with reaching(stub.address, paces=Paces(limit)) as platform:
            # Chats are opened at a look before there is anything to say.
            await platform.references.put([chat_reference(stub, person) for person in crowd.invited])
            await crowd.invites(platform.messenger)
    return faults


@contextmanager
def elsewhere(stub: Stub, limit: float) -> Iterator[Faults]:
    """Serve Teams in a loop of its own: what holds up ours does not hold up theirs."""
    ready, over, found = threading.Event(), threading.Event(), list[Faults]()

    async def serve() -> None:
        async with serving_stub(stub) as behind:
            faults = Faults(behind, limit)
            async with faulting(faults) as address:
                stub.address = address
                found.append(faults)
                ready.set()
                await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        ready.wait()
        yield found[0]
    finally:
        over.set()
        thread.join()


async def measure() -> dict[str, object]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        delivered = await delivering(PEOPLE, TENANT_A_SECOND, Path(folder))
    return {"delivering": asdict(delivered)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure()), indent=2))
