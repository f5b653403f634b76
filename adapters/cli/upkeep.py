"""The commands that keep an installation going: packs, database, forgetting someone, the version."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Annotated

import typer

from adapters.cli.opening import Tenant, opened, run, tenant_of
from adapters.cli.sentences import say
from adapters.settings import load_settings
from bot.errors import FileInvalid, NotFound
from bot.ids import PersonId
from prompts.check import check_all
from storage import migrations

packs = typer.Typer(no_args_is_help=True, help="The question packs and everything else that Ruimte says.")
db = typer.Typer(no_args_is_help=True, help="The database.")


@packs.command("check")
def check_packs() -> None:
    """Check every question, text and codebook as code is checked: languages, style, sizes.

    Every finding is shown, with its file and line.
    """
    findings = check_all()
    if findings:
        raise FileInvalid(findings)
    say("The packs, the interface texts and the codebooks have no findings.")


@db.command("upgrade")
def upgrade() -> None:
    """Make the database, or bring it to the version of this program. Nothing that is in it is lost.

    Make a backup of the database first, and none of the keys: they are never backed up.
    """
    settings = load_settings()
    run(migrations.upgrade(settings.database_url))
    say(f"The database is at version {migrations.HEAD}.")


def forget(
    person: Annotated[str, typer.Argument(help="The person's id on the platform.")],
    *,
    tenant: Tenant = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is meant.")] = False,
) -> None:
    """Delete what is kept about a person: who they are, and every message to them.

    What they answered stays, because nothing says which answers are theirs. Whoever is still on the platform is known
    again at the next look; let them press *stop* instead if that is what is meant.
    """
    if not yes:
        typer.confirm(f"Delete what is kept about {person}?", abort=True)
    run(_forget(PersonId(person), tenant))
    say("What was kept about this person is deleted.")


async def _forget(person: PersonId, named: str) -> None:
    settings = load_settings()
    async with opened(settings) as parts, parts.store.write(tenant_of(named, settings)) as tx:
        if person not in {one.id for one in await tx.people.all()}:
            raise NotFound(f"there is no person {person!r}")
        await tx.people.forget(person)


def version() -> None:
    """Print the version of Ruimte."""
    say(installed("ruimte"))
