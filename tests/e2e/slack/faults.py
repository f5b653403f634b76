"""A proxy between us and Slack that does what networks and busy services do."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

COUNTED = frozenset({"chat.postMessage", "chat.update"})


@dataclass
class Faults:
    """How often something goes wrong, of a hundred calls; `a_second` is what is taken, in any second, without a 429."""

    behind: str
    a_second: float = 50.0
    error: float = 0.0
    slow: float = 0.0
    hangs: float = 0.0
    cut_before: float = 0.0
    cut_after: float = 0.0
    slow_s: float = 0.3
    seed: int = 7
    met: Counter[str] = field(default_factory=Counter)
    taken_at: list[float] = field(default_factory=list)
    recent: deque[float] = field(default_factory=deque)

    def refuses(self) -> bool:
        """Say whether one more in this second is too many."""
        now = asyncio.get_running_loop().time()
        while self.recent and now - self.recent[0] >= 1.0:
            self.recent.popleft()
        if len(self.recent) >= self.a_second:
            return True
        self.recent.append(now)
        return False


@asynccontextmanager
async def faulting(faults: Faults) -> AsyncIterator[str]:
    """Serve the proxy; give the address that slack_sdk takes."""
    chance = random.Random(faults.seed)
    kinds = ("error", "slow", "hangs", "cut_before", "cut_after")
    async with aiohttp.ClientSession() as session:

        async def handle(request: web.Request) -> web.StreamResponse:
            method, body = request.match_info["method"], await request.read()
            if method in COUNTED and faults.refuses():
                faults.met["429"] += 1
                refused = {"ok": False, "error": "ratelimited"}
                return web.json_response(refused, status=429, headers={"Retry-After": "1"})
            weights = [getattr(faults, kind) for kind in kinds]
            (what,) = chance.choices([*kinds, "nothing"], [*weights, 100 - sum(weights)])
            faults.met[what] += 1
            return await _answer(what, request, body, method)

        async def _answer(what: str, request: web.Request, body: bytes, method: str) -> web.StreamResponse:
            if what == "error":
                return web.Response(status=random.Random(len(body)).choice((500, 502, 503)), text="no")
            if what == "hangs":
                await asyncio.sleep(3600)
            if what == "cut_before":
                _cut(request)
            answered = await _ask(request, body, method)
            if what == "slow":
                await asyncio.sleep(faults.slow_s)
            if what == "cut_after":
                _cut(request)
            return answered

        async def _ask(request: web.Request, body: bytes, method: str) -> web.Response:
            headers = {
                name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers
            }
            where = f"{faults.behind}{method}"
            asked = session.request(request.method, where, params=request.query, data=body, headers=headers)
            async with asked as response:
                raw = await response.read()
            if method in COUNTED:
                faults.taken_at.append(asyncio.get_running_loop().time())
            return web.Response(body=raw, content_type="application/json")

        app = web.Application()
        app.router.add_route("*", "/api/{method}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        finally:
            await runner.cleanup()


def _cut(request: web.Request) -> Any:  # noqa: ANN401 - it never returns
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
