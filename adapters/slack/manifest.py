"""The app's manifest, and why it asks for what it asks: exactly the scopes that are used."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.slack.app import EVENTS_PATH, GONE, WHO_IS_THERE
from adapters.slack.payload import SHORTCUT
from adapters.slack.render import Json
from adapters.slack.views import NAME

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

SCOPES: Mapping[str, str] = {
    "channels:read": "See who is in the public channels that Ruimte was invited to: they are the teams of a change.",
    "chat:write": "Send messages to people, and digests to the core team's channel.",
    "commands": "The commands /ruimte and /pulse, and the shortcut “What is going on?”.",
    "groups:read": (
        "The same for private channels; and see, before each digest, that nobody else is in the core team's channel."
    ),
    "im:write": "Begin the conversation with somebody whom Ruimte has not written to before.",
    "usergroups:read": "See who is in which user group: they too are the teams of a change.",
    "users:read": "See who works here, in which language and time zone, and who is a guest and does not take part.",
}
"""Every scope of the bot, and what for. There is none that reads a message."""


def manifest(*, socket: bool, address: str = "", many: bool = False) -> Json:
    """Write the manifest. `address` is the public one, `https://…`, for HTTP mode; `many` for installing by OAuth."""
    where = {} if socket else {"request_url": f"{address}{EVENTS_PATH}"}
    oauth: Json = {"scopes": {"bot": sorted(SCOPES)}}
    if many:
        oauth["redirect_urls"] = [f"{address}{REDIRECT_PATH}"]
    command = {} if socket else {"url": f"{address}{EVENTS_PATH}"}
    return {
        "display_information": {
            "name": NAME,
            "description": "Starts conversations about change: early, honestly and anonymously.",
            "background_color": "#2f4858",
        },
        "features": {
            # Read-only: nobody types an answer, which would stay in the history of the chat.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": "What is going on?",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Ask about a rumour. Ruimte does not read the message.",
                }
            ],
            "slash_commands": [
                {
                    "command": "/ruimte",
                    "description": "What Ruimte keeps about you, what is changing, and what you can set",
                    "should_escape": True,
                    **command,
                },
                {
                    "command": "/pulse",
                    "description": "For team leaders: ask your team what is going on",
                    "should_escape": True,
                    **command,
                },
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {"bot_events": sorted(("app_home_opened", *WHO_IS_THERE, *GONE)), **where},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": many,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
