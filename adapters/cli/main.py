"""`ruimte`: every command and where it is."""

from __future__ import annotations

import typer

from adapters.cli import change, doctor, reading, serve, upkeep
from adapters.cli.sentences import Sentences

app = typer.Typer(
    cls=Sentences,
    no_args_is_help=True,
    help="Ruimte starts conversations about change in an organisation: early, honestly and anonymously.",
    # What goes wrong may hold what somebody wrote: no values beside a traceback.
    pretty_exceptions_enable=False,
)
app.command("demo")(serve.demo)
app.command("serve")(serve.serve)
app.add_typer(change.app, name="change")
app.command("digest")(reading.digest)
app.command("export")(reading.export)
app.add_typer(upkeep.packs, name="packs")
app.add_typer(upkeep.db, name="db")
app.command("doctor")(doctor.doctor)
app.command("forget")(upkeep.forget)
app.command("version")(upkeep.version)
