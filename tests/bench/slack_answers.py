"""Measures answers in Slack: signed `view_submission`s, committed before they are acknowledged, 32 at a time.

Beside ours, in the same run: a Bolt app that stores nothing, and one with a commit of SQLAlchemy for each. The server
is a process of its own, and so is whoever sends.

    python -m tests.bench.slack_answers

prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import insert

from adapters.clock import SystemClock
from adapters.collector import settle
from adapters.server import make_app, serving
from adapters.slack.views import FORM, form
from bot.events import Pressed
from bot.ids import PersonId
from bot.messages import Action, Form
from bot.service import Ruimte, keyring
from bot.service.context import Context
from bot.service.employee import open_page
from bot.token import NONCE_BYTES, issue
from storage import tables
from storage.box import BOX_BYTES
from storage.connecting import connect
from storage.keys import MemoryKeys
from storage.migrations import upgrade
from storage.opening import open_storage
from tests.adapters.slack.slack_posts import SECRET, platform_of, well
from tests.adapters.slack.stub import TEAM, Stub, connected
from tests.bench.load import Measured, boxes, measured
from tests.crowd import ROUND, a_crowd
from tests.databases import postgres_programs, running_postgres
from tests.world import NL, TENANT

PEOPLE = 200
ANSWER = "Een antwoord " * 20


def measure() -> dict[str, Any]:
    """Measure on SQLite, and on PostgreSQL where its server is installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "sqlite": _on(folder, f"sqlite+aiosqlite:///{folder}/ours.db", f"sqlite+aiosqlite:///{folder}/each.db")
        }
        programs = postgres_programs()
        if programs is not None:
            with running_postgres(programs) as cluster:
                found["postgresql"] = _on(folder, cluster.create_database(), cluster.create_database())
    return found


def _on(folder: str, ours: str, each: str) -> dict[str, Any]:
    command = (sys.executable, "-m", "tests.bench.slack_answers", folder, ours, each)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        said = json.loads(server.stdout.readline())
        # The limit before and after, because the machine is not the same at every moment.
        runs = {name: asyncio.run(_measured(said[where], said)) for name, where in _ORDER}
        server.stdin.close()
        stored = json.loads(server.stdout.readline())
    assert stored >= runs["ours"].sent, (stored, runs["ours"].sent)
    bare = (runs["bare_bolt"].per_s + runs["bare_bolt_again"].per_s) / 2
    return {
        **{name: asdict(one) for name, one in runs.items()},
        "of_bare_bolt": round(runs["ours"].per_s / bare, 3),
        "times_one_commit_each": round(runs["ours"].per_s / runs["one_commit_each"].per_s, 2),
    }


_ORDER = (("bare_bolt", "bare"), ("one_commit_each", "each"), ("ours", "ours"), ("bare_bolt_again", "bare"))


async def _measured(address: str, said: dict[str, Any]) -> Measured:
    """Send signed forms as Slack does."""
    bodies = _bodies(said["views"], bytes.fromhex(said["bind"]))
    verifier = SignatureVerifier(SECRET)

    async def send(session: aiohttp.ClientSession) -> None:
        body = next(bodies)
        at = str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": str(verifier.generate_signature(timestamp=at, body=body)),
        }
        async with session.post(address, data=body, headers=headers) as response:
            assert response.status == 200, response.status
            await response.read()

    return await measured(send)


def _bodies(views: list[dict[str, Any]], bind_key: bytes) -> Iterator[bytes]:
    """Yield everyone's form as Slack posts it, again and again, each a first answer: with a token of its own.

    All but the token and the stamp is written once: whoever sends has the same two cores as what is measured.
    """
    written = [(PersonId(one["user"]["id"]), _written(one)) for one in views]
    stamp = 10**12
    while True:
        for person, body in written:
            stamp += 1
            fresh = issue(bind_key, ROUND, person, secrets.token_bytes(NONCE_BYTES))
            yield body.replace("_TOKEN_", fresh).replace("_STAMP_", str(stamp)).encode()


def _written(one: dict[str, Any]) -> str:
    carried: str = one["view"]["private_metadata"]
    issued = next(word for word in carried.split() if word.startswith(f"{ROUND}."))
    metadata = carried.replace(issued, "_TOKEN_").replace(" 1 ", " _STAMP_ ", 1)
    view = one["view"] | {"private_metadata": metadata}
    return urlencode({"payload": json.dumps(one | {"view": view, "trigger_id": "_STAMP_.1.2"})})


# The server


async def serve(ours: str, each: str) -> None:
    """Serve the three, say where, and go on until the input ends."""
    keys, stub = MemoryKeys(), Stub()
    await upgrade(ours, made_by="simulation")
    await upgrade(each, made_by="simulation")
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(await open_storage(ours, keys, made_by="simulation"))
        crowd = await a_crowd(PEOPLE, storage, keys)
        await crowd.invites(crowd.parts.messenger)
        service = Ruimte(crowd.parts)
        workspaces = await stack.enter_async_context(connected(stub))
        platform = platform_of(workspaces, workspaces.client)
        app = make_app(healthy=well)
        await stack.enter_async_context(platform.running(service, app, clock=SystemClock()))
        database = connect(each)
        stack.push_async_callback(database.close)
        apps = {"ours": app, "bare": _bolt(None), "each": _bolt(database)}
        said: dict[str, Any] = {}
        for name, one in apps.items():
            port = await stack.enter_async_context(serving(one, host="127.0.0.1", port=0))
            said[name] = f"http://127.0.0.1:{port}/slack/events"
        context = Context(crowd.parts)
        said["views"] = [await _form(context, keys, person) for person in sorted(crowd.invited)]
        said["bind"] = (await keys.make(keyring.bind(TENANT))).hex()
        settle()
        print(json.dumps(said), flush=True)
        await asyncio.to_thread(sys.stdin.read)
    print(json.dumps(await boxes(ours)), flush=True)


async def _form(context: Context, keys: MemoryKeys, person: PersonId) -> dict[str, Any]:
    """Open somebody's form and fill it in; return it as Slack posts it."""
    token = issue(await keys.make(keyring.bind(TENANT)), ROUND, person, secrets.token_bytes(16))
    opened = await open_page(context, Pressed(TENANT, person, Action.ANSWER, token), NL)
    assert isinstance(opened, Form)
    view = form(opened, 1, {}) | {"id": "V1"}
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            options = block["element"].get("options")
            typed = {"selected_option": options[0]} if options else {"value": ANSWER}
            values[block["block_id"]] = {"v": {"type": block["element"]["type"], **typed}}
    view["state"] = {"values": values}
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "werk"},
        "user": {"id": person, "team_id": TEAM},
        "api_app_id": "A1",
        "token": "x",
        "enterprise": None,
        "is_enterprise_install": False,
        "view": view,
    }


def _bolt(database: Any) -> web.Application:  # noqa: ANN401 - a database or none
    """Make a Bolt app as its documentation does, that acknowledges a form; with a database it writes a row first."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-1", bot_user_id="U0BOT")

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @bolt.view(FORM)
    async def on_form(ack: Any) -> None:  # noqa: ANN401 - Bolt's
        if database is not None:
            row = {"tenant": "T", "round": "r", "tag": secrets.token_bytes(32), "box": secrets.token_bytes(BOX_BYTES)}
            async with database.writing() as connection:
                await connection.execute(insert(tables.spool), row)
        await ack()

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    return app


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(serve(*sys.argv[2:4]))
    else:
        print(json.dumps(measure(), indent=2))
