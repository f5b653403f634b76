"""Whoever has files and keys after a release, and knows in which order people acted, links no more than chance."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg
import pytest

from storage import box
from storage.contents import unpack_answer
from tests.attacks.attacker import best_guess, orders
from tests.attacks.conftest import MARKER, ROUND, Crime
from tests.world import TENANT

BY_CHANCE = 8
"""Of 37, one is right by chance. That any of some hundred ways to look gets nine right happens once in ten thousand."""


def _opened(crime: Crime) -> Mapping[str, Sequence[str]]:
    """Open the released boxes with the key that is there then, in every order that there is."""
    key = (crime.keys / f"batch.{TENANT}.{ROUND}").read_bytes()
    found = orders(crime.url, "answers", "id", "id || box")
    return {where: [_words(key, row) for row in rows] for where, rows in found.items()}


def _words(key: bytes, row: bytes) -> str:
    id_, sealed = row[:16], row[16:]
    content = box.unseal(key, sealed, box.about("answer", TENANT, ROUND, id_))
    return unpack_answer(content).fields[0][1]


def test_in_what_is_stored_no_more_than_chance_is_linked(crime: Crime) -> None:
    found = _opened(crime)
    assert sorted(found["scan"]) == sorted(crime.said.values())  # the attacker reads every answer
    assert len(found) > 4
    assert all(found[where] for where in ("scan", "id"))
    assert len(crime.order) == 37
    acted = {
        "first acted": crime.order,
        "acted last": (*crime.order[7:], *crime.order[:7]),
        "by name": sorted(crime.order),
    }
    for people in acted.values():
        right, how = best_guess(people, found, crime.said)
        assert right <= BY_CHANCE, how


def test_in_a_naive_store_the_same_attacker_links_everyone(crime: Crime, tmp_path: Path) -> None:
    url = _naive(crime, tmp_path)
    raw = orders(url, "naive_answers", "id", "text")
    found = {where: [content.decode() for content in contents] for where, contents in raw.items()}
    right, _ = best_guess(crime.order, found, _unsealed(crime))
    assert right == len(crime.order)


def _unsealed(crime: Crime) -> dict[str, str]:
    """What people said, marked otherwise: it lies in the clear in the same server."""
    return {person: words.replace(MARKER, "Onverzegelden") for person, words in crime.said.items()}


def _naive(crime: Crime, folder: Path) -> str:
    """Store it as most would: a table of who took part and one of answers, random ids, no times, a commit for each."""
    rows = [(secrets.token_hex(16), secrets.token_hex(16), person, _unsealed(crime)[person]) for person in crime.order]
    if crime.cluster is not None:
        asyncio.run(_naive_on_postgresql(crime.url, rows))
        return crime.url
    path = folder / "naive.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE naive_participants (id TEXT PRIMARY KEY, person TEXT)")
    database.execute("CREATE TABLE naive_answers (id TEXT PRIMARY KEY, text TEXT)")
    for one, other, person, words in rows:
        with database:
            database.execute("INSERT INTO naive_participants VALUES (?, ?)", (one, person))
            database.execute("INSERT INTO naive_answers VALUES (?, ?)", (other, words))
    database.close()
    return f"sqlite:///{path}"


async def _naive_on_postgresql(url: str, rows: Sequence[tuple[str, str, str, str]]) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute("DROP TABLE IF EXISTS naive_participants, naive_answers")
    await connection.execute("CREATE TABLE naive_participants (id TEXT PRIMARY KEY, person TEXT)")
    await connection.execute("CREATE TABLE naive_answers (id TEXT PRIMARY KEY, text TEXT)")
    for one, other, person, words in rows:
        async with connection.transaction():
            await connection.execute("INSERT INTO naive_participants VALUES ($1, $2)", one, person)
            await connection.execute("INSERT INTO naive_answers VALUES ($1, $2)", other, words)
    await connection.close()


def test_what_was_sent_to_people_says_nothing_about_who_answered(crime: Crime) -> None:
    rows = _rows(crime, "SELECT person, kind, state, attempts, minutes, wave, due_at, sent_at FROM messages")
    sent: dict[str, list[tuple[object, ...]]] = {}
    for person, *row in rows:
        sent.setdefault(str(person), []).append(tuple(map(str, row)))
    assert set(crime.order) | set(crime.silent) <= set(sent)
    patterns = {person: sorted(sent[person]) for person in (*crime.order, *crime.silent)}
    assert len({tuple(pattern) for pattern in patterns.values()}) == 1


@pytest.mark.parametrize("table", ["spool", "answers", "digests"])
def test_no_row_beside_an_answer_names_anyone(crime: Crime, table: str) -> None:
    raw = repr(_rows(crime, f"SELECT * FROM {table}"))
    assert not [person for person in (*crime.order, *crime.silent) if person in raw]


def test_boxes_have_one_size(crime: Crime) -> None:
    assert {size for (size,) in _rows(crime, "SELECT DISTINCT length(box) FROM answers")} == {box.BOX_BYTES}


def test_the_keys_of_a_round_that_ended_are_gone(crime: Crime) -> None:
    names = [path.name for path in crime.keys.iterdir()]
    assert f"batch.{TENANT}.{ROUND}" in names
    assert not [name for name in names if ROUND in name and not name.startswith("batch.")]
    assert not _rows(crime, f"SELECT tag FROM spool WHERE round = '{ROUND}'")


def _rows(crime: Crime, statement: str) -> list[tuple[object, ...]]:
    if crime.cluster is None:
        database = sqlite3.connect(crime.url.partition(":///")[2])
        rows = database.execute(statement).fetchall()
        database.close()
        return rows
    return asyncio.run(_rows_of_postgresql(crime.url, statement))


async def _rows_of_postgresql(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    rows = [tuple(row) for row in await connection.fetch(statement)]
    await connection.close()
    return rows
