"""Teams have names where people see them, and keys where they are sent back."""

from __future__ import annotations

from adapters.company.names import with_names
from adapters.company.roster import load_company
from bot.ids import FieldKey, Language
from bot.messages import Action, ChoiceField, Fact, Facts, Form, Notice, Option, TextField

COMPANY = load_company()
EN, NL = Language("en"), Language("nl")


def test_a_choice_between_teams_shows_names_and_sends_keys() -> None:
    teams = ChoiceField(FieldKey("team"), "Team?", (Option("noord", "noord"), Option("zuid", "zuid")))
    other = ChoiceField(FieldKey("kind"), "Kind?", (Option("oost", "In the east"),))
    form = Form(Action.PULSE, "", "", (), (TextField(FieldKey("rumour"), "noord"), teams, other), "")
    named = with_names(COMPANY, form, EN)
    assert isinstance(named, Form)
    text, shown, untouched = named.fields
    assert (text, untouched) == (form.fields[0], other)
    assert isinstance(shown, ChoiceField)
    assert shown.options == (Option("noord", "Team North"), Option("zuid", "Team South"))


def test_facts_about_teams_name_them_and_any_other_text_stays() -> None:
    facts = Facts((Fact("Teams", "noord, nacht"), Fact("Name", "noord of iets"), Fact("None", "")))
    named = with_names(COMPANY, Notice("", (facts,)), NL)
    assert named.blocks == (
        Facts((Fact("Teams", "Team Noord, Nachtploeg"), Fact("Name", "noord of iets"), Fact("None", ""))),
    )
