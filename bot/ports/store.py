"""The database of all tenants, and a transaction of one."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ids import TenantId
from bot.ports.outbox import Outbox
from bot.ports.records import Answers, Changes, Door, People, Rounds


class Transaction(Protocol):
    """Everything of one tenant, in one transaction."""

    changes: Changes
    rounds: Rounds
    people: People
    outbox: Outbox
    answers: Answers
    door: Door


class Store(Protocol):
    """The database of all tenants. No query crosses a tenant."""

    def write(self, tenant: TenantId, *, fence: int | None = None) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction that commits at the end and rolls back on an error.

        With `fence` it commits only while that number is the tenant's lease. Raises LeaseLost, StoreUnavailable.
        """
        ...

    def read(self, tenant: TenantId) -> AbstractAsyncContextManager[Transaction]:
        """Begin a short reading transaction."""
        ...

    async def lease(self, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
        """Take or renew the tenant's lease by the database's own time; return its fencing number, None: someone else's.

        The number grows each time the lease changes hands.
        """
        ...
