"""The twin in memory of store and spool, for tests: transactions, leases and sealed boxes as in the databases."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot import token
from bot.errors import IllegalMove, LeaseLost, NotFound, RoundClosed
from bot.ids import RoundId, TenantId
from bot.ports import Keys, Transaction
from bot.round import Round, RoundState
from bot.slip import Slip
from storage import box, mapping
from storage.contents import unpack_slip
from storage.engine import Turn
from storage.kept import Kept
from storage.memory_repositories import MemoryTransaction
from storage.sealing import Terms, merged, seal_name


@dataclass(frozen=True, slots=True)
class _Lease:
    holder: str
    fence: int
    expires_s: float


class MemoryStore:
    """See `bot.ports.Store`. One writer at a time, as on SQLite."""

    def __init__(self) -> None:
        """Start empty."""
        self.turn = Turn()
        self._kept: dict[TenantId, Kept] = {}
        self._leases: dict[TenantId, _Lease] = {}

    @asynccontextmanager
    async def write(self, tenant: TenantId, *, fence: int | None = None) -> AsyncIterator[Transaction]:
        """See `bot.ports.Store`. Works on a copy, which takes the place of what there was at the commit."""
        async with self.turn:
            if fence is not None:
                self._check_fence(tenant, fence)
            kept = self.kept(tenant).copy()
            yield MemoryTransaction(kept)
            self._kept[tenant] = kept

    @asynccontextmanager
    async def read(self, tenant: TenantId) -> AsyncIterator[Transaction]:
        """See `bot.ports.Store`."""
        yield MemoryTransaction(self.kept(tenant).copy())

    async def lease(self, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
        """See `bot.ports.Store`."""
        async with self.turn:
            now_s = time.monotonic()
            old = self._leases.get(tenant)
            if old is not None and old.holder != holder and old.expires_s >= now_s:
                return None
            changed = old is not None and old.holder != holder
            fence = (old.fence if old else 1) + int(changed)
            self._leases[tenant] = _Lease(holder, fence, now_s + ttl_s)
            return fence

    def kept(self, tenant: TenantId) -> Kept:
        """Return what is committed."""
        return self._kept.get(tenant) or Kept()

    def _check_fence(self, tenant: TenantId, fence: int) -> None:
        lease = self._leases.get(tenant)
        if lease is None or lease.fence != fence:
            raise LeaseLost


class MemorySpool:
    """See `bot.ports.Spool`."""

    def __init__(self, store: MemoryStore, keys: Keys) -> None:
        """Wait with submissions to the rounds of this store."""
        self._store = store
        self._keys = keys
        self._boxes: dict[tuple[TenantId, RoundId], dict[bytes, bytes]] = {}

    async def put(self, tenant: TenantId, round_id: RoundId, nonce: bytes, slip: Slip) -> None:
        """See `bot.ports.Spool`."""
        async with self._store.turn:
            key = await self._keys.get(seal_name(tenant, round_id))
            round_ = self._round(tenant, round_id)
            if round_ is None or round_.state is not RoundState.OPEN:
                raise RoundClosed(f"round {round_id} is not open")
            boxes = self._boxes.setdefault((tenant, round_id), {})
            tag = token.tag(key, nonce, slip.page)
            now = merged(slip, boxes.get(tag), key=key, terms=_terms(round_), tag=tag, nonce=nonce)
            if now is not None:
                boxes[tag] = now.box

    async def open(self, tenant: TenantId, round_id: RoundId) -> Sequence[Slip]:
        """See `bot.ports.Spool`."""
        round_ = self._round(tenant, round_id)
        if round_ is None:
            raise NotFound(f"there is no round {round_id!r}")
        if round_.state is not RoundState.RELEASING:
            raise IllegalMove(f"round {round_id} is {round_.state}: its boxes are not opened")
        boxes = self._boxes.get((tenant, round_id))
        if not boxes:
            return []
        key = await self._keys.get(seal_name(tenant, round_id))
        terms = _terms(round_)
        return [unpack_slip(box.unseal(key, sealed, terms.about(tag))) for tag, sealed in boxes.items()]

    async def clear(self, tenant: TenantId, round_id: RoundId) -> None:
        """See `bot.ports.Spool`."""
        async with self._store.turn:
            self._boxes.pop((tenant, round_id), None)
        await self._keys.destroy(seal_name(tenant, round_id))

    async def sweep(self) -> None:
        """See `bot.ports.Spool`: what is gone from memory is gone."""

    def _round(self, tenant: TenantId, round_id: RoundId) -> Round | None:
        document = self._store.kept(tenant).rounds.get(round_id)
        return None if document is None else mapping.read(mapping.rounds(), document)


def _terms(round_: Round) -> Terms:
    return Terms(round_.tenant, round_.id, round_.k, round_.audience)
