"""The names of the engine's keys, and what each is for. The whole table is in docs/threat-model.md.

| key | born | dies | whoever has it |
|---|---|---|---|
| `bind.<tenant>` | with the tenant | never | can check whose a token is, not make one |
| `wave.<tenant>.<round>.<n>` | with a day of invitations | after it, or at the close | can make that day's tokens |
| `seal.<tenant>.<round>` | with the opening | when the release was read back | can open what waits |
"""

from __future__ import annotations

from bot.ids import RoundId, TenantId


def bind(tenant: TenantId) -> str:
    """Name the key that binds a nonce to a person."""
    return f"bind.{tenant}"


def wave(tenant: TenantId, round_id: RoundId, number: int) -> str:
    """Name the key of one day of invitations."""
    return f"{waves(tenant, round_id)}{number}"


def waves(tenant: TenantId, round_id: RoundId) -> str:
    """What the names of a round's wave keys begin with."""
    return f"wave.{tenant}.{round_id}."


def seal(tenant: TenantId, round_id: RoundId) -> str:
    """Name the key of the boxes of a round; the spool uses it, the service makes it."""
    return f"{seals(tenant)}{round_id}"


def seals(tenant: TenantId) -> str:
    """What the names of a tenant's seals begin with."""
    return f"seal.{tenant}."
