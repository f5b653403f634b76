"""What Slack sends, read into our own words on the first line of a handler. Nothing of it is logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.background import ANSWERS
from adapters.slack.render import PRESS, Json
from adapters.slack.views import Carried, filled
from adapters.slack.workspaces import Origin
from bot.errors import RuimteError
from bot.events import Pressed, Submitted
from bot.ids import PersonId, TenantId
from bot.messages import Action

COMMANDS = {"/ruimte": Action.HOME, "/pulse": Action.PULSE}
"""What our commands ask for."""

SHORTCUT = "what-is-going-on"
"""The callback id of the message shortcut; it does not read the message."""


class PayloadUnknown(RuimteError):
    """This is nothing that Slack would send us."""

    code = "payload_unknown"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent something, and from where."""

    origin: Origin
    person: PersonId


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: the view as it was filled in, what it carries, and the id under which it is changed."""

    sender: Sender
    carried: Carried
    view: Json
    view_id: str
    trigger: str

    def event(self, tenant: TenantId) -> Submitted:
        """Say it without Slack."""
        return Submitted(
            tenant, self.sender.person, self.carried.action, self.carried.state, filled(self.view), self.carried.stamp
        )


@dataclass(frozen=True, slots=True)
class Pushed:
    """A button that was pressed, or a command: what it asks, since when, and the view in which it stands, if any."""

    sender: Sender
    action: Action
    value: str
    stamp: int
    trigger: str
    view_id: str = ""
    on_home: bool = False

    def event(self, tenant: TenantId) -> Pressed:
        """Say it without Slack."""
        return Pressed(tenant, self.sender.person, self.action, self.value)


def harmless(raw: Json) -> bool:
    """Say whether it changes nothing when it is done again, by whichever process: events and answers."""
    if raw.get("type") in {"event_callback", "url_verification"}:
        return True
    metadata = str((raw.get("view") or {}).get("private_metadata", ""))
    return raw.get("type") == "view_submission" and metadata.partition(" ")[0] in ANSWERS


def sent(raw: Json) -> Sent:
    """Read a `view_submission`. Raises PayloadUnknown."""
    try:
        view = raw["view"]
        carried = Carried.parse(view["private_metadata"])
        return Sent(sender(raw), carried, view, str(view["id"]), str(raw.get("trigger_id", "")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PayloadUnknown from error


def pushed(raw: Json) -> Pushed:
    """Read `block_actions` of one of our buttons. Raises PayloadUnknown."""
    try:
        (one,) = raw["actions"]
        name, action, _ = str(one["action_id"]).split(":")
        if name != PRESS:
            raise PayloadUnknown
        view = raw.get("view") or {}
        return Pushed(
            sender(raw),
            Action(action),
            str(one.get("value") or ""),
            stamp_of(one["action_ts"]),
            str(raw["trigger_id"]),
            str(view.get("id", "")),
            view.get("type") == "home",
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PayloadUnknown from error


def command(raw: Json, stamp: int) -> Pushed:
    """Read a slash command; Slack gives it no stamp, so that it is given ours. Raises PayloadUnknown."""
    try:
        origin = Origin(
            str(raw["team_id"]), str(raw.get("enterprise_id") or ""), str(raw.get("is_enterprise_install")) == "true"
        )
        who = Sender(origin, PersonId(str(raw["user_id"])))
        return Pushed(who, COMMANDS[raw["command"]], "", stamp, str(raw["trigger_id"]))
    except (KeyError, TypeError) as error:
        raise PayloadUnknown from error


def shortcut(raw: Json) -> Pushed:
    """Read the message shortcut: who and when, nothing of the message. Raises PayloadUnknown."""
    try:
        return Pushed(sender(raw), Action.DOOR, "", stamp_of(raw["action_ts"]), str(raw["trigger_id"]))
    except (KeyError, TypeError, ValueError) as error:
        raise PayloadUnknown from error


def sender(raw: Json) -> Sender:
    """Read who acts, in which workspace. Raises KeyError, TypeError."""
    team = raw.get("team") or {}
    user = raw["user"]
    enterprise = (raw.get("enterprise") or {}).get("id") or team.get("enterprise_id") or ""
    whole = raw.get("is_enterprise_install") in {True, "true"}
    origin = Origin(str(team.get("id") or user.get("team_id") or ""), str(enterprise), whole)
    return Sender(origin, PersonId(str(user["id"])))


def origin_of_event(raw: Json) -> Origin:
    """Read where an event comes from: whoever has us installed there, not who caused it."""
    granted: list[Any] = raw.get("authorizations") or [{}]
    first = granted[0] if isinstance(granted[0], dict) else {}
    return Origin(
        str(first.get("team_id") or raw.get("team_id") or ""),
        str(first.get("enterprise_id") or raw.get("enterprise_id") or ""),
        first.get("is_enterprise_install") is True,
    )


def stamp_of(moment: object) -> int:
    """Read Slack's own stamp of a moment, seconds with a fraction, as milliseconds. Raises ValueError."""
    seconds, _, fraction = str(moment).partition(".")
    return int(seconds) * 1000 + int(f"{fraction}000"[:3])
