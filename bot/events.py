"""What comes in from a platform, without the platform: every adapter turns its payload into one of these."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ids import FieldKey, PersonId, TenantId
from bot.messages import Action


@dataclass(frozen=True, slots=True)
class Pressed:
    """Someone pressed a button or gave a command: `action` and `value` as the button carried them."""

    tenant: TenantId
    person: PersonId
    action: Action
    value: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Someone sent a form: its `action` and `state`, and what they filled in (a field left empty is "" or missing).

    `stamp` is the platform's own stamp of when the form was opened, as an integer that grows: a form that is sent twice
    carries the same one, and so do the steps of one form.
    """

    tenant: TenantId
    person: PersonId
    action: Action
    state: str
    fields: tuple[tuple[FieldKey, str], ...]
    stamp: int


Event = Pressed | Submitted
