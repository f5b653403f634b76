"""Who is in a tenant, as far as we are: everyone in the teams that have us, and whoever has us for themselves.

A team is a team of Teams, or a private channel of one, by its name; where two have the same name each is its id. Nobody
is asked for anything beyond that: we have no right to read the organisation's directory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.teams.calls import Gone
from adapters.teams.members import Accounts, every_member, is_foreign, person_of
from adapters.teams.pace import Paces
from adapters.teams.references import Reference, References, Scope, Standing
from adapters.teams.transport import Transport
from adapters.trying import UNCONNECTED_S
from bot.errors import PlatformAway
from bot.ids import Language, PersonId, TeamKey, TenantId
from bot.people import Person


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for everyone, because Teams says it of nobody until they act: language, time zone, country."""

    language: Language
    zone: str
    country: str


@dataclass(frozen=True, slots=True)
class TeamsDirectory:
    """The directory of every tenant that has us installed."""

    transport: Transport
    references: References
    paces: Paces
    defaults: Defaults
    accounts: Accounts
    _guests: dict[tuple[TenantId, PersonId], bool] = field(default_factory=dict)

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """See `bot.ports.Directory`. Raises DeliveryFailed: half a list would say that the others have left."""
        groups = await self.references.of(tenant, Scope.GROUP)
        own = {PersonId(one.id): one for one in await self.references.of(tenant, Scope.PERSON)}
        if not groups and not own:
            raise PlatformAway("nobody in this tenant has the app", retry_after_s=UNCONNECTED_S)
        found: dict[PersonId, Person] = {}
        for group, key in zip(groups, _keys(groups), strict=True):
            for person in await self._members(group):
                before = found.get(person.id, person)
                found[person.id] = replace(before, teams=tuple(sorted({*before.teams, key})))
        for id_, reference in own.items():
            if id_ not in found:
                found[id_] = await self._alone(reference)
        return tuple(self._reached(person, own) for person in found.values())

    async def _members(self, group: Reference) -> Sequence[Person]:
        """Return who is in a group; nobody where we are not let in, because it does not have us any more."""
        pace = self.paces.of(group.tenant)
        found: list[Person] = []
        try:
            async for member in every_member(self.transport, pace, group.line, group.conversation):
                self.accounts.note(group.tenant, member)
                if (id_ := person_of(member)) is not None:
                    guest = is_foreign(member, group.tenant)
                    found.append(self._person(group.tenant, id_, str(member.get("name") or id_), guest=guest))
        except Gone:
            return ()
        return found

    async def _alone(self, reference: Reference) -> Person:
        """Describe somebody who is in no team that has us: named when they installed us, a guest as Teams says."""
        tenant, id_ = reference.tenant, PersonId(reference.id)
        guest = await self._is_guest(reference) if reference.standing is Standing.OPEN else False
        return self._person(tenant, id_, reference.name or id_, guest=guest)

    async def _is_guest(self, reference: Reference) -> bool:
        """Ask once whether somebody is a guest: it is remembered until the next start, and is one request a person."""
        key = reference.tenant, PersonId(reference.id)
        if key not in self._guests:
            pace = self.paces.of(reference.tenant)
            try:
                members = every_member(self.transport, pace, reference.line, reference.conversation)
                mine = [one async for one in members if person_of(one) == key[1]]
            except Gone:
                return False
            self._guests[key] = any(is_foreign(one, reference.tenant) for one in mine)
        return self._guests[key]

    def _person(self, tenant: TenantId, id_: PersonId, name: str, *, guest: bool) -> Person:
        """Take over what Teams knows of somebody: nothing but their name and whether they are a guest."""
        language, zone, country = self.defaults.language, self.defaults.zone, self.defaults.country
        return Person(tenant, id_, name, language, zone, region=country, guest=guest)

    def _reached(self, person: Person, own: Mapping[PersonId, Reference]) -> Person:
        """Say whether we may write to somebody; whom we never tried in a team of ours we take to be within reach."""
        reference = own.get(person.id)
        return replace(person, reachable=reference is None or reference.standing is Standing.OPEN)


def _keys(groups: Sequence[Reference]) -> Sequence[TeamKey]:
    """Name every group."""
    often = Counter(group.name for group in groups)
    return [TeamKey(one.name if one.name and often[one.name] == 1 else one.id) for one in groups]
