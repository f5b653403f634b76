"""What `ruimte doctor` looks at in Teams: who we are, Microsoft's keys, the way in, whom we reach, the core channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from adapters.finding import Found, do, good, know
from adapters.teams.app import MESSAGES_PATH
from adapters.teams.calls import TeamsRefused
from adapters.teams.platform import TeamsPlatform
from adapters.teams.references import Scope
from adapters.teams.tokens import KeysMissing, TokenForged
from bot.change import Change
from bot.errors import DeliveryFailed
from bot.ids import TenantId
from bot.people import Person

NOBODYS = "a key that nobody has"


@dataclass(frozen=True, slots=True)
class TeamsCheck:
    """Looks at one installation."""

    platform: TeamsPlatform

    async def credential(self) -> AsyncIterator[Found]:
        """See whether Microsoft knows the app by what it shows: secret, certificate or managed identity."""
        settings = self.platform.settings
        if not settings.app_id:
            yield do(
                "Teams is in development: RUIMTE_TEAMS_APP_ID is not set, and whoever is on this machine is believed."
                " Never do this with people's answers."
            )
            return
        try:
            await self.platform.tokens.get()
        except TeamsRefused as error:
            yield do(
                f"Microsoft does not give app {settings.app_id} a token for its {self._shown()} ({error.reason}). Look"
                f" at Certificates & secrets of the app in tenant {settings.app_tenant}, and whether it has expired."
            )
        except DeliveryFailed as error:
            yield do(f"{error}. Is login.microsoftonline.com reachable from this machine?")
        else:
            yield good(f"Microsoft knows app {settings.app_id} by its {self._shown()}.")

    def _shown(self) -> str:
        settings = self.platform.settings
        if settings.managed_identity:
            return "managed identity"
        return "certificate" if settings.certificate is not None else "secret"

    async def keys(self) -> AsyncIterator[Found]:
        """See whether Microsoft's keys can be had: without them nothing that Teams sends can be checked."""
        verifier = self.platform.door.verifier
        if verifier is None:
            return
        try:
            await verifier.keys.get(NOBODYS)
        except KeysMissing:
            yield do(
                "Microsoft's keys cannot be fetched, so that everything Teams sends is turned away (503). Let this"
                " machine reach login.botframework.com."
            )
        except TokenForged:
            yield good("Microsoft's keys are there: what Teams sends can be checked.")

    def way_in(self) -> Iterator[Found]:
        """Say how Teams reaches us."""
        yield know(
            f"Teams reaches us at the bot's messaging endpoint: your public address, by https, with {MESSAGES_PATH}. It"
            " cannot be checked from here; type `ruimte` to the bot, and it answers."
        )

    async def reach(self, tenant: TenantId, people: Sequence[Person]) -> AsyncIterator[Found]:
        """Say where we are installed, and how many cannot be written to, and what helps."""
        groups = await self.platform.references.of(tenant, Scope.GROUP)
        if not await self.platform.is_installed(tenant):
            yield do(
                f"In tenant {tenant} nobody has the app yet, so nobody is written to. Upload what `ruimte teams"
                " package` makes, and add it to a team; docs/teams.md goes on from there."
            )
            return
        if not groups:
            yield know(
                f"In tenant {tenant} no team has the app: only who has it for themselves is known. Add it to the teams"
                " that a change is about, and to the core team's."
            )
        there = [person for person in people if person.present]
        lost = [person for person in there if not person.reachable]
        if lost:
            yield know(
                f"{len(lost)} of {len(there)} in tenant {tenant} cannot be reached yet: Teams does not let us write to"
                " them, or they took the app out. In the Teams admin center, Setup policies, add Ruimte to Installed"
                " apps for them; whoever took it out decides for themselves. They are invited when they can be reached."
            )
        elif there:
            yield good(f"All {len(there)} in tenant {tenant} can be reached.")

    async def channel(self, change: Change) -> AsyncIterator[Found]:
        """See whether the digests of a change can be posted."""
        if change.channel is None:
            yield know(f"The change {change.id} names no channel: nobody can read its digests in Teams.")
            return
        where = f"The channel {change.channel} of {change.id}"
        check = await self.platform.messenger.check_channel(change.tenant, change.channel)
        others = check.members - change.readers
        if not check.exists:
            yield do(
                f"{where} cannot be seen: add the app to its team, and use the channel's id (19:...@thread.tacv2),"
                " which is in its link. A group chat is no channel."
            )
        elif check.foreign:
            yield do(f"{where} has guests or people of another organisation in it: take them out of its team.")
        elif others:
            yield do(
                f"{where} has {len(others)} in its team who are not of the core team ({', '.join(sorted(others))}):"
                " take them out, or name them in the change."
            )
        else:
            yield good(f"{where} is in a team of nobody but the core team.")
            yield know(
                f"Whether the team of {where.removeprefix('The channel ')} is private cannot be seen from here. See"
                " that it is: a public team can be joined by anyone, who then reads what is already there."
            )
