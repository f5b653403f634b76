"""Puts the parts together; besides the command line the only place that names concrete storage."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.arithmetic import ChildArithmetic
from adapters.clock import SystemClock, VirtualClock
from adapters.holidays import LibraryHolidays
from adapters.platforms import Platforms
from adapters.scheduler import Tenants, ticking
from adapters.settings import Settings
from bot.errors import SettingsInvalid
from bot.ids import TenantId
from bot.ports import Clock, Directory, Messenger, Packs, Texts
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte
from prompts.loader import FileTexts, load_packs, load_texts
from storage import box, migrations, showing
from storage.conversations import Conversation
from storage.keys import FileKeys
from storage.opening import Conversations, Storage, open_storage
from storage.showing import SandboxRows

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform
    from adapters.teams.platform import TeamsPlatform
    from adapters.teams.references import Reference, Scope


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    messenger: Messenger,
    directory: Directory,
    clock: Clock | None = None,
    made_by: str | None = "service",
    packs: Packs | None = None,
    storage: Storage | None = None,
) -> AsyncIterator[Parts]:
    """Give the parts of the service until the block ends; then connections are closed and the child process is gone.

    Without `clock` it is the machine's. `made_by`: who must have made the database (`sandbox`, `simulation`), None for
    whoever. `packs` are those that were read already, `storage` is one that is open already, and stays so.

    Raises StoreUnavailable, StoreVersion, StoreForeign; FileInvalid where packs or texts are not whole.
    """
    async with AsyncExitStack() as stack:
        keys = FileKeys(settings.keys)
        if storage is None:
            storage = await stack.enter_async_context(await open_storage(settings.database_url, keys, made_by=made_by))
        arithmetic = ChildArithmetic()
        stack.push_async_callback(arithmetic.close)
        yield Parts(
            store=storage.store,
            spool=storage.spool,
            keys=keys,
            messenger=messenger,
            directory=directory,
            clock=clock or SystemClock(),
            holidays=LibraryHolidays(),
            texts=await asyncio.to_thread(spoken_texts, settings),
            packs=packs if packs is not None else await asyncio.to_thread(load_packs),
            arithmetic=arithmetic,
            holder=secrets.token_hex(8),
        )


async def make_database(settings: Settings, *, made_by: str) -> None:
    """Make the database that is set, or bring it to the version of this program. Raises StoreForeign, StoreVersion."""
    await migrations.upgrade(settings.database_url, made_by=made_by)


@asynccontextmanager
async def sandbox_rows(settings: Settings) -> AsyncIterator[SandboxRows]:
    """Look into the tables of a sandbox until the block ends. Raises StoreForeign for any other database."""
    async with showing.sandbox_rows(settings.database_url, FileKeys(settings.keys)) as rows:
        yield rows


def spoken_texts(settings: Settings) -> Texts:
    """Load the interface texts of the languages that are set, default first. Raises SettingsInvalid, FileInvalid."""
    texts = load_texts()
    unknown = [language for language in settings.languages if language not in texts.languages]
    if unknown:
        raise SettingsInvalid(f"RUIMTE_LANGUAGES has {unknown[0]!r}; there are texts in {', '.join(texts.languages)}")
    if not settings.languages:
        return texts
    return FileTexts({language: texts.texts[language] for language in settings.languages})


@asynccontextmanager
async def running(service: Ruimte, settings: Settings, *, clock: Clock, tenants: Tenants) -> AsyncIterator[None]:
    """Tick for these tenants until the block ends; on a virtual clock whoever moves it ticks."""
    if isinstance(clock, VirtualClock):
        yield
        return
    async with ticking(service, tenants, clock=clock, every_s=settings.tick_s):
        yield


@asynccontextmanager
async def slack(settings: Settings) -> AsyncIterator[SlackPlatform | None]:
    """Give Slack until the block ends, None where it is not configured. Raises SettingsInvalid."""
    if settings.slack is None:
        yield None
        return
    # Slack's SDK takes most of a second to load.
    from adapters.slack.directory import Defaults, load_zones  # noqa: PLC0415
    from adapters.slack.platform import open_slack  # noqa: PLC0415

    texts = await asyncio.to_thread(spoken_texts, settings)
    async with open_slack(
        settings.slack,
        tenant=settings.tenant,
        defaults=Defaults(tuple(texts.languages), settings.zone, settings.country),
        zones=await asyncio.to_thread(load_zones),
        kept=await _installations(settings) if settings.slack.client_id else None,
    ) as platform:
        yield platform


async def _installations(settings: Settings) -> tuple[str, TokenSealer]:
    """Where installations are kept, and what seals their tokens.

    Beside what is ours on SQLite, which has one writer, else in the same database.
    """
    sealer = TokenSealer(await FileKeys(settings.keys).make("slack.tokens"))
    if settings.database_file is None:
        return settings.database_url, sealer
    folder = await asyncio.to_thread(settings.database_file.resolve)
    return f"sqlite+aiosqlite:///{folder.parent / 'slack.db'}", sealer


@asynccontextmanager
async def teams(settings: Settings, storage: Storage) -> AsyncIterator[TeamsPlatform | None]:
    """Give Teams until the block ends, None where it is not configured. Raises SettingsInvalid."""
    if settings.teams is None:
        yield None
        return
    try:
        # Microsoft's SDK takes most of a second to load.
        from adapters.teams.directory import Defaults  # noqa: PLC0415
        from adapters.teams.platform import open_teams  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = f"Teams needs {error.name}, which is not installed: pip install 'ruimte[teams]'"
        raise SettingsInvalid(missing) from error

    texts = await asyncio.to_thread(spoken_texts, settings)
    async with open_teams(
        settings.teams,
        references=KeptReferences(storage.conversations),
        texts=texts,
        defaults=Defaults(texts.languages[0], settings.zone, settings.country),
        clock=SystemClock(),
    ) as platform:
        yield platform


@asynccontextmanager
async def platforms(settings: Settings, storage: Storage) -> AsyncIterator[Platforms]:
    """Give every platform that is configured, until the block ends. Raises SettingsInvalid."""
    async with slack(settings) as in_slack, teams(settings, storage) as in_teams:
        yield Platforms(settings.tenant, in_slack, in_teams)


@asynccontextmanager
async def kept(settings: Settings) -> AsyncIterator[Storage]:
    """Give the service's storage until the block ends. Raises StoreUnavailable, StoreVersion, StoreForeign."""
    async with await open_storage(settings.database_url, FileKeys(settings.keys)) as storage:
        yield storage


@dataclass(frozen=True, slots=True)
class KeptReferences:
    """The references of Teams, on the storage's conversations."""

    conversations: Conversations

    async def get(self, tenant: TenantId, scope: Scope, id_: str) -> Reference | None:
        """See `adapters.teams.references.References`."""
        found = await self.conversations.get(tenant, scope, id_)
        return None if found is None else _reference(found)

    async def of(self, tenant: TenantId, scope: Scope) -> Sequence[Reference]:
        """See `adapters.teams.references.References`."""
        return [_reference(one) for one in await self.conversations.of(tenant, scope)]

    async def put(self, references: Sequence[Reference]) -> None:
        """See `adapters.teams.references.References`."""
        await self.conversations.put([_conversation(one) for one in references])

    async def delete(self, tenant: TenantId, scope: Scope, id_: str) -> None:
        """See `adapters.teams.references.References`."""
        await self.conversations.delete(tenant, scope, id_)


def _reference(of: Conversation) -> Reference:
    from adapters.teams.references import Reference, Scope, Standing  # noqa: PLC0415 -- where Teams is configured

    return Reference(
        of.tenant,
        Scope(of.kind),
        of.id,
        of.service_url,
        of.conversation,
        of.bot,
        of.name,
        Standing(of.state),
    )


def _conversation(of: Reference) -> Conversation:
    return Conversation(
        of.tenant,
        of.scope.value,
        of.id,
        of.service_url,
        of.conversation,
        of.bot,
        of.name,
        of.standing.value,
    )


@dataclass(frozen=True, slots=True)
class TokenSealer:
    """Seals the tokens of workspaces under a key of the key directory."""

    key: bytes

    def seal(self, content: bytes) -> bytes:
        """Return it sealed. Raises SlipTooLarge."""
        return box.seal(self.key, content, box.about("slack-token"))

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises BoxBroken."""
        return box.unseal(self.key, sealed, box.about("slack-token"))
