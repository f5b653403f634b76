"""Errors of ours as sentences on the error stream and an exit code; no command needs to catch them."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from bot.errors import (
    FileInvalid,
    KeyMissing,
    LeaseLost,
    Refused,
    RuimteError,
    SettingsInvalid,
    StoreForeign,
    StoreUnavailable,
    StoreVersion,
)
from bot.ids import Language
from bot.localised import Localised

REFUSED = 1
"""Findings, or a rule says no."""
ENVIRONMENT = 3
"""The database, the keys, the settings or the machine are not as they should be. (2 is wrong use, by typer.)"""

_ENGLISH = Language("en")
_ENVIRONMENT = (StoreUnavailable, StoreVersion, StoreForeign, KeyMissing, SettingsInvalid, LeaseLost)
_HINTS: dict[type[RuimteError], str] = {
    StoreUnavailable: (
        "RUIMTE_DATABASE_URL says where the database is. If it is there, another program holds it: try again in a"
        " moment. If there is none yet, `ruimte db upgrade` makes it."
    ),
    StoreVersion: (
        "`ruimte db upgrade` brings an older database to this version. A newer one needs the newer Ruimte that made it."
    ),
    StoreForeign: "The sandbox, the simulation and the service each keep to a database of their own.",
    KeyMissing: "RUIMTE_KEYS says where the keys are. What was sealed with a lost key cannot be read any more.",
}


class Sentences(TyperGroup):
    """The root of all commands: whatever error of ours comes out of one ends here."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer keeps its own copy of click, without a public type
        """Run a command; turn an error of ours, or of the machine's files, into a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except RuimteError as error:
            say_error(error)
            raise typer.Exit(exit_code(error)) from None
        except OSError as error:
            complain(_of_machine(error))
            raise typer.Exit(ENVIRONMENT) from None


def exit_code(error: RuimteError) -> int:
    """Return the exit code that belongs to an error."""
    return ENVIRONMENT if isinstance(error, _ENVIRONMENT) else REFUSED


def say_error(error: RuimteError) -> None:
    """Write an error as sentences."""
    if isinstance(error, FileInvalid):
        for finding in error.findings:
            complain(str(finding))
        count = len(error.findings)
        complain(f"{count} {'finding' if count == 1 else 'findings'}; nothing was changed.")
        return
    complain(_refusal(error) if isinstance(error, Refused) else _sentence(str(error)))
    for kind, hint in _HINTS.items():
        if isinstance(error, kind):
            complain(hint)


def complain(text: str) -> None:
    """Write a line on the error stream."""
    print(text, file=sys.stderr)  # noqa: T201 -- this is where the command line speaks


def say(text: str = "") -> None:
    """Write a line on the output."""
    print(text)  # noqa: T201 -- this is where the command line speaks


def _refusal(error: Refused) -> str:
    """Say why a rule says no, as people read it too."""
    from prompts.loader import load_texts  # noqa: PLC0415 -- only a refusal needs them

    facts = {
        name: value.in_(_ENGLISH) if isinstance(value, Localised) else value for name, value in error.facts.items()
    }
    try:
        return load_texts().get(_ENGLISH, f"refused.{error.reason}", **facts)
    except KeyError:
        return f"This is refused: {error.reason}."


def _of_machine(error: OSError) -> str:
    """Say what the machine would not do."""
    where = f"{error.filename}: " if error.filename else ""
    return _sentence(f"{where}{error.strerror or error}")


def _sentence(text: str) -> str:
    """Begin with a capital where it is a word, and end with a full stop."""
    text = text.strip()
    if text[:1].islower() and text.split(maxsplit=1)[0].isalpha():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
