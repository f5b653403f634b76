"""`ruimte`: every command, what it takes and what it says of itself.

A command loads what it works with when it runs: `--help` needs no database, and the child process that makes digests,
which reads this file again, stays small.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.readers import Reader
from adapters.cli.sentences import Sentences, say
from adapters.collector import hold

app = typer.Typer(
    cls=Sentences,
    no_args_is_help=True,
    help="Ruimte starts conversations about change in an organisation: early, honestly and anonymously.",
    # What goes wrong may hold what somebody wrote: no values beside a traceback.
    pretty_exceptions_enable=False,
)
change = typer.Typer(no_args_is_help=True, help="A change, as its organiser describes it in a file.")
packs = typer.Typer(no_args_is_help=True, help="The question packs and everything else that Ruimte says.")
db = typer.Typer(no_args_is_help=True, help="The database.")
slack = typer.Typer(no_args_is_help=True, help="Ruimte in Slack.")

Tenant = Annotated[
    str,
    typer.Option(
        "--tenant", help="The organisation this is about. [default: RUIMTE_TENANT, or main]", show_default=False
    ),
]
ChangeArgument = Annotated[str, typer.Argument(metavar="CHANGE", help="The id of the change.")]


@app.command()
def demo(
    *,
    port: Annotated[int, typer.Option(help="Where the page is.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="Who may reach it; by default this machine only.")] = "127.0.0.1",
    directory: Annotated[
        Path | None,
        typer.Option(
            help="Where the sandbox keeps its database. [default: sandbox, under RUIMTE_DATA]", show_default=False
        ),
    ] = None,
    open_: Annotated[bool, typer.Option("--open/--no-browser", help="Open the page in your browser.")] = False,
) -> None:
    """Start the sandbox: a make-believe company in your browser, with a clock that you move.

    You choose who you are, an employee, a manager or someone of the core team. Nothing in it is sent to anyone.
    """
    hold()
    from adapters.cli.serve import run_demo

    run_demo(host=host, port=port, directory=directory, open_=open_)


@app.command()
def serve(
    *,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="First make the database, or bring it to the version of this program.")
    ] = False,
) -> None:
    """Run Ruimte for an organisation, on the platforms that are configured, until it is told to stop.

    It serves /healthz at RUIMTE_HOST and RUIMTE_PORT and does what is due every RUIMTE_TICK_SECONDS. On SIGTERM it
    lets finish what is under way.
    """
    hold()
    from adapters.cli.serve import run_service

    run_service(upgrade=upgrade)


@app.command()
def simulate(  # noqa: PLR0913 -- every option of the command
    *,
    answers: Annotated[
        Path,
        typer.Option(help='What people say: a line of JSON each, {"text": ..., "lang": ..., "round": optional kind}.'),
    ],
    database: Annotated[
        str, typer.Option(help="The database: sqlite:///a/path.db or postgresql://user@host/name. A new file is made.")
    ],
    keys: Annotated[Path, typer.Option(help="The directory for the keys.")],
    people: Annotated[int, typer.Option(help="How many people work there.", min=1)] = 200,
    change: Annotated[
        Path | None, typer.Option(help="The change, as for `ruimte change apply`. [default: one of four weeks]")
    ] = None,
    days: Annotated[int, typer.Option(help="How many days are played.", min=1, max=400)] = 28,
    seed: Annotated[int, typer.Option(help="The same seed gives the same course.")] = 7,
    truth: Annotated[
        Path | None,
        typer.Option(help="Write here who said what, in the order of submission, as the service never knows it."),
    ] = None,
    copies: Annotated[
        Path | None,
        typer.Option(help="Copy the database's files here after every submission and every release (SQLite only)."),
    ] = None,
    progress: Annotated[bool, typer.Option("--progress", help="Show on the error stream how far it is.")] = False,
) -> None:
    """Play a whole change with a made-up company and given answers, on a clock that flies.

    The same engine, store and outbox as for an organisation, without a browser. People are told the frame, answer,
    change their minds and withdraw; the core team reads, tells what was heard, decides and closes, as far as the days
    allow. A voice takes the next line of its language and its kind of round; lines without `round` fit every one. When
    all that fit are used they begin again, and where none fits a voice says nothing.

    The database must be empty, or one that a simulation made before: that is emptied first. The last line on the output
    is one JSON object with the numbers.
    """
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
    file: Annotated[Path, typer.Argument(help="The file; adapters/company/small.yaml shows how little is enough.")],
    *,
    tenant: Tenant = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and change nothing.")] = False,
) -> None:
    """Put a change in place, or a correction of it, from a YAML file.

    Every finding is shown at once, with its line; then nothing was changed. A planning that asks more of people than
    they have is refused. What was told to people and changes in the file is told to everyone again.
    """
    from adapters.cli.change import apply_file

    apply_file(file, tenant, dry_run=dry_run)


@change.command("show")
def change_show(change: ChangeArgument, tenant: Tenant = "") -> None:
    """Print a change as its file, to be edited and applied again; what became of it stands in comments."""
    from adapters.cli.change import show

    show(change, tenant)


@change.command("close")
def change_close(change: ChangeArgument, tenant: Tenant = "") -> None:
    """Close a change and tell everyone what came of it.

    Refused while an open or together point has no outcome, while a round runs, and before the heard check.
    """
    from adapters.cli.change import close

    close(change, tenant)


@app.command()
def digest(
    round_: Annotated[str, typer.Argument(metavar="ROUND", help="The id of a round that was released.")],
    tenant: Tenant = "",
    language: Annotated[
        str, typer.Option(help="The language to print it in. [default: the first of the change]", show_default=False)
    ] = "",
) -> None:
    """Print the digest of a released round as text, as the core team reads it.

    While a round is open there is nothing to print, for anyone.
    """
    from adapters.cli.reading import print_digest

    print_digest(round_, tenant, language)


@app.command()
def export(change: ChangeArgument, tenant: Tenant = "") -> None:
    """Write what was heard about a change as JSON lines: the themes with their sizes and the quotes of every digest.

    Only released rounds, nothing that a digest does not show, no ids, in no order. Words of people who did not allow
    quoting are nowhere in it.
    """
    from adapters.cli.reading import export_change

    export_change(change, tenant)


@app.command()
def brief(
    reader: Annotated[Reader, typer.Argument(metavar="READER", help="Whom it is for: works-council or managers.")],
    *,
    language: Annotated[
        str,
        typer.Option(help="The language of the page: nl or en. [default: the first that is set]", show_default=False),
    ] = "",
    change: Annotated[
        Path | None, typer.Option(help="The file of a change: then the page has its days, readers and adviser.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write it to this file: HTML to print if it ends in .html, else Markdown.")
    ] = None,
) -> None:
    """Print a page for the works council or for managers: what Ruimte does, cannot know, promises, and what to trust.

    It is true to the settings as they are now. Without --output it is printed as Markdown.
    """
    from adapters.cli.brief import print_brief

    print_brief(reader, language, change, output)


@packs.command("check")
def packs_check() -> None:
    """Check every question, text and codebook as code is checked: languages, style, sizes.

    Every finding is shown, with its file and line.
    """
    from adapters.cli.packs import check_packs

    check_packs()


@db.command("upgrade")
def db_upgrade() -> None:
    """Make the database, or bring it to the version of this program. Nothing that is in it is lost.

    Make a backup of the database first, and none of the keys: they are never backed up.
    """
    from adapters.cli.upkeep import upgrade_database

    upgrade_database()


@slack.command("manifest")
def slack_manifest(
    *,
    http: Annotated[
        str,
        typer.Option(
            "--http",
            metavar="ADDRESS",
            help="Be reached by HTTP at this public address. [default: Socket Mode, which needs none]",
            show_default=False,
        ),
    ] = "",
    many: Annotated[bool, typer.Option("--many", help="Let many workspaces install it, by OAuth.")] = False,
) -> None:
    """Print the manifest that makes the app in Slack, with exactly the rights that are used and a sentence for each.

    Paste it at api.slack.com/apps, Create New App, From a manifest. docs/slack.md goes on from there.
    """
    from adapters.cli.slack import print_manifest

    print_manifest(http, many=many)


@app.command()
def doctor() -> None:
    """Look at the configuration and say in plain words what is right, what to know, and what to do.

    Changes nothing. The exit code is 1 when something must be done.
    """
    from adapters.cli.doctor import see

    see()


@app.command()
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
    from adapters.cli.upkeep import forget_person

    if not yes:
        typer.confirm(f"Delete what is kept about {person}?", abort=True)
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
