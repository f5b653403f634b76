"""Puts the organiser's page together: the service behind it, and the renderer of every platform that it draws."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from adapters.company.roster import Company
from adapters.holidays import countries
from adapters.slack import render as slack
from adapters.slack import views as slack_views
from adapters.teams import render as teams
from adapters.teams import views as teams_views
from adapters.web.organiser.drafts import FileDrafts
from adapters.web.organiser.workroom import Defaults, Look, Workroom
from bot.ports import Texts
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte

STAMP = 0
"""A form that nobody opened has no stamp."""


def workroom(parts: Parts, service: Ruimte, company: Company, drafts: Path) -> Workroom:
    """Give the organiser's page of a company its parts; `drafts` is a directory of its own, made when there is one."""
    return Workroom(
        tenant=company.tenant,
        service=service,
        store=parts.store,
        texts=parts.texts,
        packs=parts.packs,
        holidays=parts.holidays,
        clock=parts.clock,
        drafts=FileDrafts(drafts),
        makers=company.readers,
        defaults=Defaults(
            core_team=company.core_team,
            channel=company.channel,
            managers=company.managers,
            adviser=company.adviser,
            zone=company.people[0].zone,
            country=company.people[0].region,
        ),
        countries=countries(),
        team_names=company.team_names,
        looks=looks(parts.texts),
    )


def looks(texts: Texts) -> dict[str, Look]:
    """Show messages with each platform's own renderer: what is drawn is what would be sent."""
    return {
        "slack": Look(partial(slack.message, links={}), partial(slack_views.form, stamp=STAMP, links={})),
        "teams": Look(teams.activities, partial(teams_views.card, texts=texts, stamp=STAMP)),
    }
