"""A proxy between us and Teams that does what networks and busy services do, and that keeps Teams' limits."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

KINDS = ("busy", "error", "precondition", "slow", "hangs", "cut_before", "cut_after")


@dataclass
class Faults:
    """How often something goes wrong, of a hundred requests; `a_second` is what is taken in any second without a 429.

    `a_conversation` is what one conversation takes in a second.
    """

    behind: str
    a_second: float = 50.0
    a_conversation: int = 7
    busy: float = 0.0
    error: float = 0.0
    precondition: float = 0.0
    slow: float = 0.0
    hangs: float = 0.0
    cut_before: float = 0.0
    cut_after: float = 0.0
    slow_s: float = 0.3
    seed: int = 7
    met: Counter[str] = field(default_factory=Counter)
    taken_at: list[float] = field(default_factory=list)
    recent: deque[float] = field(default_factory=deque)
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
            weights = [getattr(faults, kind) for kind in KINDS]
            (what,) = chance.choices([*KINDS, "nothing"], [*weights, 100 - sum(weights)])
            faults.met[what] += 1
            return await _answer(what, request, body, path)

        async def _answer(what: str, request: web.Request, body: bytes, path: str) -> web.StreamResponse:
            if what == "error":
                return web.Response(status=random.Random(len(body)).choice((500, 502, 503, 504)), text="no")
            if what == "busy":
                return _busy()
            if what == "precondition":
                return web.Response(status=412)
            if what == "hangs":
                await asyncio.sleep(3600)
            if what == "cut_before":
                _cut(request)
            answered = await _ask(request, body, path)
            if what == "slow":
                await asyncio.sleep(faults.slow_s)
            if what == "cut_after":
                _cut(request)
            return answered

        async def _ask(request: web.Request, body: bytes, path: str) -> web.Response:
            names = ("Authorization", "Content-Type")
            headers = {name: request.headers[name] for name in names if name in request.headers}
            where = URL(f"{faults.behind.rstrip('/')}{path}", encoded=True)
            async with session.request(request.method, where, data=body, headers=headers) as response:
                raw = await response.read()
                status = response.status
            faults.taken_at.append(asyncio.get_running_loop().time())
            return web.Response(body=raw, status=status, content_type="application/json")

        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()


def _busy() -> web.Response:
    return web.json_response({"error": {"code": "TooMany"}}, status=429, headers={"Retry-After": "1"})


def _cut(request: web.Request) -> Any:  # noqa: ANN401 - it never returns
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
