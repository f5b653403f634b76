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
from bot.events import Pressed, Submitted
from bot.ids import FieldKey, PersonId, TenantId
from bot.messages import Action, Form, Notice
from bot.outbox import Delivery
from bot.service import Ruimte
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.crowd import ROUND, Crowd, a_crowd
from tests.e2e.places import free_port
from tests.e2e.slack.faults import Faults, faulting
from tests.e2e.slack.local_slack import LocalSlack, find_button, running
from tests.e2e.slack.office import config
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
        invitations = [item for item in await crowd.items() if item.person in crowd.invited]
        assert len(invitations) == PEOPLE
        assert {item.state for item in invitations} == {Delivery.SENT}
        tokens = await tokens_in(slack)
        assert set(tokens) == crowd.invited
        twice = [person for person, found in tokens.items() if len(found) > 1]
        assert twice, "an answer that was cut off leaves a message that is sent again"
        assert all(len(set(found)) == 1 for found in tokens.values()), "every copy carries the same token"
        await they_all_answer_from_every_copy(crowd, tokens, twice[:20])
        slips = await boxes(crowd)
        assert slips == len(twice[:20])


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


async def they_all_answer_from_every_copy(
    crowd: Crowd, tokens: dict[PersonId, list[str]], people: list[PersonId]
) -> None:
    """Answer once from each copy of the invitation."""
    service = Ruimte(crowd.parts)
    for person in people:
        for number, token in enumerate(tokens[person]):
            form = await service.handle(Pressed(TENANT, person, Action.ANSWER, token))
            assert isinstance(form, Form)
            fields = ((FieldKey("answer"), f"Antwoord {number}"), (FieldKey("words"), "no"))
            reply = await service.handle(Submitted(TENANT, person, Action.ANSWER, form.state, fields, number + 1))
            assert isinstance(reply, Form | Notice)


async def boxes(crowd: Crowd) -> int:
    """Count the boxes of the round: one a voice, because it has one page."""
    from sqlalchemy import text  # noqa: PLC0415

    database = crowd.parts.spool._database  # type: ignore[attr-defined]
    async with database.reading() as connection:
        found = await connection.execute(text("SELECT count(*) FROM spool WHERE round = :round"), {"round": ROUND})
        return int(found.scalar_one())
