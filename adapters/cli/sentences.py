"""Errors of ours as sentences on the error stream and an exit code; no command needs to catch them."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from adapters.cli.voice import ENGLISH, languages, load_voice, speaking, voice, wished
from adapters.settings import language_of_machine
from bot.errors import (
    FileInvalid,
    Finding,
    KeyMissing,
    LeaseLost,
    Refused,
    RuimteError,
    SettingsInvalid,
    StoreForeign,
    StoreUnavailable,
    StoreVersion,
)
from bot.localised import Localised

ORGANISER = Path(__file__).parent.parent / "web" / "organiser" / "texts"
"""Where the findings of a change have their sentences."""

REFUSED = 1
"""Findings, or a rule says no."""
ENVIRONMENT = 3
"""The database, the keys, the settings or the machine are not as they should be. (2 is wrong use, by typer.)"""

_ENVIRONMENT = (StoreUnavailable, StoreVersion, StoreForeign, KeyMissing, SettingsInvalid, LeaseLost)
_HINTED = (StoreUnavailable, StoreVersion, StoreForeign, KeyMissing)
"""Errors about which there is something to do."""


class Sentences(TyperGroup):
    """The root of all commands: it speaks a language, and whatever error of ours comes out of one ends here."""

    def main(self, *args: Any, **given: Any) -> Any:  # noqa: ANN401 -- as typer's
        """Run what was typed, in the language that is wished; what a command says of itself too."""
        words = given.get("args") or (args[0] if args else None) or sys.argv[1:]
        with speaking(load_voice(wished(words, language_of_machine()))):
            explain(self)
            return super().main(*args, **given)

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
            complain(_said(finding))
        warn("findings", count=len(error.findings))
        return
    complain(_refusal(error) if isinstance(error, Refused) else _sentence(str(error)))
    if isinstance(error, _HINTED):
        warn(f"hint.{error.code}")


def explain(command: Any, path: tuple[str, ...] = ()) -> None:  # noqa: ANN401 -- click's, which typer keeps to itself
    """Let a command, its options and the commands below it say what they are, in the language that is spoken."""
    own, speak = "_".join(path) or "root", voice()
    if speak.has(f"help.{own}.text"):
        command.help = _unwrapped(speak(f"help.{own}.text"))
    for option in command.params:
        for key in (f"help.{own}.{option.name}", f"help.any.{option.name}"):
            if speak.has(key):
                option.help = speak(key)
                break
    for name, below in getattr(command, "commands", {}).items():
        explain(below, (*path, name))


def _unwrapped(text: str) -> str:
    """Put each paragraph on one line: it is wrapped for the screen that it is shown on."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def speak_in(language: str) -> None:
    """See that there is a language to speak in; the root has chosen it before. Raises BadParameter."""
    if language and language not in languages():
        raise typer.BadParameter(voice()("no_language", languages=", ".join(languages())))


def tell(key: str, **values: object) -> None:
    """Say a text of the command line on the output."""
    say(voice()(key, **values))


def warn(key: str, **values: object) -> None:
    """Say a text of the command line on the error stream."""
    complain(voice()(key, **values))


def complain(text: str) -> None:
    """Write a line on the error stream."""
    print(text, file=sys.stderr)  # noqa: T201 -- this is where the command line speaks


def say(text: str = "") -> None:
    """Write a line on the output."""
    print(text)  # noqa: T201 -- this is where the command line speaks


def _said(finding: Finding) -> str:
    """Say a finding; one about a change has words in every language, the others are for who writes packs and code."""
    speak = voice()
    if speak.language == ENGLISH or not finding.code:
        return str(finding)
    from adapters.web.organiser.remarks import Speaker  # noqa: PLC0415 -- only findings need them
    from adapters.web.texts import load_chrome  # noqa: PLC0415

    text = Speaker(load_chrome(ORGANISER).of(speak.language), {}).say(finding, finding.key)
    about = f"{finding.key}: " if finding.key else ""
    return str(replace(finding, text=f"{about}{text}"))


def _refusal(error: Refused) -> str:
    """Say why a rule says no, as people read it too."""
    from prompts.loader import load_texts  # noqa: PLC0415 -- only a refusal needs them

    language = voice().language
    facts = {
        name: value.in_(language) if isinstance(value, Localised) else value for name, value in error.facts.items()
    }
    try:
        return load_texts().get(language, f"refused.{error.reason}", **facts)
    except KeyError:
        return voice()("refused", reason=error.reason)


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
