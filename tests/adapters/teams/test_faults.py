"""Two thousand invitations through a Teams that fails in every way: none is lost, and nobody gets a second voice."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from adapters.teams import calls
from adapters.teams.carried import presses
from adapters.teams.pace import Paces
from bot.ids import PersonId
from bot.messages import Action
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.adapters.teams.faults import KINDS, Faults, faulting
from tests.adapters.teams.stub import Stub
from tests.adapters.teams.teams_posts import connected, team_reference
from tests.crowd import Crowd, a_crowd
from tests.voices import assert_all_were_sent, assert_one_voice_each

PEOPLE = 2000
LIMIT = 400.0
"""Eight times Teams' own limit, so that it takes seconds; the bench keeps to 50."""

pytestmark = [
    pytest.mark.timeout(300),
    # Files of the database's are made while nothing else runs.
    pytest.mark.may_block,
]


async def test_faults_lose_no_invitation_and_make_no_second_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.1)
    keys = MemoryKeys()
    url = f"sqlite+aiosqlite:///{tmp_path / 'ruimte.db'}"
    await upgrade(url)
    async with await open_storage(url, keys) as storage:
        crowd = await a_crowd(PEOPLE, storage, keys)
        stub = Stub()
        for person in crowd.invited:
            stub.person(person)
        faults = await invited(stub, crowd)
        assert all(faults.met[kind] for kind in KINDS), faults.met
        await assert_all_were_sent(crowd)
        await assert_one_voice_each(crowd, tokens_in(stub))


async def invited(stub: Stub, crowd: Crowd) -> Faults:
    """Invite everyone through the proxy."""
    async with connected(stub, limit_s=2.0, paces=Paces(LIMIT)) as platform:
        faults = Faults(
            stub.address,
            LIMIT,
            error=3,
            precondition=1,
            busy=0.2,
            slow=3,
            hangs=0.3,
            cut_before=2,
            cut_after=2,
            slow_s=0.2,
        )
        async with faulting(faults) as address:
            stub.address = address
            await platform.references.put([team_reference(stub)])
            await crowd.invites(platform.messenger)
    return faults


def tokens_in(stub: Stub) -> dict[PersonId, list[str]]:
    """Read the token of every invitation that arrived."""
    found: dict[PersonId, list[str]] = defaultdict(list)
    for (conversation, _), message in stub.messages.items():
        data = next(one["data"] for one in presses(message["attachments"][0]["content"]))
        assert data["action"] == Action.ANSWER
        found[PersonId(conversation.removeprefix("a:"))].append(data["value"])
    return found
