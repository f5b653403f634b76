"""Where and when something is played."""

from __future__ import annotations

import socket
from datetime import datetime
from zoneinfo import ZoneInfo


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def at(moment: str) -> datetime:
    """Return a moment, local, in 2027: `01-19 10:00`."""
    return datetime.fromisoformat(f"2027-{moment}").replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
