"""Two thousand invitations through a Teams that fails in every way: none is lost, and nobody gets a second voice."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from adapters.teams import calls
from adapters.teams.carried import presses
from adapters.teams.pace import Paces
from bot.events import Pressed, Submitted
from bot.ids import FieldKey, PersonId
from bot.messages import Action, Form, Notice
from bot.outbox import Delivery
from bot.service import Ruimte
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.adapters.teams.faults import KINDS, Faults, faulting
from tests.adapters.teams.stub import Stub
from tests.adapters.teams.teams_posts import connected, team_reference
from tests.crowd import ROUND, Crowd, a_crowd
from tests.world import TENANT

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
        invitations = [item for item in await crowd.items() if item.person in crowd.invited]
        assert len(invitations) == PEOPLE
        assert {item.state for item in invitations} == {Delivery.SENT}
        tokens = tokens_in(stub)
        assert set(tokens) == crowd.invited
        twice = [person for person, found in tokens.items() if len(found) > 1]
        assert twice, "an answer that was cut off leaves a message that is sent again"
        assert all(len(set(found)) == 1 for found in tokens.values()), "every copy carries the same token"
        await they_all_answer_from_every_copy(crowd, tokens, twice[:20])
        assert await boxes(crowd) == len(twice[:20])


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
