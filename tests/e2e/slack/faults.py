"""A proxy between us and Slack that does what networks and busy services do."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.faults import Odds, fails, passed_on, serving_proxy

KINDS = ("error", "slow", "hangs", "cut_before", "cut_after")

COUNTED = frozenset({"chat.postMessage"})
"""What the limit is for: Slack counts each method by itself."""


CLOSED_S = 1
"""What Slack says in Retry-After: for so long nothing is taken."""

ON_THE_WIRE_S = 0.15
"""Seconds in which what was sent before a 429 was read may still arrive."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages were begun: while there were any that had not been begun, and outside of Retry-After.

    `allowed` is so many a second for as long as that was, and a second's worth more, which may come at once at the
    beginning. `begun` is how many requests arrived in it, tries again included.
    `refused` counts the 429s, `closures` the stretches of time that Retry-After forbade, `disobeyed` what came in them;
    `tail_s` is how long it took after the last one was begun until all had arrived, and `delivered_a_second` is over
    everything, to the last message that arrived.
    """

    allowed: float
    begun: int
    of_the_allowed: float
    refused: int
    closures: int
    disobeyed: int
    tail_s: float
    delivered_a_second: float


@dataclass
class Faults(Odds):
    """How often something goes wrong in Slack, and whether we keep to what it asks."""

    begun: list[tuple[float, str]] = field(default_factory=list)
    """When each request that counts arrived, and which message it was for."""
    closed: list[tuple[float, float]] = field(default_factory=list)
    """From when until when nothing was to be sent."""
    disobeyed: int = 0

    def refuses(self, message: str, *, busy: bool) -> bool:
        """Say whether a request is one too many in this second, or comes where nothing was to be sent."""
        now = asyncio.get_running_loop().time()
        self.begun.append((now, message))
        closed_at, until = self.closed[-1] if self.closed else (now, now)
        if now < until:
            self.disobeyed += now > closed_at + ON_THE_WIRE_S
            return True
        while self.recent and now - self.recent[0] >= 1.0:
            self.recent.popleft()
        if len(self.recent) >= self.a_second or busy:
            self.closed.append((now, now + CLOSED_S))
            return True
        self.recent.append(now)
        return False

    def pace(self) -> Pace:
        """Reckon how fast messages were begun."""
        firsts: dict[str, float] = {}
        for moment, message in self.begun:
            firsts.setdefault(message, moment)
        began, ended = min(firsts.values()), max(firsts.values())
        shut = [(max(since, began), min(until, ended)) for since, until in self.closed if since < ended]
        open_s = ended - began - sum(until - since for since, until in shut)
        allowed = (open_s + 1) * self.a_second
        counted = [moment for moment, _ in self.begun if began <= moment < ended and not self._shut(moment)]
        took_s = self.taken_at[-1] - self.taken_at[0]
        return Pace(
            round(allowed, 1),
            len(counted),
            round(len(counted) / allowed, 3),
            self.met["429"],
            len(self.closed),
            self.disobeyed,
            round(self.taken_at[-1] - ended, 1),
            round(len(firsts) / took_s, 2),
        )

    def _shut(self, moment: float) -> bool:
        return any(since < moment < until for since, until in self.closed)


@asynccontextmanager
async def faulting(faults: Faults) -> AsyncIterator[str]:
    """Serve the proxy; give the address that slack_sdk takes."""
    chance = random.Random(faults.seed)
    async with aiohttp.ClientSession() as session:

        async def handle(request: web.Request) -> web.StreamResponse:
            method, body = request.match_info["method"], await request.read()
            busy = chance.random() * 100 < faults.busy
            if method in COUNTED and faults.refuses(_message(body), busy=busy):
                faults.met["429"] += 1
                refused = {"ok": False, "error": "ratelimited"}
                return web.json_response(refused, status=429, headers={"Retry-After": str(CLOSED_S)})
            what = faults.draw(chance, KINDS)
            if what == "error":
                return fails(body, (500, 502, 503))
            return await faults.carry(what, request, lambda: _ask(request, body, method))

        async def _ask(request: web.Request, body: bytes, method: str) -> web.Response:
            where, headers = f"{faults.behind}{method}", passed_on(request)
            asked = session.request(request.method, where, params=request.query, data=body, headers=headers)
            async with asked as response:
                raw = await response.read()
            if method in COUNTED:
                faults.taken_at.append(asyncio.get_running_loop().time())
            return web.Response(body=raw, content_type="application/json")

        async with serving_proxy("/api/{method}", handle) as address:
            yield f"{address}/api/"


def _message(body: bytes) -> str:
    """Name the message that a request is for: each of ours says which one it is."""
    found = re.search(rb'"event_payload": ?\{"id": ?"([^"]+)"', body)
    assert found is not None, body
    return found[1].decode()
