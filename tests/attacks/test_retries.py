"""One submission, sent a hundred times at once, is one voice, on a real database of either kind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from bot.messages import Action, Form
from storage.connecting import connect
from storage.keys import FileKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.attacks.conftest import ROUND
from tests.world import a_change, a_world, one_question, staff


@pytest.mark.may_block(reason="the change and the texts are read from files")
async def test_a_hundred_retries_at_once_are_one_voice(database_url: str, tmp_path: Path) -> None:
    await upgrade(database_url)
    keys = FileKeys(tmp_path / "keys")
    async with await open_storage(database_url, keys) as storage:
        world = await a_world(staff(30), storage=storage, keys=cast("Any", keys))
        await world.applies(a_change(one_question()))
        await world.until("01-19 10:00")
        user = world.user("p001")
        await user.clicks(Action.ANSWER, of=f"{ROUND}.")
        event = user.filled(answer="Telkens weer", words="yes")
        replies = await asyncio.gather(*(world.service.handle(event) for _ in range(100)))
        assert {type(reply) for reply in replies} == {Form}
        assert len({repr(reply) for reply in replies}) == 1
    database = connect(database_url)
    async with database.reading() as connection:
        count = await connection.execute(text("SELECT count(*) FROM spool WHERE round = :round"), {"round": ROUND})
        assert count.scalar_one() == 1
    await database.close()
