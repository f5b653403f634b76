"""Measures how fast the sandbox's pages come, one after the other as one visitor asks, and how heavy the first is."""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

TIMES = 200
PAGES = {"first": "/", "chat": "/as/p-ilse", "together": "/together"}


def measure() -> dict[str, Any]:
    """Start `ruimte demo`, and ask for each page many times."""
    program = Path(sys.executable).with_name("ruimte")
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            (str(program), "demo", "--port", "0", "--directory", folder), stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            found = re.search(r"http://[\d.:]+", process.stdout.readline())
            assert found
            return asyncio.run(_measured(found[0]))
        finally:
            process.terminate()


async def _measured(address: str) -> dict[str, Any]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        return {
            **{name: await _waits(session, address + path) for name, path in PAGES.items()},
            "first_with_all_it_needs_kb": round(await _weight(session, address) / 1024, 1),
        }


async def _waits(session: aiohttp.ClientSession, address: str) -> dict[str, float]:
    """Ask for one page again and again, each time when the last has come."""
    waits_s, page = [], b""
    for _ in range(TIMES):
        began = time.perf_counter()
        async with session.get(address) as response:
            page = await response.read()
            assert response.status == 200, address
        waits_s.append(time.perf_counter() - began)
    cuts = statistics.quantiles(waits_s, n=100)
    return {
        "median_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "kb": round(len(page) / 1024, 1),
    }


async def _weight(session: aiohttp.ClientSession, address: str) -> int:
    """Return the bytes of the first page and of every file that it or its style sheet names."""
    async with session.get(address) as response:
        page = await response.text()
    weight, asked = len(page.encode()), set(re.findall(r'"(/static/[^"]+)"', page))
    for path in asked:
        async with session.get(address + path) as response:
            weight += len(await response.read())
    return weight


if __name__ == "__main__":
    print(measure())
