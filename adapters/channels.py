"""A look at a channel before anything is posted there, and what it is where we may not look."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from adapters.trying import Lost
from bot.errors import DeliveryFailed, PlaceBusy, PlatformAway
from bot.ports import ChannelCheck

NO_CHANNEL = ChannelCheck(exists=False, private=False, members=frozenset(), foreign=False)

_log = logging.getLogger(__name__)


async def looked_at(looking: Awaitable[ChannelCheck]) -> ChannelCheck:
    """Finish a look at a channel. One that we may not look at is none: nothing is posted there.

    Raises PlatformAway where the platform does not answer, PlaceBusy where it has had enough of the channel. Nothing
    is in doubt after it: looking changes nothing.
    """
    try:
        return await looking
    except Lost as error:
        raise PlatformAway(str(error), retry_after_s=error.retry_after_s) from None
    except (PlatformAway, PlaceBusy):
        raise
    except DeliveryFailed as error:
        _log.warning("A channel could not be looked at: %s.", error)
        return NO_CHANNEL
