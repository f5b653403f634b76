"""Measures Slack: how near to its limit invitations go out, and how fast answers are committed before they are thanked.

    python -m tests.bench.slack

prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import Paces
from adapters.slack.workspaces import OneWorkspace
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.adapters.slack.stub import TENANT as SLACK_TENANT
from tests.adapters.slack.stub import Stub, serving_stub
from tests.crowd import Crowd, a_crowd
from tests.e2e.slack.faults import Faults, Pace, faulting
from tests.world import CHANNEL, CORE, LEADS

LIMIT = 50.0
PEOPLE = 2000


FAULTS = {"busy": 0.1, "error": 3.0, "slow": 3.0, "hangs": 0.5, "cut_before": 2.0, "cut_after": 2.0}
"""Of a hundred calls, as in `make e2e-slack`."""

ANSWERED_S = 2.0
"""Seconds after which a call that hangs is given up."""


async def delivering(people: int, limit: float, folder: Path, **faulty: float) -> Pace:
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
            faults = Faults(behind, limit, **faulty)  # type: ignore[arg-type]
            await _invite(faults, crowd, limit)
    return faults.pace()


async def _invite(faults: Faults, crowd: Crowd, limit: float) -> None:
    answered = aiohttp.ClientTimeout(total=ANSWERED_S)
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        faulting(faults) as address,
        aiohttp.ClientSession(timeout=answered, connector=connector) as session,
    ):
        client = AsyncWebClient(token="xoxb-1", base_url=address, session=session, retry_handlers=[])
        await crowd.invites(SlackMessenger(OneWorkspace(SLACK_TENANT, client, Paces.of(limit, 60 * limit))))


async def measure() -> dict[str, object]:
    """Measure everything: with nothing in the way, and through a proxy that fails in every way."""
    found: dict[str, object] = {}
    for name, faulty in (("delivering", {}), ("delivering_through_faults", FAULTS)):
        with tempfile.TemporaryDirectory() as folder:
            found[name] = asdict(await delivering(PEOPLE, LIMIT, Path(folder), **faulty))
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure()), indent=2))
