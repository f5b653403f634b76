"""One language's voice: texts by key, days in words, and the few shapes that every message shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.change import Change
from bot.ids import Language
from bot.localised import Localised
from bot.messages import Action, Button, Note
from bot.ports import Texts
from bot.schedule import local_day

BUTTON_MAXIMUM = 75
"""Characters on a button or an option (Slack Block Kit, button and option text, docs.slack.dev, read 2026-11)."""


@dataclass(frozen=True, slots=True)
class Words:
    """The interface texts in one language, as a reader in one time zone sees them."""

    texts: Texts
    language: Language
    zone: str

    def say(self, key: str, **values: object) -> str:
        """Return a text with its gaps filled; localised values and days are put into words first."""
        return self.texts.get(self.language, key, **{name: self._plain(value) for name, value in values.items()})

    def day(self, day: date) -> str:
        """Write a day as people say it: "dinsdag 1 december"."""
        return self.texts.get(
            self.language,
            "date.day",
            weekday=self.texts.get(self.language, f"date.weekday_{day.weekday()}"),
            day=day.day,
            month=self.texts.get(self.language, f"date.month_{day.month}"),
        )

    def moment_day(self, moment: datetime) -> str:
        """Write the day that a moment falls on where the reader is."""
        return self.day(local_day(moment, self.zone))

    def of(self, text: Localised) -> str:
        """Return a text of the change or the pack in this language."""
        return text.in_(self.language)

    def name_of(self, language: Language) -> str:
        """Return what a language calls itself."""
        return self.texts.get(language, "language.own")

    def button(self, key: str, action: Action, value: str = "", *, primary: bool = False, **values: object) -> Button:
        """Make a button, labelled with `button.<key>`."""
        return Button(self.say(f"button.{key}", **values), action, value, primary)

    def note(self, key: str, **values: object) -> Note:
        """Make small print of a text."""
        return Note(self.say(key, **values))

    def adviser(self, change: Change | None) -> Note:
        """Say that this is no place to report misconduct, and where to go instead."""
        if change is None or change.adviser is None:
            return self.note("note.no_reports")
        return self.note("note.no_reports_adviser", adviser=change.adviser)

    def _plain(self, value: object) -> object:
        if isinstance(value, Localised):
            return self.of(value)
        if isinstance(value, datetime):
            return self.moment_day(value)
        if isinstance(value, date):
            return self.day(value)
        return value


def cut(text: str, most: int = BUTTON_MAXIMUM) -> str:
    """Shorten a text to what a label takes."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
