"""Measures submissions through the sandbox's own route, beside a route that stores nothing and one commit for each.

The server is a process of its own, and so is whoever sends: 32 connections over the loopback.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from datetime import datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web
from sqlalchemy import insert

from adapters.collector import settle
from adapters.company.roster import load_company
from adapters.demo import Script, staged
from adapters.server import serving
from adapters.web.app import make_app
from adapters.web.guard import COOKIE, TOKEN_FIELD
from adapters.web.pages import FRAGMENT_HEADER
from adapters.web.sandbox import Sandbox
from bot.events import Pressed
from bot.ids import PersonId
from bot.messages import Action, Buttons, Form
from bot.service import keyring
from bot.token import NONCE_BYTES, issue, round_of
from bot.wording.round import Handle
from storage import tables
from storage.box import BOX_BYTES
from storage.connecting import connect
from storage.engine import Database
from storage.keys import FileKeys
from storage.migrations import upgrade
from tests.bench.load import CONNECTIONS, Measured, boxes, measured

TIMES = 3
ANSWER = "Een antwoord " * 20

ROUND_OPEN = datetime(2027, 1, 19, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
"""When the source round of the sandbox's change is open and everyone has been invited."""

Requests = Callable[[], tuple[str, Mapping[str, str], Mapping[str, str]]]
"""Gives the next request: its address, its form, its headers."""


def measure() -> dict[str, Any]:
    """Measure a few times, and take the one in the middle: the machine is not the same at every moment."""
    found = sorted((_measure() for _ in range(TIMES)), key=_ratio)
    return {**found[TIMES // 2], "times_one_commit_each_of_all": [_ratio(one) for one in found]}


def _ratio(found: Mapping[str, Any]) -> float:
    return float(found["times_one_commit_each"])


def _measure() -> dict[str, Any]:
    """Start the server on empty databases, send to each of its routes in turn, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "tests.bench.web", folder)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdin is not None
            said = json.loads(server.stdout.readline())
            found = asyncio.run(_send_to_all(said))
            server.stdin.close()
            peak, stored = json.loads(server.stdout.readline())
    sandbox, each = found["sandbox"], found["one_commit_each"]
    # Each first answer is a box.
    assert stored >= sandbox.sent + found["sandbox_with_the_next_page"].sent, stored
    return {
        **{name: asdict(one) for name, one in found.items()},
        "times_one_commit_each": round(sandbox.per_s / each.per_s, 2),
        "server_peak_mb": peak,
    }


async def _send_to_all(said: Mapping[str, Any]) -> dict[str, Measured]:
    return {
        "stores_nothing": await _measured(lambda: (said["bare"], {"f.answer": ANSWER}, {})),
        "one_commit_each": await _measured(lambda: (said["each"], {"f.answer": ANSWER}, {})),
        "sandbox": await _measured(await _submissions(said, _first_answers(said), script=False)),
        "sandbox_with_the_next_page": await _measured(await _submissions(said, _first_answers(said), script=True)),
        "sandbox_changed_answers": await _measured(
            await _submissions(said, cycle(said["forms"].items()), script=False)
        ),
    }


def _first_answers(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield everyone's form again and again, each with a token that nobody answered with before."""
    bind_key = bytes.fromhex(said["bind"])
    for person, state in cycle(said["forms"].items()):
        handle = Handle.parse(state)
        fresh = issue(bind_key, round_of(handle.token), PersonId(person), secrets.token_bytes(NONCE_BYTES))
        yield person, str(replace(handle, token=fresh))


async def _submissions(said: Mapping[str, Any], people: Iterator[tuple[str, str]], *, script: bool) -> Requests:
    """Open the page once, as a browser does, and then send these forms, each newer than the last.

    With the page's `script` the answer is the next page; without it the browser is sent there, and asks for it itself.
    """
    address, forms = said["sandbox"], said["forms"]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(f"{address}/as/{next(iter(forms))}") as response:
            page = await response.text()
        cookie = next(one.value for one in session.cookie_jar if one.key == COOKIE)
    token = page.partition(f'name="{TOKEN_FIELD}" value="')[2].partition('"')[0]
    assert token
    stamps = count(10**15)
    headers = {"Cookie": f"{COOKIE}={cookie}"} | ({FRAGMENT_HEADER: "1"} if script else {})

    def next_one() -> tuple[str, Mapping[str, str], Mapping[str, str]]:
        person, state = next(people)
        form = {
            TOKEN_FIELD: token,
            "action": Action.ANSWER.value,
            "state": state,
            "stamp": str(next(stamps)),
            "f.answer": ANSWER,
            "f.words": "yes",
        }
        return f"{address}/as/{person}/send", form, headers

    return next_one


async def _measured(requests: Requests) -> Measured:
    """Send forms as a browser does."""

    async def send(session: aiohttp.ClientSession) -> None:
        address, form, headers = requests()
        async with session.post(address, data=form, headers=headers, allow_redirects=False) as response:
            answer = await response.read()
            assert response.status in {200, 303}, response.status
            # What follows an answer that was taken is its probe.
            assert FRAGMENT_HEADER not in headers or b"<form" in answer

    return await measured(send)


# The server


async def serve(folder: Path) -> None:
    """Serve the three, say where, and go on until the input ends."""
    script = await asyncio.to_thread(Script.read)
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(staged(folder / "sandbox", script))
        sandbox.played.update(person.id for person in script.company.people)
        await sandbox.play.move_to(ROUND_OPEN)
        database = await _one_table(folder)
        stack.push_async_callback(database.close)
        apps = {"sandbox": make_app(sandbox, script.site), "bare": _bare(), "each": _each(database)}
        ports = {
            name: await stack.enter_async_context(serving(app, host="127.0.0.1", port=0)) for name, app in apps.items()
        }
        paths = {"sandbox": "", "bare": "/send", "each": "/send"}
        said = {name: f"http://127.0.0.1:{port}{paths[name]}" for name, port in ports.items()}
        forms = await _forms(sandbox)
        settle()
        bind_key = await FileKeys(folder / "sandbox" / "keys").get(keyring.bind(sandbox.company.tenant))
        print(json.dumps({**said, "forms": forms, "bind": bind_key.hex()}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
    print(json.dumps((peak_mb(), await boxes(f"sqlite+aiosqlite:///{folder / 'sandbox' / 'ruimte.db'}"))), flush=True)


def peak_mb() -> float:
    """Return the most memory that this process had, in MB."""
    import resource  # noqa: PLC0415 -- not on every system, and only here

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


async def _forms(sandbox: Sandbox) -> dict[str, str]:
    """Press everyone's invitation once; return what the forms behind it carry."""
    found = {}
    for person in load_company().people:
        for one in sandbox.chats.messages(person.id):
            buttons = [b for block in one.message.blocks if isinstance(block, Buttons) for b in block.buttons]
            value = next((b.value for b in buttons if b.action is Action.ANSWER and "source" in b.value), None)
            if value is not None:
                form = await sandbox.service.handle(Pressed(person.tenant, person.id, Action.ANSWER, value))
                assert isinstance(form, Form)
                found[str(person.id)] = form.state
    assert len(found) >= CONNECTIONS
    return found


def _bare() -> web.Application:
    """Make a route that reads the form and stores nothing: the limit."""

    async def send(request: web.Request) -> web.Response:
        await request.post()
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/send", send)
    return app


async def _one_table(folder: Path) -> Database:
    url = f"sqlite+aiosqlite:///{folder / 'each.db'}"
    await upgrade(url, made_by="simulation")
    return connect(url)


def _each(database: Database) -> web.Application:
    """Make a route that writes a row of the same size, with a commit of SQLAlchemy for each."""

    async def send(request: web.Request) -> web.Response:
        await request.post()
        row = {"tenant": "T", "round": "r", "tag": secrets.token_bytes(32), "box": secrets.token_bytes(BOX_BYTES)}
        async with database.writing() as connection:
            await connection.execute(insert(tables.spool), row)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/send", send)
    return app


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
