"""The lease of a tenant: which replica works for it, by the database's own time, and the number that fences off."""

from typing import Any

from sqlalchemy import Double, case, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.errors import LeaseLost
from bot.ids import TenantId
from storage import tables
from storage.dialect import insert_into

_UNIX_EPOCH_JULIAN_DAY = 2440587.5
_DAY_S = 86400.0


async def take(connection: AsyncConnection, tenant: TenantId, holder: str, ttl_s: float) -> int | None:
    """Take or renew a lease; return its fencing number, or None while it is someone else's."""
    leases = tables.leases.c
    now = _now_s(connection)
    insert = insert_into(connection, tables.leases).values(tenant=tenant, holder=holder, fence=1, expires_s=now + ttl_s)
    mine = leases.holder == insert.excluded.holder
    statement = insert.on_conflict_do_update(
        index_elements=[leases.tenant],
        set_={
            "holder": insert.excluded.holder,
            "fence": case((mine, leases.fence), else_=leases.fence + 1),
            "expires_s": insert.excluded.expires_s,
        },
        where=mine | (leases.expires_s < now),
    ).returning(leases.fence)
    number: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return number


async def hold(connection: AsyncConnection, tenant: TenantId, fence: int) -> None:
    """Keep the lease from changing hands until the transaction ends. Raises LeaseLost when it did."""
    leases = tables.leases.c
    statement = select(leases.fence).where(leases.tenant == tenant).with_for_update(read=True)
    if (await connection.execute(statement)).scalar_one_or_none() != fence:
        raise LeaseLost


def _now_s(connection: AsyncConnection) -> ColumnElement[Any]:
    """Seconds since 1970 by the database; not the start of the transaction, which may have waited."""
    if connection.dialect.name == "sqlite":
        return (func.julianday("now") - _UNIX_EPOCH_JULIAN_DAY) * _DAY_S
    return cast(extract("epoch", func.clock_timestamp()), Double)
