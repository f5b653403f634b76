"""Everything that Ruimte can say, of every pack: each message, form and notice that there is, in one language."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.change import Change, ThemeRef
from bot.ids import MessageRef, PageKey, RoundId, TeamKey
from bot.messages import Action, Form, Message, Notice
from bot.questions import Page, RoundKind
from bot.round import Round, RoundState
from bot.service.planning import filled, scenario_pages
from bot.wording import core, core_forms, explain, frame, manager, news, personal, trial
from bot.wording import round as rounds
from bot.wording.round import Handle
from bot.wording.words import Words
from tests.examples import a_change, a_person, an_entry, an_item, an_offer, something_known, text
from tests.world import packs, texts

TOKEN = f"{'r' * 60}.{'t' * 43}"
NOW = datetime(2027, 1, 19, 9, tzinfo=UTC)
LANGUAGES = texts().languages
KINDS = [kind for kind in RoundKind if kind is not RoundKind.DOOR]

Shown = Message | Form | Notice


def pages_of(kind: RoundKind, change: Change) -> tuple[Page, ...]:
    """Give the pages of a pack, its gaps filled."""
    pages = filled(packs().of(kind).pages, rumour=text("De flexpool mag eerst."), question=text("Wanneer dan?"))
    return scenario_pages(change, pages[0], None) if kind is RoundKind.SCENARIOS else pages


def round_of(kind: RoundKind, change: Change, **given: object) -> Round:
    """Give an open round with all the pages of a pack."""
    return Round(
        change.tenant,
        RoundId(f"{change.id}-{kind}-1"),
        change.id,
        kind,
        pages_of(kind, change),
        NOW,
        NOW + timedelta(days=7),
        RoundState.OPEN,
        k=10,
        invited=40,
        showable=LANGUAGES,
        heard_by=NOW + timedelta(days=14),
        **given,  # type: ignore[arg-type]
    )


def of_a_round(words: Words, kind: RoundKind) -> Iterator[Shown]:
    """Yield everything that a participant sees of a round."""
    change = a_change()
    round_ = round_of(kind, change)
    for page in round_.pages:
        handle = Handle(TOKEN, page.key, 1, words.language)
        yield rounds.invitation(words, round_, change, page, handle)
        for early in (round_, replace(round_, showable=())):
            yield rounds.page_form(words, early, change, page, handle)
        if page.steps > 1:
            yield rounds.page_form(words, round_, change, page, replace(handle, step=2))
        yield rounds.thanks(words, round_, handle, round_.pages)
        yield rounds.offer_form(words, round_, change, handle)
    first = an_item(sent_at=NOW, ref=MessageRef("D1/1.1"))
    yield rounds.reminder(words, round_, change, first)
    for state in (RoundState.RELEASED, RoundState.CANCELLED):
        yield rounds.over(words, replace(round_, state=state), change)
    yield rounds.withdrawn(words, round_)
    yield rounds.offer_thanks(words, round_)
    yield rounds.closed(words)
    for tell in (news.too_few, news.extended, news.more_time, news.cancelled):
        yield tell(words, round_, change)
    yield core.opened(words, round_, change, packs().of(kind).meanwhile)
    for why in ("nothing_open", "not_open", "scenario_count", "audience_small", "audience_differs"):
        yield core.not_opened(words, replace(round_, point=change.points[0].key), change, why)
    yield core_forms.heard_form(words, change, round_)
    yield manager.pulse_planned(words, round_)


def of_a_change(words: Words) -> Iterator[Shown]:
    """Yield everything that is said about a change."""
    change = a_change()
    believe = rounds.believe_buttons(words, Handle(TOKEN, "believe", 1, words.language))
    likely = packs().of(RoundKind.LISTEN).likely
    yield frame.frame(words, change, {}, believe)
    yield frame.frame_for_manager(words, change, {}, likely)
    yield frame.frame_changed(words, change, {})
    for tell in (news.stood_still, news.went_on):
        yield tell(words, change)
    for point in change.points:
        yield core_forms.outcome_form(words, change, point)
        yield core_forms.draft_form(words, change, point)
        yield news.draft(words, change, replace(point, draft=text("Ruilen mag altijd.")))
        if point.outcome is not None:
            yield news.outcome(words, change, point)
    yield news.closed(words, change, ("19 van de 21",))
    yield news.known(words, something_known())
    yield news.reply(words, "Wat weten we?", text("Nog niets."))
    yield news.offer_reply(words, change, "Graag, donderdag.")
    yield news.welcome(words, TOKEN)
    yield news.bundle(words, [news.went_on(words, change), news.stood_still(words, change)])
    for on in (NOW.date(), None):
        yield trial.marked(words, frame.frame(words, change, {}, believe), on)
    yield trial.pressed(words)
    account = personal.Account(3.2, 1, 2, 3, 1)
    late = [words.say("tasks.outcome", point=point.text, day=point.due_on) for point in change.points]
    yield personal.change_page(words, change, {}, (), late, account)
    yield manager.pulse_form(words, change, (TeamKey("noord"), TeamKey("oost")), packs().of(RoundKind.PULSE).self_help)


def of_the_core_team(words: Words) -> Iterator[Shown]:
    """Yield what the core team reads and fills in."""
    change = a_change()
    ref = ThemeRef(RoundId("roosters-listen-1"), PageKey("lose"), "answer:rust")
    yield core.question(words, an_entry(), "Ana")
    yield core.question(words, an_entry(), None)
    yield core.offer(words, an_offer(), "Ana", change)
    yield core.propose_pulse(words, change, 12)
    yield core.propose_still(words, change)
    yield core.tasks(words, change, ("Te laat", "Nog een"))
    yield core.desks(words, (change, change))
    yield core.desk(words, change, [round_of(kind, change) for kind in KINDS], ("Te laat",))
    yield core_forms.ask_on_form(words, change, ref, "Rust")
    yield core_forms.link_form(words, change, ref, "Rust")
    yield core_forms.reply_form(words, Action.REPLY_QUESTION, "e1", "Wat weten we?")
    yield core_forms.known_form(words, change, change.id, "Een gerucht")
    for key in ("stand_still", "go_on", "close", "extend_round", "cancel_round"):
        yield core_forms.confirm_form(words, Action.CLOSE, change.id, key, change=change.title)


def of_a_person(words: Words) -> Iterator[Shown]:
    """Yield what somebody sets and looks up for themselves."""
    change = a_change()
    yield personal.home(words, a_person(), [change] * 25, LANGUAGES)
    yield personal.snooze_form(words)
    yield personal.question_form(words, change)
    for token in (TOKEN, ""):
        yield personal.door_form(words, token, [something_known()] * 6, change)
    yield personal.receipt_form(words)
    for kind in KINDS:
        yield explain.page(words, round_of(kind, change), change)
    yield explain.page(words, None, None)
    yield personal.receipt_shown(words, "anker bever citroen dorp egel fiets geit hamer")
    for entry in (None, an_entry(), an_entry(reply=text("Dat weten we nog niet."))):
        yield personal.receipt_found(words, entry)


AROUND = (of_a_change, of_the_core_team, of_a_person)
"""What is said around the rounds."""


def makers() -> Iterator[str]:
    """Yield the name of every function of the wording that makes something to show."""
    for module in (rounds, core, core_forms, explain, frame, manager, news, personal, trial):
        for name, made in inspect.getmembers(module, inspect.isfunction):
            shows = made.__annotations__.get("return") in {"Message", "Form", "Notice"}
            if made.__module__ == module.__name__ and shows and not name.startswith("_"):
                yield name


def made() -> set[str]:
    """Return the names of everything that those above make."""
    return {name for every in (of_a_round, *AROUND) for name in every.__code__.co_names}
