"""What the service stands on."""

from __future__ import annotations

from dataclasses import dataclass

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
