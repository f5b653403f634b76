"""local-slack as a process, and its control interface: what the others of the workspace do."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.adapters.slack.checking import read
from tests.e2e.slack.office import BOT

Json = dict[str, Any]
STARTS_S = 30.0
ANSWERS_S = 20.0


@dataclass
class LocalSlack:
    """A running local-slack."""

    address: str
    session: aiohttp.ClientSession
    ui: aiohttp.ClientWebSocketResponse | None = None

    async def get(self, path: str) -> Any:  # noqa: ANN401 - what it answers
        """Ask its control interface."""
        async with self.session.get(f"{self.address}/_control{path}") as response:
            return await response.json()

    async def post(self, path: str, body: Json) -> None:
        """Let somebody do something."""
        async with self.session.post(f"{self.address}/_control{path}", json=body) as response:
            assert response.status == 200, await response.text()

    async def conversation(self, person: str) -> str:
        """Return the conversation of somebody with the bot, "" where there is none."""
        state = await self.get("/state")
        found = (one["id"] for one in state["channels"] if one["is_im"] and set(one["members"]) == {person, BOT})
        return next(found, "")

    async def messages(self, channel: str) -> list[Json]:
        """Return what stands in a conversation, oldest first, replies included."""
        return list((await self.get(f"/messages/{channel}"))["messages"]) if channel else []

    async def chat(self, person: str) -> list[Json]:
        """Return what somebody was sent."""
        return await self.messages(await self.conversation(person))

    async def press(self, person: str, channel: str, message: Json, action: str, *, of: str = "") -> None:
        """Press a button of a message."""
        button = find_button(message["blocks"], action, of)
        await self.post("/interact", {"channel": channel, "messageTs": message["ts"], "user": person, "action": button})

    async def modal(self) -> Json | None:
        """Return the modal that is open, None where there is none."""
        stack = (await self._state())["modalStack"]
        return stack[-1] if stack else None

    async def modal_where(self, holds: Callable[[Json], bool]) -> Json:
        """Wait for a modal."""
        async with asyncio.timeout(ANSWERS_S):
            while True:
                view = await self.modal()
                if view is not None and holds(view):
                    return view
                await asyncio.sleep(0.02)

    async def submit(self, person: str, view: Json, **typed: str) -> Json:
        """Fill in a modal and send it; return the one that takes its place."""
        values: Json = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                key = block["block_id"].partition("@")[0].replace("-", "_")
                values[block["block_id"]] = {"v": _typed(block["element"], typed.get(key, ""))}
        socket = await self._socket()
        await socket.send_json({"t": "view_submit", "user": person, "values": values})
        return await self.modal_where(lambda shown: shown["id"] != view["id"])

    async def close_modal(self, person: str) -> None:
        """Close what is open."""
        socket = await self._socket()
        await socket.send_json({"t": "view_close", "user": person})
        async with asyncio.timeout(ANSWERS_S):
            while await self.modal() is not None:  # noqa: ASYNC110 -- nothing tells what another program does
                await asyncio.sleep(0.02)

    async def _state(self) -> Json:
        """Look at everything, as its own page does when it opens."""
        async with self.session.ws_connect(f"{self.address}/ui", max_msg_size=0) as socket:
            return dict(json.loads((await socket.receive(timeout=ANSWERS_S)).data)["state"])

    async def _socket(self) -> aiohttp.ClientWebSocketResponse:
        if self.ui is None or self.ui.closed:
            self.ui = await self.session.ws_connect(f"{self.address}/ui", max_msg_size=0)
        return self.ui


def find_button(blocks: list[Json], action: str, of: str = "") -> Json:
    """Return the last button that asks for something, as it is sent back."""
    for block in reversed(blocks):
        for element in reversed(block.get("elements", [])):
            name = element.get("action_id", "")
            if name.split(":")[1:2] == [action] and of in element.get("value", ""):
                return {**element, "block_id": block.get("block_id", "")}
    raise AssertionError(f"there is no button {action!r} in: {read(blocks)}")


def has_button(message: Json, action: str, *, of: str = "") -> bool:
    """Say whether there is such a button."""
    return any(
        element.get("action_id", "").split(":")[1:2] == [action] and of in element.get("value", "")
        for block in message.get("blocks", [])
        for element in block.get("elements", [])
    )


def _typed(element: Json, value: str) -> Json:
    kind = element["type"]
    if kind in {"radio_buttons", "static_select"}:
        return {"type": kind, "selected_option": next((o for o in element["options"] if o["value"] == value), None)}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": [o for o in element["options"] if o["value"] in value.split()]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or None}
    return {"type": kind, "value": value or None}


@asynccontextmanager
async def running(program: Path, folder: Path, port: int, config: Json) -> AsyncIterator[LocalSlack]:
    """Run local-slack until the block ends."""
    file = folder / "local-slack.json"
    file.write_text(json.dumps(config))
    process = subprocess.Popen(  # noqa: ASYNC220 -- it starts at once
        [program, "--config", file, "--port", str(port), "--base-host", "127.0.0.1", "--files-dir", folder / "files"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session:
            slack = LocalSlack(f"http://127.0.0.1:{port}", session)
            await _ready(slack)
            yield slack
            if slack.ui is not None:
                await slack.ui.close()
    finally:
        process.terminate()
        process.wait(timeout=20)


async def _ready(slack: LocalSlack) -> None:
    async with asyncio.timeout(STARTS_S):
        while True:
            try:
                await slack.get("/state")
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
            else:
                return
