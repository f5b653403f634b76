"""A round as an attacker finds it: played by the real service on a real database, with a marker in every answer."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from adapters.cli import serve
from bot.messages import Action, Button
from storage.connecting import connect
from storage.keys import FileKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.databases import PostgresCluster
from tests.people import buttons_on
from tests.world import World, a_change, a_world, one_question, staff

PEOPLE = 48
MARKER = "Zeldzaamwoord"
ROUND = "roosters-listen-1"


@dataclass(frozen=True, slots=True)
class Crime:
    """What an attacker has, and what only the people themselves know.

    `order` is who answered, in the order in which they did, those left out who took it away again; `said` is what each
    of them said last. `log` is everything that was logged, at every level that the service lets through.
    """

    url: str
    keys: Path
    folder: Path
    cluster: PostgresCluster | None
    order: tuple[str, ...]
    silent: tuple[str, ...]
    said: dict[str, str]
    tokens: tuple[str, ...]
    log: str

    def bytes_on_disk(self) -> bytes:
        """Everything that the database keeps in files: of SQLite its own, of PostgreSQL the whole data directory."""
        if self.cluster is None:
            files = sorted(Path(self.url.partition(":///")[2]).parent.glob("ruimte.db*"))
        else:
            files = [path for path in sorted(self.cluster.folder.rglob("*")) if path.is_file()]
        return b"".join(path.read_bytes() for path in files)


class _Kept(logging.Handler):
    """Keeps every record as its whole text, arguments and traceback included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.args!r}")


@contextmanager
def _logged() -> Iterator[_Kept]:
    """Let everything through to the root logger, but for the libraries that the service keeps quiet too."""
    root, kept = logging.getLogger(), _Kept()
    levels = {name: logging.getLogger(name).level for name in ("", *serve._QUIET)}
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    for name in serve._QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield kept
    finally:
        root.removeHandler(kept)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crime(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crime]:
    """Give a round that was released, on each kind of database."""
    folder = tmp_path_factory.mktemp("crime")
    cluster: PostgresCluster | None = None
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres")
        url = cluster.create_database()
    else:
        (folder / "database").mkdir()
        url = f"sqlite+aiosqlite:///{folder / 'database' / 'ruimte.db'}"
    with _logged() as kept:
        order, silent, said, tokens = asyncio.run(_commit(url, folder / "keys"))
    yield Crime(url, folder / "keys", folder, cluster, order, silent, said, tokens, "\n".join(kept.lines))
    if cluster is not None:
        cluster.drop_database(url)


async def _commit(url: str, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str], tuple[str, ...]]:
    """Play a listening round to its digest: most answer, some change it, some take it back."""
    await upgrade(url)
    keys = FileKeys(folder)
    async with await open_storage(url, keys) as storage:
        world = await a_world(staff(PEOPLE), storage=storage, keys=cast("Any", keys))
        await world.applies(a_change(one_question()))
        await world.until("01-19 10:00")
        order, silent, said = await _answer(world)
        tokens = tuple(button.value for name in order for button in _own_buttons(world, name))
        await world.until("01-27 12:00")
        assert (await world.round("listen")).state == "released"
    await _settle(url)
    return order, silent, said, tokens


async def _answer(world: World) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Let people act, one after the other, in an order that the attacker knows."""
    chance = random.Random(7)
    names = [f"p{number:03}" for number in range(PEOPLE)]
    chance.shuffle(names)
    order, silent = names[:40], names[40:]
    said = {}
    for number, name in enumerate(order):
        said[name] = f"{MARKER}{number:03} {'heel ' * chance.randrange(60)}lang"
        await world.answers(world.user(name), said[name], round_=ROUND)
    for number, name in enumerate(order[5:10]):
        said[name] = f"{MARKER}{number + 500} toch anders"
        await world.answers(world.user(name), said[name], round_=ROUND)
    for name in order[:3]:
        user = world.user(name)
        user.looks_away()
        await user.clicks(Action.ANSWER, of=f"{ROUND}.")
        await user.clicks(Action.WITHDRAW)
        await world.fills_through(user, "")
    return tuple(order[3:]), (*silent, *order[:3]), {name: said[name] for name in order[3:]}


def _own_buttons(world: World, name: str) -> list[Button]:
    """The buttons in someone's chat that carry a token."""
    buttons = (button for one in world.user(name).chat for button in buttons_on(one.message))
    return [button for button in buttons if button.action in {Action.ANSWER, Action.OFFER, Action.DOOR}]


async def _settle(url: str) -> None:
    """Let PostgreSQL write everything that it has in memory."""
    database = connect(url)
    if not database.is_sqlite:
        async with database.writing() as connection:
            await connection.execute(text("CHECKPOINT"))
    await database.close()
