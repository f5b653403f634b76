"""What is sealed: the keys, and the boxes in which submissions wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.ids import RoundId, TenantId
from bot.slip import Slip


class Keys(Protocol):
    """The key directory, outside the database and never backed up. Names are safe as file names."""

    async def make(self, name: str) -> bytes:
        """Return the key `name`, 32 random bytes made and fsynced when there was none."""
        ...

    async def get(self, name: str) -> bytes:
        """Return a key. Raises KeyMissing."""
        ...

    async def destroy(self, name: str) -> None:
        """Destroy a key, fsynced; nothing happens when there is none."""
        ...

    async def names(self) -> Sequence[str]:
        """Return the names of all keys, sorted."""
        ...


class Spool(Protocol):
    """Where submissions wait, sealed, until their round is released."""

    async def put(self, tenant: TenantId, round_id: RoundId, nonce: bytes, slip: Slip) -> None:
        """Seal a slip and merge it into the box of its page (`bot.slip.merge`); committed when this returns.

        Many that wait share one commit, written in the order of their tags; each waits for its own, and one that fails
        does not fail the others. Not from inside `Store.write`: SQLite has one writer, which would wait for itself.
        Raises RoundClosed when the round is not open at that moment, SlipTooLarge, KeyMissing, StoreUnavailable.
        """
        ...

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """Open every box of a round whose state is `releasing`, off the event loop, in no order.

        Raises BoxBroken for one that was swapped or whose round's k or audience differs; KeyMissing; IllegalMove while
        the round is in another state.
        """
        ...

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """Delete the boxes and destroy the round's key, for good (SQLite: and what is left in the WAL). Repeatable."""
        ...

    async def sweep(self) -> None:
        """Take off the disk what was withdrawn or cleared, where a reader held that up; else nothing happens.

        For every tick, until it is done. Raises StoreUnavailable.
        """
        ...
