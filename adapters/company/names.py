"""What the company calls its teams: the engine knows a team by its key, and a page shows the name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.company.roster import Company
from bot.ids import Language
from bot.messages import Block, ChoiceField, Fact, Facts, Field, Form, Notice


def with_names(company: Company, reply: Form | Notice, language: Language) -> Form | Notice:
    """Return the same form or notice, with the names of teams where their keys stand by themselves."""
    names = {str(key): name.in_(language) for key, name in company.team_names.items()}
    if isinstance(reply, Form):
        return replace(reply, fields=tuple(_field(names, field) for field in reply.fields))
    return replace(reply, blocks=tuple(_block(names, block) for block in reply.blocks))


def _field(names: Mapping[str, str], field: Field) -> Field:
    """A choice between teams; what is chosen comes back as the key."""
    if not isinstance(field, ChoiceField):
        return field
    options = (replace(o, label=names.get(o.label, o.label)) if o.label == o.value else o for o in field.options)
    return replace(field, options=tuple(options))


def _block(names: Mapping[str, str], block: Block) -> Block:
    if not isinstance(block, Facts):
        return block
    return replace(block, facts=tuple(Fact(fact.label, _listed(names, fact.text)) for fact in block.facts))


def _listed(names: Mapping[str, str], text: str) -> str:
    """The names of one team or several; any other text as it is."""
    keys = text.split(", ")
    return ", ".join(names[key] for key in keys) if all(key in names for key in keys) else text
