"""A round before it opens: its name, its pages, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.change import Change
from bot.ids import PageKey, PointKey, RoundId, TeamKey
from bot.localised import Localised
from bot.questions import Page, RoundKind
from bot.round import Round
from bot.schedule import (
    day_begins,
    day_closes,
)
from bot.service.context import Context
from bot.wording.round import scenario_page


def new_id(change: Change, kind: str, existing: Sequence[Round]) -> RoundId:
    """Name the next round of a kind: `<change>-<kind>-<number>`."""
    taken = {one.id for one in existing}
    number = 1
    while RoundId(f"{change.id}-{kind}-{number}") in taken:
        number += 1
    return RoundId(f"{change.id}-{kind}-{number}")


def filled(pages: Sequence[Page], **values: Localised) -> tuple[Page, ...]:
    """Fill the gaps of a pack's pages: {change}, {point}, {rumour}, {theme}, {question}, {title}, {text}."""

    def fill(text: Localised | None) -> Localised | None:
        return text.fill(**values) if text is not None else None

    return tuple(
        replace(
            page,
            title=fill(page.title),
            intro=fill(page.intro),
            questions=tuple(replace(one, text=one.text.fill(**values), hint=fill(one.hint)) for one in page.questions),
        )
        for page in pages
    )


def scenario_pages(change: Change, template: Page, point: str | None) -> tuple[Page, ...]:
    """One page a scenario, each with the same questions (rule 4)."""
    chosen = [one for one in change.scenarios if point is None or one.point == point]
    pages: list[Page] = []
    for one in chosen:
        (page,) = filled((template,), title=one.title, text=one.text, change=change.title)
        pages.append(replace(page, key=scenario_page(one.key), title=one.title))
    return tuple(pages)


def planned(  # noqa: PLR0913 -- everything that a planned round is
    context: Context,
    change: Change,
    kind: RoundKind,
    opens: date,
    closes: date,
    existing: Sequence[Round],
    *,
    pages: tuple[Page, ...] = (),
    questions: Sequence[PageKey] = (),
    name: str = "",
    point: PointKey | None = None,
    teams: tuple[TeamKey, ...] = (),
    segments: tuple[TeamKey, ...] = (),
) -> Round:
    """Make a planned round of a pack's pages, or of its own."""
    pack = context.parts.packs.of(kind)
    chosen = pages or tuple(page for page in pack.pages if not questions or page.key in questions)
    texts = {"change": change.title, "point": change.point(point).text if point else change.title}
    return Round(
        tenant=change.tenant,
        id=new_id(change, name or kind, existing),
        change=change.id,
        kind=kind,
        pages=filled(chosen, **texts),
        opens_at=day_begins(opens, change.zone),
        closes_at=day_closes(closes, change.zone),
        codebook=pack.codebook,
        point=point,
        teams=teams,
        segments=segments,
    )
