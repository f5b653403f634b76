"""Who is in a workspace: everyone but bots and those who were deactivated, with the teams that they belong to.

A team is a channel that we were invited to, or a user group, by its name: Slack lets no two of them share one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from zoneinfo import available_timezones

from adapters.slack.calls import SlackRefused, every_page, insist
from adapters.slack.render import Json
from adapters.slack.workspaces import Workspace, Workspaces
from bot.ids import Language, PersonId, TeamKey, TenantId
from bot.people import Person

SLACKBOT = "USLACKBOT"

NO_GROUPS = frozenset(
    {"missing_scope", "paid_teams_only", "plan_upgrade_required", "team_is_restricted", "unknown_method"}
)
"""User groups belong to the paid plans: without them channels are the teams."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for somebody of whom Slack does not say it: the languages we speak (default first), zone, country."""

    languages: tuple[Language, ...]
    zone: str
    country: str


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones that we can reckon with, and the country that each lies in (ISO 3166-1)."""

    known: frozenset[str]
    countries: Mapping[str, str]


class SlackDirectory:
    """The directory of every workspace that we are installed in."""

    def __init__(self, workspaces: Workspaces, defaults: Defaults, zones: Zones) -> None:
        """Look people up in these."""
        self._workspaces = workspaces
        self._zones = zones
        self._defaults = defaults

    @property
    def zone(self) -> str:
        """The time zone of this installation."""
        return self._defaults.zone

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """See `bot.ports.Directory`. Raises DeliveryFailed: half a list would say that the others have left."""
        workspace = await self._workspaces.of(tenant)
        teams = await _teams(workspace)
        found: dict[PersonId, Person] = {}
        for among in _amongst(workspace):
            users = every_page(workspace.client.users_list, "members", include_locale=True, **among)
            async for user in users:
                if not _works_here(user):
                    continue
                person = PersonId(str(user["id"]))
                found[person] = self._person(tenant, user, tuple(sorted(teams.get(person, ()))))
        return tuple(found.values())

    def _person(self, tenant: TenantId, user: Json, teams: tuple[TeamKey, ...]) -> Person:
        """Take over what Slack knows of somebody: nothing but their name, language, time zone and teams."""
        profile = user.get("profile") or {}
        name = profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]
        zone = str(user.get("tz") or "")
        zone = zone if zone in self._zones.known else self._defaults.zone
        return Person(
            tenant=tenant,
            id=PersonId(str(user["id"])),
            name=str(name),
            language=self._language(str(user.get("locale") or "")),
            zone=zone,
            teams=teams,
            region=self._region(zone),
            guest=_guest(user),
        )

    def _region(self, zone: str) -> str:
        """Whose public holidays somebody keeps: those of where they are."""
        if zone == self._defaults.zone:
            return self._defaults.country
        return self._zones.countries.get(zone, self._defaults.country)

    def _language(self, locale: str) -> Language:
        """Return the language of "nl-NL" where we speak it."""
        language = Language(locale.partition("-")[0].lower())
        return language if language in self._defaults.languages else self._defaults.languages[0]


def _works_here(user: Json) -> bool:
    return not (user.get("deleted") or user.get("is_bot") or user.get("id") == SLACKBOT)


def _guest(user: Json) -> bool:
    """Guests, those who were invited and have not come yet, and people of another organisation."""
    keys = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user")
    return any(user.get(key) for key in keys)


def _amongst(workspace: Workspace) -> tuple[dict[str, str], ...]:
    """Say where to look: an organisation as a whole is asked for each of its workspaces."""
    return tuple({"team_id": team} for team in workspace.teams) or ({},)


async def _teams(workspace: Workspace) -> Mapping[PersonId, set[TeamKey]]:
    """Find the teams of everyone. Raises DeliveryFailed."""
    found: defaultdict[PersonId, set[TeamKey]] = defaultdict(set)
    for among in _amongst(workspace):
        async for team, person in _in_channels(workspace, among):
            found[person].add(team)
        async for team, person in _in_groups(workspace, among):
            found[person].add(team)
    return found


async def _in_channels(workspace: Workspace, among: dict[str, str]) -> AsyncIterator[tuple[TeamKey, PersonId]]:
    """Yield who is in each channel that we were invited to."""
    channels = every_page(
        workspace.client.conversations_list,
        "channels",
        types="public_channel,private_channel",
        exclude_archived=True,
        **among,
    )
    async for channel in channels:
        if not channel.get("is_member") or channel.get("is_im") or channel.get("is_ext_shared"):
            continue
        members = every_page(workspace.client.conversations_members, "members", channel=channel["id"])
        async for member in members:
            yield TeamKey(str(channel["name"])), PersonId(str(member))


async def _in_groups(workspace: Workspace, among: dict[str, str]) -> AsyncIterator[tuple[TeamKey, PersonId]]:
    """Yield who is in each user group."""
    try:
        said = await insist(workspace.client.usergroups_list, include_users=True, **among)
    except SlackRefused as error:
        if error.reason in NO_GROUPS:
            return
        raise
    for group in said.get("usergroups") or ():
        for member in group.get("users") or ():
            yield TeamKey(str(group.get("handle") or group["id"])), PersonId(str(member))


def load_zones() -> Zones:
    """Read which time zones there are, and in which country each of them lies, of those that lie in one. Blocking."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return Zones(frozenset(available_timezones()), {row[2]: row[0] for row in rows})
