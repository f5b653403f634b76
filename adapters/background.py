"""What platforms share beside their payloads: work that goes on after an answer, what was done already, what failed."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

from adapters.kept import Kept
from bot.errors import DeliveryFailed, RuimteError
from bot.events import Event
from bot.ids import TenantId
from bot.messages import Action, Reply

ANSWERS = frozenset({Action.ANSWER, Action.WITHDRAW, Action.OFFER})
"""What may be sent twice: the stamp of the form sees to it that it is still one."""

REPLAYS_KEPT = 10_000
"""So many of what was done are remembered, so that it is not done twice."""

_log = logging.getLogger(__name__)


class Service(Protocol):
    """The way in."""

    async def handle(self, event: Event) -> Reply:
        """Answer a button, a command or a form."""
        ...

    async def sync(self, tenant: TenantId) -> None:
        """Take over who is there."""
        ...


class Syncs:
    """Looks at who is there: many changes are one look, and one more where something changes meanwhile."""

    def __init__(self, service: Service) -> None:
        """Begin with none."""
        self._service = service
        self._again: dict[TenantId, bool] = {}

    async def look(self, tenant: TenantId) -> None:
        """Take over who is there now; where somebody does it already, they do it once more."""
        if tenant in self._again:
            self._again[tenant] = True
            return
        self._again[tenant] = True
        try:
            while self._again[tenant]:
                self._again[tenant] = False
                await self._service.sync(tenant)
        finally:
            del self._again[tenant]


class Background:
    """Work that goes on after the platform was answered; it is let finish when the service stops."""

    def __init__(self, platform: str) -> None:
        """Begin with none; `platform` is what it is called in the log."""
        self._platform = platform
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Do it, and log by its kind what goes wrong."""
        task = asyncio.create_task(self._quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait until everything is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _quietly(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 -- nobody waits for it, and its text may hold an answer
            failed(self._platform, error)


class Seen:
    """What was done lately, under names that say nothing: a key of this process makes them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._key = token_bytes(32)
        self._names = Kept[bytes, None](REPLAYS_KEPT)

    def again(self, name: str) -> bool:
        """Say whether this was done before; from now on it was. What has no name was never done."""
        digest = blake2b(name.encode(), key=self._key, digest_size=16).digest()
        known = digest in self._names
        self._names.put(digest, None)
        return known and name != ""


def failed(platform: str, error: Exception) -> None:
    """Log what went wrong by its kind and place; its text may hold what somebody wrote."""
    if isinstance(error, DeliveryFailed):
        _log.warning("%s could not be asked: %s", platform, error)
    elif isinstance(error, RuimteError):
        _log.warning("Something from %s was not done: %s", platform, error.code)
    else:
        _log.error("Something from %s failed: %s at %s", platform, type(error).__name__, place_of(error))


def place_of(error: Exception) -> str:
    """Say where an error was raised, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
