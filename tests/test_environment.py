"""The tests' own ground holds: databases, browser, closed network, event loop."""

import socket
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def _answer(url: str, statement: str) -> str:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return str(await connection.scalar(text(statement)))
    finally:
        await engine.dispose()


async def test_both_databases_answer(database_url: str) -> None:
    if database_url.startswith("postgresql"):
        assert (await _answer(database_url, "select version()")).startswith("PostgreSQL ")
    else:
        assert (await _answer(database_url, "select sqlite_version()")).startswith("3.")


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_every_test_gets_an_empty_database(database_url: str, turn: str) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("create table left_behind (turn text)"))
            await connection.execute(text("insert into left_behind values (:turn)"), {"turn": turn})
    finally:
        await engine.dispose()
    assert await _answer(database_url, "select turn from left_behind") == turn


async def test_postgresql_writes_through_to_the_disk(postgres_url: str) -> None:
    assert await _answer(postgres_url, "show fsync") == "on"
    assert await _answer(postgres_url, "show synchronous_commit") == "on"
