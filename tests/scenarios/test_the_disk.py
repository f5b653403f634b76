"""What was withdrawn leaves the disk, also where a reader of the database held that up."""

# ruff: noqa: ASYNC240 - the test looks at the files themselves

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.messages import Action
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.world import a_change, a_world, one_question, staff

LISTEN = "roosters-listen-1"

pytestmark = pytest.mark.may_block(reason="the test reads the database's files itself")


async def test_the_tick_empties_the_log_that_a_reader_kept_after_a_withdrawal(sqlite_url: str) -> None:
    await upgrade(sqlite_url)
    keys, path = MemoryKeys(), sqlite_url.removeprefix("sqlite+aiosqlite:///")
    async with await open_storage(sqlite_url, keys) as storage:
        world = await a_world(staff(), storage=storage, keys=keys)
        await world.applies(a_change(one_question()))
        await world.until("01-19 12:00")
        user = world.user("p003")
        await world.answers(user, "Toch niet", round_=LISTEN)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM rounds").fetchone()
        user.looks_away()
        await user.clicks(Action.ANSWER, of=f"{LISTEN}.")
        await user.clicks(Action.WITHDRAW)
        await user.fills()
        await world.tick()
        assert Path(f"{path}-wal").stat().st_size
        reader.close()
        await world.tick()
        assert not Path(f"{path}-wal").stat().st_size
