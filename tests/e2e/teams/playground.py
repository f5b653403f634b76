"""A Playground as a process: one person's Teams, with its page and its connector."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.teams.office import Json

STARTS_S = 30.0
ENDS_S = 5.0


@dataclass(frozen=True, slots=True)
class Playground:
    """A running Playground."""

    port: int

    @property
    def page(self) -> str:
        """Where its page is."""
        return f"http://localhost:{self.port}"

    @property
    def service_url(self) -> str:
        """Where its connector is, as its activities say."""
        return f"{self.page}/_connector"


@asynccontextmanager
async def running(clients: Path, folder: Path, *, port: int, endpoint: str, config: Json) -> AsyncIterator[Playground]:
    """Run one on a port, for a bot at an endpoint. Its settings are read as YAML, which JSON is too."""
    await asyncio.to_thread(_write, folder, config)
    program = clients / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
    process = await asyncio.create_subprocess_exec(
        *("node", str(program), "start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--disable-telemetry"),
        cwd=folder,
        env={**os.environ, "TEAMSAPPTESTER_BROWSER": "none", "BROWSER": "none"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        await _listening(process, folder)
        yield Playground(port)
    finally:
        await _ended(process)


def _write(folder: Path, config: Json) -> None:
    folder.mkdir(parents=True)
    (folder / ".m365agentsplayground.yml").write_text(json.dumps(config))


async def _listening(process: asyncio.subprocess.Process, folder: Path) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(STARTS_S):
        line = await process.stdout.readline()
    assert line.startswith(b"Listening on"), f"{line!r}; see {folder}/devTools"


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), ENDS_S)
        except TimeoutError:
            process.kill()
            await process.wait()
