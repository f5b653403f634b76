"""What keeps an installation going: the database, and forgetting someone."""

from __future__ import annotations

from adapters.cli.opening import opened, run, tenant_of
from adapters.cli.sentences import tell
from adapters.settings import load_settings
from bot.errors import NotFound
from bot.ids import PersonId
from bot.service.ruimte import Ruimte
from storage import migrations


def upgrade_database() -> None:
    """Make the database or bring it to the newest version."""
    settings = load_settings()
    run(migrations.upgrade(settings.database_url))
    tell("upkeep.upgraded", version=migrations.HEAD)


def forget_person(person: str, tenant: str) -> None:
    """Delete what is kept about a person. Raises NotFound."""
    run(_forget(PersonId(person), tenant))
    tell("upkeep.forgotten")


async def _forget(person: PersonId, named: str) -> None:
    settings = load_settings()
    async with opened(settings) as parts:
        try:
            await Ruimte(parts).forget(tenant_of(named, settings), person)
        except NotFound as error:
            raise NotFound(f"there is no person {person!r}") from error
