"""Delivering something in several tries: how often, how long, and what stays in doubt once one may have arrived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import DeliveryFailed, DeliveryUncertain, PlaceBusy, PlatformAway

TRIES = 4
"""So often something is asked of a platform; then it is the outbox's to try later."""

LONGEST_WAIT_S = 20.0
"""Seconds that a platform may ask us to wait before a message goes back to the outbox, which the lease outlives."""

LATER_S = 60.0
"""Seconds after which it is tried again where a platform cannot be reached."""

UNCONNECTED_S = 900.0
"""Seconds after which it is tried again where a platform does not take our token."""

BEGUN_KEPT = 1000
"""So many messages that arrived in part are remembered, so that a further try goes on where it was."""


class Unheard(PlatformAway):
    """A platform cannot be reached: nothing was asked of it."""


class Lost(DeliveryUncertain):
    """A platform did not answer, or not as it does; what was asked may have been done."""


class LostAway(Lost, PlatformAway):
    """A platform is too busy or away; what was asked may have been done all the same, now or at an earlier try."""


class LostInPlace(Lost, PlaceBusy):
    """A chat or a channel has had enough; what was asked may have been done at an earlier try."""


class Doubt:
    """Whether what is being delivered may have arrived at any try so far."""

    arrived = False

    def met(self, error: DeliveryFailed) -> None:
        """Take what a try ended with into account."""
        self.arrived = self.arrived or isinstance(error, Lost)


@contextmanager
def in_doubt(platform: str) -> Iterator[Doubt]:
    """Keep in doubt what may have arrived, whatever a later try says: else it could get a second token.

    Raises what the last try ended with, as Lost of some kind where any of those that were met may have arrived.
    """
    doubt = Doubt()
    try:
        yield doubt
    except DeliveryFailed as error:
        if doubt.arrived and not isinstance(error, Lost):
            raise _lost(error)(f"{platform} may have taken a message", retry_after_s=error.retry_after_s) from None
        raise error from None


def _lost(error: DeliveryFailed) -> type[Lost]:
    """Say what an error is where an earlier try may have arrived: who was too busy stays so."""
    if isinstance(error, PlatformAway):
        return LostAway
    return LostInPlace if isinstance(error, PlaceBusy) else Lost
