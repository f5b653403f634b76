"""What networks and busy services do, for a proxy between us and a platform."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Odds:
    """How often something goes wrong, of a hundred requests; `a_second` is taken in any second without a 429."""

    behind: str
    a_second: float = 50.0
    busy: float = 0.0
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

    def draw(self, chance: random.Random, kinds: Sequence[str]) -> str:
        """Say what goes wrong with the next request, or "nothing"."""
        weights = [getattr(self, kind) for kind in kinds]
        (what,) = chance.choices([*kinds, "nothing"], [*weights, 100 - sum(weights)])
        self.met[what] += 1
        return what

    async def carry(
        self, what: str, request: web.Request, ask: Callable[[], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        """Ask the service behind, and let this go wrong on the way there or back."""
        if what == "hangs":
            await asyncio.sleep(3600)
        if what == "cut_before":
            _cut(request)
        answered = await ask()
        if what == "slow":
            await asyncio.sleep(self.slow_s)
        if what == "cut_after":
            _cut(request)
        return answered


def fails(body: bytes, statuses: Sequence[int]) -> web.Response:
    """Answer a request with one of these statuses."""
    return web.Response(status=random.Random(len(body)).choice(statuses), text="no")


def passed_on(request: web.Request) -> dict[str, str]:
    """Return the headers with which the service behind is asked."""
    return {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}


@asynccontextmanager
async def serving_proxy(
    route: str, handle: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> AsyncIterator[str]:
    """Serve the proxy on a port of its own; give its address, without a slash at the end."""
    app = web.Application()
    app.router.add_route("*", route, handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _cut(request: web.Request) -> Any:  # noqa: ANN401 - it never returns
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
