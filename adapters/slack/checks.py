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
            yield do(
                f"Slack does not take RUIMTE_SLACK_BOT_TOKEN ({error.reason}). Copy the Bot User OAuth Token, xoxb-...,"
                " from the app's page OAuth & Permissions; install the app to the workspace if there is none.",
            )
            return
        except DeliveryFailed as error:
            yield do(f"{error}. Is {self.settings.api_url} reachable from this machine?")
            return
        yield good(f"Slack takes the bot token: we are {response.get('user')} in {response.get('team')}.")
        granted = {scope for scope in str(_header(response.headers)).replace(" ", "").split(",") if scope}
        if granted:
            for found in _scopes(granted):
                yield found

    async def way_in(self) -> AsyncIterator[Found]:
        """See how Slack reaches us."""
        if not self.settings.app_token:
            yield know(
                "Slack reaches us by HTTP, signed. The Request URL of Event Subscriptions, Interactivity and both"
                " commands is your public address with /slack/events; `ruimte slack manifest --http` sets them all.",
            )
            return
        try:
            await call(self.client.apps_connections_open, app_token=self.settings.app_token)
        except SlackRefused as error:
            yield do(
                f"Slack does not take RUIMTE_SLACK_APP_TOKEN ({error.reason}). Make an App-Level Token, xapp-..., with"
                " the scope connections:write under Basic Information, and see that Socket Mode is on.",
            )
        except DeliveryFailed as error:
            yield do(f"{error}.")
        else:
            yield good("Socket Mode works: no public address is needed.")

    async def channel(self, change: Change) -> AsyncIterator[Found]:
        """See whether the digests of a change can be posted."""
        if change.channel is None:
            yield know(f"The change {change.id} names no channel: nobody can read its digests in Slack.")
            return
        where = f"The channel {change.channel} of {change.id}"
        try:
            check = await self.messenger.check_channel(change.tenant, change.channel)
        except DeliveryFailed as error:
            yield do(f"{where} cannot be looked at now: {error}.")
            return
        others = check.members - change.readers
        if not check.exists:
            yield do(
                f"{where} cannot be seen: type /invite @Ruimte in it, and use its id (C...), not its name.",
            )
        elif not check.private:
            yield do(f"{where} is public: everyone could read the digests. Make it private, or name another.")
        elif check.foreign:
            yield do(f"{where} has guests, other bots or another organisation in it: take them out.")
        elif others:
            yield do(
                f"{where} has {len(others)} in it who are not of the core team ({', '.join(sorted(others))}): take them"
                " out, or name them in the change.",
            )
        else:
            yield good(f"{where} is private, and everyone in it is of the core team.")


def _header(headers: object) -> str:
    named = {str(name).lower(): str(value) for name, value in dict(headers or {}).items()}  # type: ignore[call-overload]
    return named.get("x-oauth-scopes", "")


def _scopes(granted: set[str]) -> list[Found]:
    """Compare what was granted with what is used."""
    missing, more = sorted(set(SCOPES) - granted), sorted(granted - set(SCOPES))
    found: list[Found] = []
    if missing:
        found.append(
            do(
                f"The app lacks {', '.join(missing)}. Put what `ruimte slack manifest` prints under App Manifest, and"
                " install the app anew.",
            )
        )
    if any(scope.endswith(":history") for scope in more):
        found.append(do(f"The app may read what people write ({', '.join(more)}). Take that away from it."))
    elif more:
        found.append(know(f"The app may do more than Ruimte uses: {', '.join(more)}. Take that away from it."))
    return found or [good("The app may do exactly what Ruimte uses.")]
