"""A proxy between us and Teams that does what networks and busy services do, and that keeps Teams' limits."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from yarl import URL

from tests.faults import Odds, fails, passed_on, serving_proxy

KINDS = ("busy", "error", "precondition", "slow", "hangs", "cut_before", "cut_after")


@dataclass
class Faults(Odds):
    """How often something goes wrong in Teams; `a_conversation` is what one conversation takes in a second."""

    a_conversation: int = 7
    precondition: float = 0.0
    recent_in: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def refuses(self, conversation: str) -> bool:
        """Say whether one more in this second is too many, for everyone or for this conversation."""
        now = asyncio.get_running_loop().time()
        mine = self.recent_in[conversation]
        for one in (self.recent, mine):
            while one and now - one[0] >= 1.0:
                one.popleft()
        if len(self.recent) >= self.a_second or (conversation and len(mine) >= self.a_conversation):
            return True
        self.recent.append(now)
        mine.append(now)
        return False


@asynccontextmanager
async def faulting(faults: Faults) -> AsyncIterator[str]:
    """Serve the proxy; give the service URL that leads through it."""
    chance = random.Random(faults.seed)
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def handle(request: web.Request) -> web.StreamResponse:
            path, body = request.raw_path, await request.read()
            posts = request.method == "POST" and path.endswith("/activities")
            if faults.refuses(path.split("/")[3] if posts else ""):
                faults.met["429"] += 1
                return _busy()
            what = faults.draw(chance, KINDS)
            if what == "error":
                return fails(body, (500, 502, 503, 504))
            if what == "busy":
                return _busy()
            if what == "precondition":
                return web.Response(status=412)
            return await faults.carry(what, request, lambda: _ask(request, body, path))

        async def _ask(request: web.Request, body: bytes, path: str) -> web.Response:
            where = URL(f"{faults.behind.rstrip('/')}{path}", encoded=True)
            async with session.request(request.method, where, data=body, headers=passed_on(request)) as response:
                raw = await response.read()
                status = response.status
            faults.taken_at.append(asyncio.get_running_loop().time())
            return web.Response(body=raw, status=status, content_type="application/json")

        async with serving_proxy("/{rest:.*}", handle) as address:
            yield f"{address}/"


def _busy() -> web.Response:
    return web.json_response({"error": {"code": "TooMany"}}, status=429, headers={"Retry-After": "1"})
