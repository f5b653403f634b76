"""Measures Slack: how near to its limit invitations go out, and how fast answers are committed before they are thanked.

    python -m tests.bench.slack

prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import Pace
from adapters.slack.workspaces import OneWorkspace
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.adapters.slack.stub import TENANT as SLACK_TENANT
from tests.adapters.slack.stub import Stub, serving_stub
from tests.crowd import Crowd, a_crowd
from tests.e2e.slack.faults import Faults, faulting
from tests.world import CHANNEL, CORE, LEADS

LIMIT = 50.0
PEOPLE = 2000


@dataclass(frozen=True, slots=True)
class Delivering:
    """How invitations went out: a second, of what is allowed, how often Slack said that it was too fast."""

    per_s: float
    of_the_limit: float
    refused: int


async def delivering(people: int, limit: float, folder: Path) -> Delivering:
    """Invite so many people where so many messages a second are taken, and one more in a second is refused."""
    keys, stub = MemoryKeys(), Stub()
    url = f"sqlite+aiosqlite:///{folder / 'ruimte.db'}"
    await upgrade(url)
    async with await open_storage(url, keys) as storage:
        crowd = await a_crowd(people, storage, keys)
        for person in (*crowd.invited, *LEADS):
            stub.person(person)
        stub.channel(CHANNEL, list(CORE))
        for person in CORE:
            stub.person(person)
        async with serving_stub(stub) as behind:
            faults = Faults(behind, limit)
            await _invite(faults, crowd, limit)
    took_s = faults.taken_at[-1] - faults.taken_at[0]
    per_s = (len(faults.taken_at) - 1) / took_s
    return Delivering(round(per_s, 2), round(per_s / limit, 3), faults.met["429"])


async def _invite(faults: Faults, crowd: Crowd, limit: float) -> None:
    async with faulting(faults) as address, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token="xoxb-1", base_url=address, session=session, retry_handlers=[])
        await crowd.invites(SlackMessenger(OneWorkspace(SLACK_TENANT, client, Pace(limit))))


async def measure() -> dict[str, object]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        delivered = await delivering(PEOPLE, LIMIT, Path(folder))
    return {"delivering": asdict(delivered)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure()), indent=2))
