"""What `ruimte doctor` looks at in Slack: the token, its scopes, the way in, and the core team's channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from adapters.finding import Found, do, good, know
from adapters.settings import SlackSettings
from adapters.slack.calls import SlackRefused, call, respond
from adapters.slack.manifest import SCOPES
from adapters.slack.messenger import SlackMessenger
from bot.change import Change
from bot.errors import DeliveryFailed


@dataclass(frozen=True, slots=True)
class SlackCheck:
    """Looks at one workspace."""

    settings: SlackSettings
    client: AsyncWebClient
    messenger: SlackMessenger

    async def token(self) -> AsyncIterator[Found]:
        """See whether the bot token works, and may do what is needed and no more."""
        try:
            response = await respond(self.client.auth_test)
        except SlackRefused as error:
            yield do("slack.token_refused", reason=error.reason)
            return
        except DeliveryFailed as error:
            yield do("slack.away", error=error, address=self.settings.api_url)
            return
        yield good("slack.token", user=response.get("user"), team=response.get("team"))
        granted = {scope for scope in str(_header(response.headers)).replace(" ", "").split(",") if scope}
        if granted:
            for found in _scopes(granted):
                yield found

    async def way_in(self) -> AsyncIterator[Found]:
        """See how Slack reaches us."""
        if not self.settings.app_token:
            yield know("slack.http")
            return
        try:
            await call(self.client.apps_connections_open, app_token=self.settings.app_token)
        except SlackRefused as error:
            yield do("slack.app_token_refused", reason=error.reason)
        except DeliveryFailed as error:
            yield do("slack.away", error=error, address=self.settings.api_url)
        else:
            yield good("slack.socket")

    async def channel(self, change: Change) -> AsyncIterator[Found]:
        """See whether the digests of a change can be posted."""
        if change.channel is None:
            yield know("slack.channel.none", change=change.id)
            return
        where = {"channel": change.channel, "change": change.id}
        try:
            check = await self.messenger.check_channel(change.tenant, change.channel)
        except DeliveryFailed as error:
            yield do("slack.channel.away", error=error, **where)
            return
        others = check.members - change.readers
        if not check.exists:
            yield do("slack.channel.unseen", **where)
        elif not check.private:
            yield do("slack.channel.public", **where)
        elif check.foreign:
            yield do("slack.channel.foreign", **where)
        elif others:
            yield do("slack.channel.others", count=len(others), who=", ".join(sorted(others)), **where)
        else:
            yield good("slack.channel.good", **where)


def _header(headers: object) -> str:
    named = {str(name).lower(): str(value) for name, value in dict(headers or {}).items()}  # type: ignore[call-overload]
    return named.get("x-oauth-scopes", "")


def _scopes(granted: set[str]) -> list[Found]:
    """Compare what was granted with what is used."""
    missing, more = sorted(set(SCOPES) - granted), sorted(granted - set(SCOPES))
    found: list[Found] = []
    if missing:
        found.append(do("slack.scopes_missing", scopes=", ".join(missing)))
    if any(scope.endswith(":history") for scope in more):
        found.append(do("slack.scopes_read", scopes=", ".join(more)))
    elif more:
        found.append(know("slack.scopes_more", scopes=", ".join(more)))
    return found or [good("slack.scopes")]
