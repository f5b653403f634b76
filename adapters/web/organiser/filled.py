"""A change as the form that shows it: what `document.write` makes of it reads as the same change."""

from __future__ import annotations

from adapters.change_file.planning import OWN_MINUTES
from adapters.web.organiser.shape import Row
from bot.change import Change, Manager, PlannedRound, Point, Scenario
from bot.localised import Localised
from bot.questions import Page


def form_of(change: Change) -> Row:
    """Fill in the form."""
    return Row(
        words={
            "id": change.id,
            "zone": change.zone,
            "country": change.country,
            "channel": change.channel or "",
            "council_told_on": _day(change.council_told_on),
            "managers_told_on": _day(change.managers_told_on),
            "frame_on": _day(change.frame_on),
        },
        texts=_texts(title=change.title, why=change.why, adviser=change.adviser),
        several={
            "languages": change.languages,
            "organisers": change.organisers,
            "core_team": change.core_team,
            "audience": change.audience,
        },
        rows={
            "managers": tuple(map(_manager, change.managers)),
            "frame": tuple(map(_point, change.points)),
            "scenarios": tuple(map(_scenario, change.scenarios)),
            "planning": tuple(map(_round, change.planning)),
        },
    )


def _manager(manager: Manager) -> Row:
    return Row(words={"person": manager.person, "team": manager.team})


def _point(point: Point) -> Row:
    return Row(
        words={
            "state": point.state,
            "key": point.key,
            "advice_on": _day(point.advice_on),
            "owner": point.owner or "",
            "due_on": _day(point.due_on),
        },
        texts=_texts(text=point.text, decided_by=point.decided_by, why=point.why, draft=point.draft),
        several={"co_designers": point.co_designers},
    )


def _scenario(scenario: Scenario) -> Row:
    return Row(
        words={"key": scenario.key, "point": scenario.point},
        texts=_texts(title=scenario.title, text=scenario.text),
        several={"rests_on": tuple(map(str, scenario.rests_on))},
    )


def _round(planned: PlannedRound) -> Row:
    return Row(
        words={
            "round": planned.kind,
            "opens_on": _day(planned.opens_on),
            "closes_on": _day(planned.closes_on),
            "asks": "own" if planned.pages else "pack",
            "point": planned.point or "",
        },
        several={"questions": planned.questions, "segments": planned.segments},
        rows={"ask": tuple(map(_question, planned.pages))},
    )


def _question(page: Page) -> Row:
    question, *probes = page.questions
    probe = probes[0] if probes else None
    return Row(
        words={"key": page.key, "minutes": "" if page.minutes == OWN_MINUTES else str(page.minutes)},
        texts=_texts(
            title=page.title,
            intro=page.intro,
            question=question.text,
            hint=question.hint,
            probe=probe.text if probe else None,
            probe_hint=probe.hint if probe else None,
        ),
    )


def _texts(**texts: Localised | None) -> dict[str, dict[str, str]]:
    return {
        key: {str(language): words for language, words in text.texts} if text else {} for key, text in texts.items()
    }


def _day(day: object) -> str:
    """Write a day as a browser does."""
    return "" if day is None else str(day)
