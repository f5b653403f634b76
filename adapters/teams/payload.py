"""What Teams sends, read into our own words on the first line of a handler. Nothing of it is logged.

Only what was verified is read here: who acts is whoever Teams says in the activity, and nothing in a card.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.teams.references import Reference, Scope
from adapters.teams.transport import Json
from adapters.teams.views import filled
from bot.errors import RuimteError
from bot.events import Event, Pressed, Submitted
from bot.ids import PersonId, TenantId
from bot.messages import Action

CARD_ACTION = "adaptiveCard/action"
"""The name of the invoke with which a button of a card comes."""

COMMANDS: Mapping[str, Action] = {
    "pulse": Action.PULSE,
    "ruimte": Action.HOME,
    "what is going on": Action.DOOR,
    "wat speelt er": Action.DOOR,
}
"""What may be typed, without a question mark and in any case, and what it asks for."""

LOOK = "look"
"""The key in a button's `data` that asks what became of a form that took long."""

_MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_PERSONAL = "personal"
_GROUPS = frozenset({"private", "shared"})
_REMOVED = frozenset({"teamDeleted", "teamHardDeleted", "channelDeleted"})
_MEMBERS = frozenset({"teamMemberAdded", "teamMemberRemoved", "channelMemberAdded", "channelMemberRemoved"})


class PayloadUnknown(RuimteError):
    """This is nothing that Teams would send us."""

    code = "payload_unknown"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent something, in which tenant."""

    tenant: TenantId
    person: PersonId


@dataclass(frozen=True, slots=True)
class Pushed:
    """A button of a card, with what was filled in beside it: `data` as it came.

    `at_ms` is Teams' own stamp of the press, `id` names the activity, `locale` is the client's language ("nl-NL").
    """

    sender: Sender
    data: Json = field(repr=False)
    at_ms: int
    id: str
    locale: str = ""

    @property
    def stamp(self) -> int:
        """When the form was opened: now, or what the form says it was, which cannot be later."""
        opened = self.data.get("stamp")
        return min(opened, self.at_ms) if "state" in self.data and isinstance(opened, int) else self.at_ms

    @property
    def look(self) -> str:
        """The ticket of a form that took long, "" for every other button."""
        return str(self.data.get(LOOK, ""))

    def event(self) -> Event:
        """Say it without Teams: a form where the button carries a state. Raises PayloadUnknown."""
        tenant, person = self.sender.tenant, self.sender.person
        try:
            action = Action(str(self.data["action"]))
        except (KeyError, ValueError) as error:
            raise PayloadUnknown from error
        if "state" in self.data:
            return Submitted(tenant, person, action, str(self.data["state"]), filled(self.data), self.stamp)
        return Pressed(tenant, person, action, str(self.data.get("value", "")))


@dataclass(frozen=True, slots=True)
class Typed:
    """Something that was typed to us: what it asks for, None where it is none of our commands. Its text is not kept.

    `chat` is the personal conversation in which it was typed, None where others read along.
    """

    sender: Sender
    action: Action | None
    chat: Reference | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class Installed:
    """We were installed somewhere, for a person or in a group."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class TakenOut:
    """We were taken out, by a person for themselves or from a group."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody came or went, or a name changed."""

    tenant: TenantId
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Something that we do nothing with."""


Activity = Pushed | Typed | Installed | TakenOut | Changed | Other


def tenant_of(raw: Json) -> TenantId:
    """Read which tenant an activity is about. Raises PayloadUnknown where it says none, or two."""
    places = (_at(raw, "channelData", "tenant", "id"), _at(raw, "conversation", "tenantId"))
    named = {place.lower() for place in places if place}
    if len(named) != 1:
        raise PayloadUnknown
    return TenantId(named.pop())


def read(raw: Json, now_ms: int) -> Activity:
    """Read a verified activity. Raises PayloadUnknown."""
    match raw.get("type"):
        case "invoke":
            return _invoke(raw, now_ms)
        case "message":
            return Typed(_sender(raw), _command(raw.get("text")), _chat(raw), _stamp(raw, now_ms))
        case "installationUpdate":
            return _installation(raw)
        case "conversationUpdate":
            return _conversation(raw)
        case _:
            return Other()


def _invoke(raw: Json, now_ms: int) -> Activity:
    if raw.get("name") != CARD_ACTION:
        return Other()
    value = raw.get("value")
    action = value.get("action") if isinstance(value, dict) else None
    data = action.get("data") if isinstance(action, dict) else None
    if not isinstance(data, dict):
        raise PayloadUnknown
    return Pushed(_sender(raw), data, _stamp(raw, now_ms), str(raw.get("id") or ""), _at(raw, "locale"))


def _command(text: object) -> Action | None:
    """Find out what was asked: mentions, markup, signs and case make no difference."""
    bare = _TAG.sub(" ", _MENTION.sub(" ", text if isinstance(text, str) else ""))
    letters = "".join(one if one.isalnum() else " " for one in unicodedata.normalize("NFKC", bare))
    return COMMANDS.get(" ".join(letters.casefold().split()))


def _chat(raw: Json) -> Reference | None:
    return _person(raw) if _at(raw, "conversation", "conversationType") == _PERSONAL else None


def _installation(raw: Json) -> Activity:
    action = str(raw.get("action", ""))
    found = _place(raw)
    if found is None or not action.startswith(("add", "remove")):
        return Other()
    return Installed(found) if action.startswith("add") else TakenOut(found)


def _conversation(raw: Json) -> Activity:
    """Read who came or went. That we came or went ourselves is said here too, in older teams here only."""
    found, happened = _place(raw), _at(raw, "channelData", "eventType")
    me = _at(raw, "recipient", "id")
    if found is not None and _names(raw.get("membersAdded"), me):
        return Installed(found)
    if found is not None and (_names(raw.get("membersRemoved"), me) or happened in _REMOVED):
        return TakenOut(found)
    renamed = happened in {"teamRenamed", "channelRenamed"}
    if renamed or happened in _MEMBERS or raw.get("membersAdded") or raw.get("membersRemoved"):
        return Changed(tenant_of(raw), found if renamed else None)
    return Other()


def _names(accounts: object, id_: str) -> bool:
    listed = accounts if isinstance(accounts, list) else []
    return bool(id_) and any(isinstance(one, dict) and one.get("id") == id_ for one in listed)


def _place(raw: Json) -> Reference | None:
    """Read where this is: with a person, in a team, or in a channel that is not everyone's in its team."""
    if _at(raw, "conversation", "conversationType") == _PERSONAL:
        return _person(raw)
    team, name = _at(raw, "channelData", "team", "id"), _at(raw, "channelData", "team", "name")
    channel = _at(raw, "channelData", "channel", "id")
    if _at(raw, "channelData", "channel", "type") in _GROUPS and channel:
        name = f"{name} / {_at(raw, 'channelData', 'channel', 'name')}".strip(" /")
        return _reference(raw, Scope.GROUP, channel, channel, name)
    return _reference(raw, Scope.GROUP, team, team, name) if team else None


def _person(raw: Json) -> Reference:
    conversation = _at(raw, "conversation", "id")
    return _reference(raw, Scope.PERSON, _sender(raw).person, conversation, _at(raw, "from", "name"))


def _reference(raw: Json, scope: Scope, id_: str, conversation: str, name: str) -> Reference:
    service_url, bot = _at(raw, "serviceUrl"), _at(raw, "recipient", "id")
    if not (id_ and conversation and service_url and bot):
        raise PayloadUnknown
    return Reference(tenant_of(raw), scope, id_, service_url, conversation, bot, name)


def _sender(raw: Json) -> Sender:
    person = _at(raw, "from", "aadObjectId")
    if not person:
        raise PayloadUnknown
    return Sender(tenant_of(raw), PersonId(person.lower()))


def _stamp(raw: Json, now_ms: int) -> int:
    """Read Teams' own stamp of when something happened, in milliseconds; ours where it has none."""
    try:
        moment = datetime.fromisoformat(str(raw["timestamp"]))
    except (KeyError, ValueError):
        return now_ms
    return int(moment.timestamp() * 1000) if moment.tzinfo is not None else now_ms


def _at(raw: Json, *path: str) -> str:
    """Read a text along a path; "" where there is none."""
    found: object = raw
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
