"""Slack as it posts to our route: payloads as it writes them, signed as it signs them."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from adapters.background import Service
from adapters.clock import SystemClock
from adapters.server import make_app, serving
from adapters.settings import SlackSettings
from adapters.slack.directory import Defaults, SlackDirectory, load_zones
from adapters.slack.messenger import SlackMessenger
from adapters.slack.platform import SlackPlatform
from adapters.slack.workspaces import Workspaces
from bot.ids import Language
from tests.adapters.slack.stub import TEAM, Stub, connected

Json = dict[str, Any]
ZONES = load_zones()
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
ANA = "U0ANA"


async def well() -> None:
    """Be well."""


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """Sign a body as Slack does."""
    timestamp = str(int(time.time()) if at is None else at)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}


@dataclass
class Posts:
    """Posts to our route."""

    address: str
    session: aiohttp.ClientSession
    platform: SlackPlatform
    team: str = TEAM
    enterprise: str = ""
    whole: bool = False
    numbers: Any = field(default_factory=lambda: count(1))

    async def post(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> tuple[int, Json]:
        """Post a body; return the status, and what was answered."""
        given = {"Content-Type": content_type, **(signed(body) if headers is None else headers)}
        async with self.session.post(self.address, data=body, headers=given) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else {}

    async def interacts(self, payload: Json, *, seconds_ago: int = 0) -> tuple[int, Json]:
        """Send an interaction, signed now or so long ago."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.post(body, FORM, signed(body, at=int(time.time()) - seconds_ago))

    async def happens(
        self,
        event: Json,
        headers: Mapping[str, str] | None = None,
        *,
        settle: bool = True,
        **around: Any,  # noqa: ANN401 - any field of Slack's
    ) -> int:
        """Send an event, and wait until what it began is done."""
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": self.team,
                "enterprise_id": self.enterprise or None,
                "api_app_id": "A1",
                "event": event,
                "event_id": f"Ev{next(self.numbers)}",
                "authorizations": [
                    {
                        "team_id": None if self.whole else self.team,
                        "enterprise_id": self.enterprise or None,
                        "is_enterprise_install": self.whole,
                    }
                ],
            }
            | around
        ).encode()
        status, _ = await self.post(body, "application/json", {**signed(body), **(headers or {})})
        if settle:
            await self.settled()
        return status

    async def commands(self, command: str, *, user: str = ANA) -> int:
        """Give a slash command."""
        fields = {
            "command": command,
            "text": "",
            "user_id": user,
            "team_id": self.team,
            "channel_id": "C9",
            "trigger_id": f"t{next(self.numbers)}",
            "is_enterprise_install": str(self.whole).lower(),
        }
        status, _ = await self.post(urlencode(fields).encode(), FORM)
        return status

    def base(self, kind: str, user: str) -> Json:
        """What every interaction has."""
        enterprise = {"id": self.enterprise, "name": "E"} if self.enterprise else None
        return {
            "type": kind,
            "team": {"id": self.team, "domain": "werk"},
            "enterprise": enterprise,
            "is_enterprise_install": self.whole,
            "user": {"id": user, "team_id": self.team},
            "api_app_id": "A1",
            "token": "x",
            "trigger_id": f"{next(self.numbers)}.2.3",
        }

    def press(self, button: Json, *, user: str = ANA, view: Json | None = None, at: str = "1800000000.123456") -> Json:
        """Press a button of a message, or of a view."""
        action = {"type": "button", "block_id": "b", "action_ts": at, **button}
        container = {"type": "view"} if view else {"type": "message", "channel_id": "D1"}
        return self.base("block_actions", user) | {"actions": [action], "container": container, "view": view}

    def submission(self, view: Json, *, user: str = ANA, **typed: str) -> Json:
        """Fill in a view and send it."""
        values: dict[str, Any] = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            value = typed.get(block["block_id"].partition("@")[0], "")
            values[block["block_id"]] = {"v": _typed(block["element"], value)}
        return self.base("view_submission", user) | {"view": {"id": "V1", **view, "state": {"values": values}}}

    async def settled(self) -> None:
        """Wait until what goes on after the answer is done."""
        assert self.platform.handlers is not None
        await self.platform.handlers.background.finish()


def _typed(element: Json, value: str) -> Json:
    kind = element["type"]
    if kind in {"radio_buttons", "static_select"}:
        chosen = next((one for one in element["options"] if one["value"] == value), None)
        return {"type": kind, "selected_option": chosen}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": [one for one in element["options"] if one["value"] in value.split()]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or None}
    return {"type": kind, "value": value or None}


def platform_of(workspaces: Workspaces, client: Any) -> SlackPlatform:  # noqa: ANN401 - slack_sdk's
    """Put Slack together on a workspace, in HTTP mode."""
    defaults = Defaults((Language("nl"), Language("en")), "Europe/Amsterdam", "NL")
    directory = SlackDirectory(workspaces, defaults, ZONES)
    settings = SlackSettings(bot_token="xoxb-1", signing_secret=SECRET)
    return SlackPlatform(settings, workspaces, SlackMessenger(workspaces), directory, client)


@asynccontextmanager
async def posting(service: Service, platform: SlackPlatform) -> AsyncIterator[Posts]:
    """Serve our route, and post to it."""
    app = make_app(healthy=well)
    async with (
        platform.running(service, app, clock=SystemClock()),
        serving(app, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession() as session,
    ):
        yield Posts(f"http://127.0.0.1:{port}/slack/events", session, platform)


@asynccontextmanager
async def posting_to(service: Service, stub: Stub) -> AsyncIterator[Posts]:
    """The same, with a small Slack behind it."""
    async with connected(stub) as workspaces, posting(service, platform_of(workspaces, workspaces.client)) as posts:
        yield posts
