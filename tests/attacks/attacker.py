"""The attacker: has the files and the keys, and knows in which order people acted. Guesses who said what."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import asyncpg

Orders = Mapping[str, Sequence[bytes]]
"""By where the attacker got it: the rows of a table in an order that they may have been written in."""


BEGINNING = 16
"""Bytes of a row's contents by which it is known again in a file."""


def orders(url: str, table: str, key: str, content: str) -> Orders:
    """Find every order that the rows of a table have, in whatever the database keeps; by their contents."""
    if url.startswith("sqlite"):
        return _on_sqlite(Path(url.partition(":///")[2]), table, key, content)
    return asyncio.run(_on_postgresql(url, table, key, content))


def _on_sqlite(path: Path, table: str, key: str, content: str) -> Orders:
    found: dict[str, list[bytes]] = {}
    database = sqlite3.connect(path)
    database.text_factory = bytes
    for name in ("rowid", key, content, f"length({content})"):
        try:
            rows = database.execute(f"SELECT {content} FROM {table} ORDER BY {name}").fetchall()
        except sqlite3.OperationalError:
            continue  # no such order
        found[name] = [_bytes(row[0]) for row in rows]
    found["scan"] = [_bytes(row[0]) for row in database.execute(f"SELECT {content} FROM {table}")]
    database.close()
    for file in sorted(path.parent.glob(f"{path.name}*")):
        found[file.name] = _by_place(file.read_bytes(), found["scan"])
    return found


async def _on_postgresql(url: str, table: str, key: str, content: str) -> Orders:
    found: dict[str, list[bytes]] = {}
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for name in ("xmin::text::bigint", "ctid", "xmin::text::bigint, ctid", key, f"length({content})"):
        rows = await connection.fetch(f"SELECT {content} FROM {table} ORDER BY {name}")
        found[name] = [_bytes(row[0]) for row in rows]
    found["scan"] = [_bytes(row[0]) for row in await connection.fetch(f"SELECT {content} FROM {table}")]
    toast = await connection.fetchval("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = $1", table)
    # What is large lies elsewhere in pieces, numbered as they were written.
    pieces = await connection.fetch(f"SELECT chunk_data FROM {toast} WHERE chunk_seq = 0 ORDER BY chunk_id")
    large = {row[BEGINNING : 2 * BEGINNING]: row for row in found["scan"]}
    found["toast"] = [large[piece[0][:BEGINNING]] for piece in pieces if piece[0][:BEGINNING] in large]
    place = Path(await connection.fetchval("SHOW data_directory"))
    file = await connection.fetchval("SELECT pg_relation_filepath($1)", table)
    await connection.close()
    return found | await asyncio.to_thread(_in_files, place, file, found["scan"])


def _in_files(place: Path, file: str, contents: Sequence[bytes]) -> dict[str, list[bytes]]:
    logs = {f"wal {log.name}": _by_place(log.read_bytes(), contents) for log in sorted((place / "pg_wal").glob("0*"))}
    return logs | {"file": _by_place((place / file).read_bytes(), contents)}


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _by_place(raw: bytes, contents: Sequence[bytes]) -> list[bytes]:
    """Order what is found in a file by where it lies."""
    places = ((raw.find(content[:BEGINNING]), content) for content in contents)
    return [content for _, content in sorted(place for place in places if place[0] >= 0)]


def best_guess(people: Sequence[str], found: Mapping[str, Sequence[str]], truth: Mapping[str, str]) -> tuple[int, str]:
    """Lay people beside answers, in every order forwards and backwards; return the most that are right, and how."""
    return max(_guesses(people, found, truth))


def _guesses(
    people: Sequence[str], found: Mapping[str, Sequence[str]], truth: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    yield 0, "nothing was found"
    for where, answers in found.items():
        for way, ordered in (("forwards", answers), ("backwards", answers[::-1])):
            yield (
                sum(truth[person] == answer for person, answer in zip(people, ordered, strict=False)),
                f"{where}, {way}",
            )
