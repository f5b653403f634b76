"""The installation by OAuth: a page with a button, the way back from Slack, and who may come that way."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import insist
from adapters.slack.installations import Allowed, SealedInstallations
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.workspaces import Origin
from bot.errors import DeliveryFailed

NOT_LISTED = "Ruimte may not be installed in this workspace. Whoever runs it can allow that: RUIMTE_SLACK_WORKSPACES."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AppSecrets:
    """What Slack gave the app for OAuth, and where it is reached; `authorize_url` is Slack's own if it is empty."""

    client_id: str
    client_secret: str = field(repr=False)
    address: str
    authorize_url: str = ""


class NotListed(BoltError):
    """This workspace is not one of those that may install it."""


class ListedFlow(AsyncOAuthFlow):
    """The installation by OAuth of those who are allowed to."""

    def __init__(self, allowed: Allowed, client: AsyncWebClient, settings: AsyncOAuthSettings) -> None:
        """Let these install it."""
        super().__init__(client=client, settings=settings)
        self._allowed = allowed

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep an installation; a token that Slack gave for another workspace is given back. Raises NotListed."""
        whole = bool(installation.is_enterprise_install)
        if Origin(installation.team_id or "", installation.enterprise_id or "", whole) in self._allowed:
            await super().store_installation(request, installation)
            return
        try:
            await insist(self.client.auth_revoke, token=str(installation.bot_token))
        except DeliveryFailed:
            _log.warning("The token of a workspace that may not install us could not be revoked.")
        raise NotListed


async def _failure(args: AsyncFailureArgs) -> BoltResponse:
    if isinstance(args.error, NotListed):
        return BoltResponse(status=403, body=NOT_LISTED, headers={"Content-Type": "text/plain; charset=utf-8"})
    return await args.default.failure(args)


async def _success(args: AsyncSuccessArgs) -> BoltResponse:
    return await args.default.success(args)


def make_flow(
    secrets: AppSecrets,
    allowed: Allowed,
    installations: SealedInstallations,
    states: AsyncSQLAlchemyOAuthStateStore,
    client: AsyncWebClient,
) -> AsyncOAuthFlow:
    """Make the installation by OAuth: a page with a button, and the way back from Slack."""
    settings = AsyncOAuthSettings(
        client_id=secrets.client_id,
        client_secret=secrets.client_secret,
        scopes=sorted(SCOPES),
        redirect_uri=f"{secrets.address}{REDIRECT_PATH}",
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=secrets.authorize_url or None,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        callback_options=AsyncCallbackOptions(success=_success, failure=_failure),
    )
    return ListedFlow(allowed, client, settings)
