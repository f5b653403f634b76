"""Two thousand invitations through a proxy that fails in every way: none is lost, and nobody gets a second voice."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import Paces
from adapters.slack.workspaces import OneWorkspace
from bot.ids import PersonId, TenantId
from bot.messages import Action
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.crowd import Crowd, a_crowd
from tests.e2e.places import free_port
from tests.e2e.slack.faults import Faults, faulting
from tests.e2e.slack.local_slack import LocalSlack, find_button, running
from tests.e2e.slack.office import config
from tests.voices import assert_all_were_sent, assert_one_voice_each
from tests.world import TENANT

PEOPLE = 2000
LIMIT = 50.0

pytestmark = [
    pytest.mark.timeout(420),
    # Files of the database's are made while nothing else runs.
    pytest.mark.may_block,
]


async def test_faults_lose_no_invitation_and_make_no_second_voice_socket(program: Path, tmp_path: Path) -> None:
    keys = MemoryKeys()
    url = f"sqlite+aiosqlite:///{tmp_path / 'ruimte.db'}"
    await upgrade(url)
    port = free_port()
    async with (
        await open_storage(url, keys) as storage,
        running(program, tmp_path, port, config(request_url="")) as slack,
    ):
        crowd = await a_crowd(PEOPLE, storage, keys)
        faults = Faults(
            f"{slack.address}/api/",
            LIMIT,
            busy=0.1,
            error=3,
            slow=3,
            hangs=0.5,
            cut_before=2,
            cut_after=2,
        )
        await invited_through(faults, crowd)
        assert all(faults.met[kind] for kind in ("error", "slow", "hangs", "cut_before", "cut_after"))
        assert faults.met["429"]
        assert faults.disobeyed == 0
        await assert_all_were_sent(crowd)
        await assert_one_voice_each(crowd, await tokens_in(slack))


async def invited_through(faults: Faults, crowd: Crowd) -> None:
    """Invite everyone through the proxy."""
    limit = aiohttp.ClientTimeout(total=2)
    connections = aiohttp.TCPConnector(limit=0)
    async with faulting(faults) as address, aiohttp.ClientSession(timeout=limit, connector=connections) as session:
        client = AsyncWebClient(token="xoxb-e2e", base_url=address, session=session, retry_handlers=[])
        await crowd.invites(SlackMessenger(OneWorkspace(TenantId(TENANT), client, Paces.of(LIMIT, 60 * LIMIT))))


async def tokens_in(slack: LocalSlack) -> dict[PersonId, list[str]]:
    """Read the token of every invitation that arrived."""
    state = await slack._state()
    whose = {one["id"]: one["name"].removeprefix("dm-") for one in state["channels"] if one["is_im"]}
    found: dict[PersonId, list[str]] = defaultdict(list)
    for channel, messages in state["messages"].items():
        for message in messages:
            person = whose.get(channel, "")
            if person.startswith("U"):
                found[PersonId(person)].append(find_button(message["blocks"], Action.ANSWER)["value"])
    return found
