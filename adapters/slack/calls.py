"""Calls of Slack's Web API, and its errors as ours: the border at which they stop being Slack's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.render import Json
from adapters.trying import LATER_S, LONGEST_WAIT_S, TRIES, UNCONNECTED_S, Lost, Unheard
from bot.errors import DeliveryFailed, PlatformAway, Unreachable

Method = Callable[..., Awaitable[AsyncSlackResponse]]

PAGE = 200
"""People or channels asked for at once (users.list, read 2026-11: no more than 200)."""

AGAIN_S = 0.5
"""Seconds before a call that failed is tried again, doubled each time; then it is the outbox's to try later."""

UNREACHABLE = frozenset(
    {
        "account_inactive_user",
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
"""Whom a message is for cannot be written to."""

UNCONNECTED = frozenset(
    {"account_inactive", "app_uninstalled", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
"""Our token does not work any more."""


class SlackRefused(DeliveryFailed):
    """Slack says no; `reason` is its word for why."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None) -> None:
        """Slack's word is one of a list of theirs, and holds nothing of anybody."""
        super().__init__(f"Slack says {reason}", retry_after_s=retry_after_s)
        self.reason = reason


class Busy(SlackRefused, PlatformAway):
    """Slack wants to be left alone for a while: this method, in this workspace."""


class Unconnected(SlackRefused, PlatformAway):
    """Slack does not know our token any more."""


PASSING = (Busy, Unheard, Lost)
"""What may be over in a moment."""


async def call(method: Method, **given: Any) -> Json:  # noqa: ANN401 - whatever the method takes
    """Call a method once, and return what it says. Raises as `respond` does."""
    response = await respond(method, **given)
    return response.data if isinstance(response.data, dict) else {}


async def respond(method: Method, **given: Any) -> AsyncSlackResponse:  # noqa: ANN401 - whatever the method takes
    """Call a method once, and return its whole response.

    Raises:
        Unreachable: There is no such person or channel, or we may not write there.
        Busy: Slack takes no more for now.
        Unconnected: It does not know our token.
        Unheard: It cannot be reached.
        Lost: It did not answer.
        SlackRefused: It says no to anything else.
    """
    try:
        return await method(**given)
    except SlackApiError as error:
        raise _refusal(error) from None
    except aiohttp.ClientConnectorError as error:
        raise Unheard(f"Slack cannot be reached: {type(error).__name__}", retry_after_s=LATER_S) from None
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Lost(f"Slack did not answer: {type(error).__name__}") from None


async def insist(method: Method, **given: Any) -> Json:  # noqa: ANN401 - whatever the method takes
    """Call a method that changes nothing, again where Slack is busy or does not answer. Raises as `call` does."""
    for number in range(1, TRIES):
        try:
            return await call(method, **given)
        except PASSING as error:
            await asyncio.sleep(wait_s(error, number))
    return await call(method, **given)


async def every_page(method: Method, key: str, **given: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - Slack's rows
    """Yield every row of a list, page after page. Raises as `call` does."""
    cursor = ""
    while True:
        page = await insist(method, limit=PAGE, **({"cursor": cursor} if cursor else {}), **given)
        for row in page.get(key) or ():
            yield row
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


def wait_s(error: DeliveryFailed, number: int) -> float:
    """Say how many seconds to wait after a failure before the try of this number. Raises it where that is too long."""
    wanted = error.retry_after_s if isinstance(error, Busy) else AGAIN_S * 2 ** (number - 1)
    if wanted is None or wanted > LONGEST_WAIT_S:
        raise error
    return wanted


def _refusal(error: SlackApiError) -> DeliveryFailed:
    """Name what went wrong. Slack's answer is not kept: it may repeat what was sent."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    reason = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or reason in {"ratelimited", "rate_limited"}:  # noqa: PLR2004 -- Too Many Requests
        return Busy("ratelimited", retry_after_s=_retry_after_s(getattr(response, "headers", None)))
    if reason in UNREACHABLE:
        return Unreachable(f"Slack says {reason}")
    if reason in UNCONNECTED:
        return Unconnected(reason, retry_after_s=UNCONNECTED_S)
    if not reason or reason in {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}:
        return Lost(f"Slack answered with status {status}")
    return SlackRefused(reason)


def _retry_after_s(headers: Any) -> float:  # noqa: ANN401 - a mapping of some kind, or none
    """Read Retry-After, in seconds; Slack's own default is half a minute."""
    named = {str(name).lower(): value for name, value in dict(headers or {}).items()}
    value = str(named.get("retry-after", ""))
    return float(value) if value.isdecimal() else 30.0
