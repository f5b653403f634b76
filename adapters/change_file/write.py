"""Writes a change as its file: what `ruimte change show` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from adapters.change_file.planning import OWN_MINUTES
from bot.change import Change, ChangeState, Outcome, PlannedRound, Point, Scenario
from bot.ids import Language
from bot.localised import Localised
from bot.questions import Page
from bot.schedule import local_day

_WIDTH = 4096
"""Columns; a wrapped line would end in a blank."""


def dump_change(change: Change) -> str:
    """Write a change as YAML; reading it gives the same change as it was planned.

    What has become of it (its state, outcomes, linked themes) stands in comments, because a file never changes those.
    """
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(_change(change), out)
    return "".join((*_history(change), out.getvalue()))


def _history(change: Change) -> Iterator[str]:
    """Say in comments where the change is."""
    if change.state is ChangeState.PLANNED and change.frame_told_at is None:
        return
    yield f"# {change.state}"
    if change.frame_told_at is not None:
        yield f"; everyone was told the frame on {local_day(change.frame_told_at, change.zone)}"
    if change.closed_at is not None:
        yield f"; closed on {local_day(change.closed_at, change.zone)}"
    yield "\n"


def _change(change: Change) -> CommentedMap:
    """Turn a change into what YAML writes."""
    first = change.languages[0]
    managers = [_flow({"person": one.person, "team": one.team}) for one in change.managers]
    return _mapping(
        id=change.id,
        title=_text(change.title, first),
        why=_text(change.why, first),
        languages=_list(change.languages),
        zone=change.zone,
        country=change.country,
        organisers=_list(change.organisers),
        core_team=_list(change.core_team),
        channel=change.channel,
        adviser=_text(change.adviser, first),
        managers=CommentedSeq(managers),
        audience=_list(change.audience),
        council_told_on=change.council_told_on,
        managers_told_on=change.managers_told_on,
        frame_on=change.frame_on,
        frame=CommentedSeq([_point(point, first, change.zone) for point in change.points]),
        scenarios=CommentedSeq([_scenario(scenario, first) for scenario in change.scenarios]),
        planning=CommentedSeq([_round(planned, first) for planned in change.planning]),
    )


def _point(point: Point, first: Language, zone: str) -> CommentedMap:
    """Write a point, its outcome in comments."""
    written = _mapping(
        **{
            point.state.value: _text(point.text, first),
            "key": point.key,
            "decided_by": _text(point.decided_by, first),
            "why": _text(point.why, first),
            "advice_on": point.advice_on,
            "owner": point.owner,
            "due_on": point.due_on,
            "co_designers": _list(point.co_designers),
            "draft": _text(point.draft, first),
        }
    )
    remarks = [*_outcome(point.outcome, first, zone), *(f"linked: {theme}" for theme in point.linked)]
    if remarks:
        written.yaml_set_comment_before_after_key("key", before="\n".join(remarks), indent=4)
    return written


def _outcome(outcome: Outcome | None, first: Language, zone: str) -> Iterator[str]:
    """Say what was decided."""
    if outcome is None:
        return
    chosen = f", scenario {outcome.chosen}" if outcome.chosen else ""
    yield f"{outcome.verdict} on {local_day(outcome.decided_at, zone)}{chosen}:"
    if outcome.decision is not None:
        yield from outcome.decision.in_(first).splitlines()
    yield from outcome.reason.in_(first).splitlines()


def _scenario(scenario: Scenario, first: Language) -> CommentedMap:
    """Write a scenario."""
    return _mapping(
        key=scenario.key,
        point=scenario.point,
        title=_text(scenario.title, first),
        text=_text(scenario.text, first),
        rests_on=_list(str(theme) for theme in scenario.rests_on),
    )


def _round(planned: PlannedRound, first: Language) -> CommentedMap:
    """Write a planned round."""
    return _mapping(
        round=planned.kind.value,
        opens_on=planned.opens_on,
        closes_on=planned.closes_on,
        questions=_list(planned.questions),
        ask=CommentedSeq([_page(page, first) for page in planned.pages]),
        point=planned.point,
        segments=_list(planned.segments),
    )


def _page(page: Page, first: Language) -> CommentedMap:
    """Write a question of one's own."""
    question, *probes = page.questions
    probe = probes[0] if probes else None
    return _mapping(
        key=page.key,
        title=_text(page.title, first),
        intro=_text(page.intro, first),
        question=_text(question.text, first),
        hint=_text(question.hint, first),
        probe=_text(probe.text, first) if probe else None,
        probe_hint=_text(probe.hint, first) if probe else None,
        minutes=page.minutes if page.minutes != OWN_MINUTES else None,
    )


def _text(text: Localised | None, first: Language) -> str | CommentedMap | None:
    """Write a text: plain where it is in the first language only."""
    if text is None:
        return None
    if text.languages == (first,):
        return _lines(text.in_(first))
    return _mapping(**{language: _lines(words) for language, words in text.texts})


def _lines(text: str) -> str:
    """Keep line breaks readable."""
    return LiteralScalarString(text) if "\n" in text else text


def _mapping(**values: Any) -> CommentedMap:  # noqa: ANN401 -- whatever YAML writes
    """Make a mapping of what there is."""
    return CommentedMap({key: value for key, value in values.items() if value is not None and value != []})


def _list(words: Iterable[str]) -> CommentedSeq:
    """Make a list on one line."""
    found = CommentedSeq(list(words))
    found.fa.set_flow_style()
    return found


def _flow(values: dict[str, str]) -> CommentedMap:
    """Make a mapping on one line."""
    found = CommentedMap(values)
    found.fa.set_flow_style()
    return found
