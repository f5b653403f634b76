"""The way in: events of people, the tick of the clock, and what an organiser applies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.change import Change
from bot.events import Event
from bot.ids import PersonId, TenantId
from bot.messages import Reply
from bot.ports import Arithmetic, Clock, Directory, Holidays, Keys, Messenger, Packs, Spool, Store, Texts


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the service stands on; `holder` names this replica in the lease."""

    store: Store
    spool: Spool
    keys: Keys
    messenger: Messenger
    directory: Directory
    clock: Clock
    holidays: Holidays
    texts: Texts
    packs: Packs
    arithmetic: Arithmetic
    holder: str = "one"


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did: the change as it is now, and whether its frame goes to everyone again."""

    change: Change
    new: bool
    frame_changed: bool


class Ruimte:
    """The service."""

    def __init__(self, parts: Parts) -> None:
        """Stand on these parts."""
        self._parts = parts

    async def handle(self, event: Event) -> Reply:
        """Answer a button, a command or a form. Errors become a Notice with a clear sentence, never an exception of ours."""
        raise NotImplementedError

    async def tick(self, tenant: TenantId) -> None:
        """Do what is due now and deliver what waits; nothing when another replica has the tenant's lease."""
        raise NotImplementedError

    async def next_due_at(self, tenant: TenantId) -> datetime | None:
        """Return the next moment at which something is due, None when nothing is planned."""
        raise NotImplementedError

    async def sync(self, tenant: TenantId) -> None:
        """Take over who is there from the platform: joiners are welcomed, leavers are not written to."""
        raise NotImplementedError

    async def check(self, tenant: TenantId, change: Change) -> tuple[str, ...]:
        """Say what is wrong with a change before it is applied, as sentences in the change's first language."""
        raise NotImplementedError

    async def apply(self, tenant: TenantId, change: Change, *, by: PersonId | None = None) -> Applied:
        """Put a change in place, or a correction of it. Raises Refused, NotAllowed; nothing changes then."""
        raise NotImplementedError


