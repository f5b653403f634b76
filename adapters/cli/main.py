"""`ruimte`: every command and what it takes. What each says of itself stands in `texts`, under `help`.

A command loads what it works with when it runs: `--help` needs no database, and the child process that makes digests,
which reads this file again, stays small.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.readers import Reader
from adapters.cli.sentences import Sentences, say, speak_in
from adapters.cli.voice import OPTION, voice
from adapters.collector import hold

app = typer.Typer(
    cls=Sentences,
    no_args_is_help=True,
    # What goes wrong may hold what somebody wrote: no values beside a traceback.
    pretty_exceptions_enable=False,
)
change = typer.Typer(no_args_is_help=True)
packs = typer.Typer(no_args_is_help=True)
db = typer.Typer(no_args_is_help=True)
slack = typer.Typer(no_args_is_help=True)
teams = typer.Typer(no_args_is_help=True)

Tenant = Annotated[str, typer.Option("--tenant", show_default=False)]
ChangeArgument = Annotated[str, typer.Argument(metavar="CHANGE")]


@app.callback()
def root(*, language: Annotated[str, typer.Option(OPTION, show_default=False)] = "") -> None:
    """See that there is a language to speak; which it is was read before (`adapters.cli.sentences`)."""
    speak_in(language)


@app.command()
def demo(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    directory: Annotated[Path | None, typer.Option(show_default=False)] = None,
    open_: Annotated[bool, typer.Option("--open/--no-browser")] = False,
) -> None:
    """Start the sandbox."""
    hold()
    from adapters.cli.serve import run_demo

    run_demo(host=host, port=port, directory=directory, open_=open_)


@app.command()
def serve(*, upgrade: Annotated[bool, typer.Option("--upgrade")] = False) -> None:
    """Run Ruimte for an organisation."""
    hold()
    from adapters.cli.serve import run_service

    run_service(upgrade=upgrade)


@app.command()
def simulate(  # noqa: PLR0913 -- every option of the command
    *,
    answers: Annotated[Path, typer.Option()],
    database: Annotated[str, typer.Option()],
    keys: Annotated[Path, typer.Option()],
    people: Annotated[int, typer.Option(min=1)] = 200,
    change: Annotated[Path | None, typer.Option()] = None,
    days: Annotated[int, typer.Option(min=1, max=400)] = 28,
    seed: Annotated[int, typer.Option()] = 7,
    truth: Annotated[Path | None, typer.Option()] = None,
    copies: Annotated[Path | None, typer.Option()] = None,
    progress: Annotated[bool, typer.Option("--progress")] = False,
) -> None:
    """Play a whole change with a made-up company."""
    from adapters.cli.simulate import play

    play(
        answers=answers,
        database=database,
        keys=keys,
        people=people,
        change=change,
        days=days,
        seed=seed,
        truth=truth,
        copies=copies,
        progress=progress,
    )


@change.command("apply")
def change_apply(
    file: Annotated[Path, typer.Argument()],
    *,
    tenant: Tenant = "",
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
) -> None:
    """Put a change in place from its file."""
    from adapters.cli.change import apply_file

    apply_file(file, tenant, dry_run=dry_run)


@change.command("show")
def change_show(change: ChangeArgument, tenant: Tenant = "") -> None:
    """Print a change as its file."""
    from adapters.cli.change import show

    show(change, tenant)


@change.command("close")
def change_close(change: ChangeArgument, tenant: Tenant = "") -> None:
    """Close a change."""
    from adapters.cli.change import close

    close(change, tenant)


@app.command()
def digest(
    round_: Annotated[str, typer.Argument(metavar="ROUND")],
    tenant: Tenant = "",
    language: Annotated[str, typer.Option(show_default=False)] = "",
) -> None:
    """Print the digest of a released round as text."""
    from adapters.cli.reading import print_digest

    print_digest(round_, tenant, language)


@app.command()
def export(change: ChangeArgument, tenant: Tenant = "") -> None:
    """Write what was heard about a change as JSON lines."""
    from adapters.cli.reading import export_change

    export_change(change, tenant)


@app.command()
def brief(
    reader: Annotated[Reader, typer.Argument(metavar="READER")],
    *,
    language: Annotated[str, typer.Option(show_default=False)] = "",
    change: Annotated[Path | None, typer.Option()] = None,
    output: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Print a page for the works council or for managers."""
    from adapters.cli.brief import print_brief

    print_brief(reader, language, change, output)


@packs.command("check")
def packs_check() -> None:
    """Check everything that Ruimte says."""
    from adapters.cli.packs import check_packs

    check_packs()


@db.command("upgrade")
def db_upgrade() -> None:
    """Make the database, or bring it to the version of this program."""
    from adapters.cli.upkeep import upgrade_database

    upgrade_database()


@slack.command("manifest")
def slack_manifest(
    *,
    http: Annotated[str, typer.Option("--http", metavar="ADDRESS", show_default=False)] = "",
    many: Annotated[bool, typer.Option("--many")] = False,
) -> None:
    """Print the manifest that makes the app in Slack."""
    from adapters.cli.slack import print_manifest

    print_manifest(http, many=many)


@teams.command("package")
def teams_package(
    *,
    publisher: Annotated[str, typer.Option("--publisher", metavar="NAME")],
    website: Annotated[str, typer.Option("--website", metavar="ADDRESS")],
    privacy: Annotated[str, typer.Option("--privacy", metavar="ADDRESS", show_default=False)] = "",
    terms: Annotated[str, typer.Option("--terms", metavar="ADDRESS", show_default=False)] = "",
    app_id: Annotated[str, typer.Option("--app-id", metavar="ID", show_default=False)] = "",
    output: Annotated[Path, typer.Option("--output", metavar="FILE")] = Path("ruimte-teams.zip"),
) -> None:
    """Write the package that makes the app in Teams."""
    from adapters.cli.teams import write_package
    from adapters.teams.package import Publisher

    write_package(output, Publisher(publisher, website, privacy or website, terms or website), app_id=app_id)


@app.command()
def doctor() -> None:
    """Look at the configuration."""
    from adapters.cli.doctor import see

    see()


@app.command()
def forget(
    person: Annotated[str, typer.Argument()],
    *,
    tenant: Tenant = "",
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> None:
    """Delete what is kept about a person."""
    from adapters.cli.upkeep import forget_person

    if not yes:
        typer.confirm(voice()("upkeep.confirm", person=person), abort=True)
    forget_person(person, tenant)


@app.command()
def version() -> None:
    """Print the version of Ruimte."""
    from importlib.metadata import version as installed

    say(installed("ruimte"))


app.add_typer(change, name="change")
app.add_typer(packs, name="packs")
app.add_typer(db, name="db")
app.add_typer(slack, name="slack")
app.add_typer(teams, name="teams")
