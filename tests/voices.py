"""What must hold once a crowd was invited through faults: none is lost, and nobody gets a second voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from bot.events import Pressed, Submitted
from bot.ids import FieldKey, PersonId
from bot.messages import Action, Form, Notice
from bot.outbox import Delivery
from bot.service import Ruimte
from tests.crowd import ROUND, Crowd
from tests.world import TENANT

Tokens = Mapping[PersonId, Sequence[str]]
"""The token of every invitation that arrived, whoever got it."""

ANSWERING = 20
"""So many of those who were invited twice answer from every copy."""


async def assert_all_were_sent(crowd: Crowd) -> None:
    """See that the outbox holds one invitation for everyone, which was sent."""
    invitations = [item for item in await crowd.items() if item.person in crowd.invited]
    assert len(invitations) == len(crowd.invited)
    assert {item.state for item in invitations} == {Delivery.SENT}


async def assert_one_voice_each(crowd: Crowd, tokens: Tokens) -> None:
    """See that everyone was reached, some of them twice, and that both copies are one voice."""
    assert set(tokens) == crowd.invited
    twice = [person for person, found in tokens.items() if len(found) > 1]
    assert twice, "an answer that was cut off leaves a message that is sent again"
    assert all(len(set(found)) == 1 for found in tokens.values()), "every copy carries the same token"
    answering = twice[:ANSWERING]
    await _answer_from_every_copy(crowd, tokens, answering)
    assert await _boxes(crowd) == len(answering)


async def _answer_from_every_copy(crowd: Crowd, tokens: Tokens, people: Sequence[PersonId]) -> None:
    """Answer once from each copy of the invitation."""
    service = Ruimte(crowd.parts)
    for person in people:
        for number, token in enumerate(tokens[person]):
            form = await service.handle(Pressed(TENANT, person, Action.ANSWER, token))
            assert isinstance(form, Form)
            fields = ((FieldKey("answer"), f"Antwoord {number}"), (FieldKey("words"), "no"))
            reply = await service.handle(Submitted(TENANT, person, Action.ANSWER, form.state, fields, number + 1))
            assert isinstance(reply, Form | Notice)


async def _boxes(crowd: Crowd) -> int:
    """Count the boxes of the round: one a voice, because it has one page."""
    database = crowd.parts.spool._database  # type: ignore[attr-defined]
    async with database.reading() as connection:
        found = await connection.execute(text("SELECT count(*) FROM spool WHERE round = :round"), {"round": ROUND})
        return int(found.scalar_one())
