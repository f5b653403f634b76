"""The whole conversation, from frame to outcome, as the three people, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from bot.ids import Language
from bot.questions import RoundKind
from prompts.loader import load_packs, load_texts
from tests.browser.conftest import Opens
from tests.browser.visitor import MOVES, Visitor

pytestmark = pytest.mark.timeout(420)

RUMOUR = "De flexpool mag eerst kiezen."
REACTION = "We houden de vaste gezichten. Hoe, dat weten we nog niet."
DECISION = "Ieder team begint op zijn eigen dag."
REASON = "Zo kan iedereen afkijken en bijsturen."
DRAFT = "Ruilen mag altijd, en wie ziek is belt een mens."


DESK = {"nl": "Wat kan ik nu doen?", "en": "What can I do now?"}
"""The command of the core team, as the page around the messages says it."""
PULSE = {"nl": "Peiling bij je team", "en": "A pulse for your team"}
"""The command of a manager."""


@dataclass(frozen=True)
class Cast:
    """Who is played. The channel speaks the first language of the change."""

    language: str
    locale: str
    employee: str
    manager: str
    team: str
    core: str


CASTS = (
    Cast("nl", "nl-NL", "p-amina", "p-rachid", "noord", "p-johanna"),
    Cast("en", "en-GB", "p-luis", "p-grace", "oost", "p-tomasz"),
)


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.language)
def test_the_seed_is_played_from_frame_to_outcome(cast: Cast, opens: Opens) -> None:
    visitor = Visitor(opens(cast.locale), load_texts(), cast.language)
    told_at = everyone_hears_the_frame(visitor, cast)
    earlier = the_manager_heard_it_and_asks_their_team(visitor, cast)
    assert earlier[:10] < told_at[:10]
    the_employee_answers_and_changes_it(visitor, cast)
    the_core_team_reads_and_tells_what_it_heard(visitor, cast)
    the_scenarios_stand_side_by_side(visitor, cast)
    every_point_gets_its_outcome(visitor, cast)
    the_loop_is_closed(visitor, cast)


def question(kind: RoundKind, page: str, cast: Cast) -> str:
    """The question of a pack, in the language of the cast."""
    found = next(one for one in load_packs().of(kind).pages if one.key == page)
    return found.questions[0].text.in_(Language(cast.language))


def everyone_hears_the_frame(visitor: Visitor, cast: Cast) -> str:
    """What is fixed, open and together, before any question; then one tap. Return when it was told."""
    visitor.page.goto("/")
    visitor.picture("who")
    visitor.be(cast.employee)
    frame = visitor.wait_for(visitor.say("frame.fixed"))
    for state in ("intended", "open", "together"):
        expect(frame).to_contain_text(visitor.say(f"frame.{state}"))
    visitor.picture("frame", at=frame)
    told_at = frame.locator("time").get_attribute("datetime")
    visitor.press(visitor.say("button.believe"))
    expect(visitor.dialog).to_contain_text(visitor.say("promise.limits_tap"))
    visitor.choose(answer="unsure")
    visitor.picture("believe")
    visitor.send(until=visitor.say("thanks.title"))
    visitor.close()
    return str(told_at)


def the_manager_heard_it_and_asks_their_team(visitor: Visitor, cast: Cast) -> str:
    """With three likely questions; help to ask it oneself comes before a pulse. Return the moment of that frame."""
    visitor.be(cast.manager)
    likely = visitor.last(visitor.say("frame.manager_likely"))
    assert likely.inner_text().count("•") == 3
    told_at = likely.locator("time").get_attribute("datetime")
    visitor.picture("manager")
    visitor.command(PULSE[cast.language])
    expect(visitor.dialog).to_contain_text(visitor.say("pulse.self_help"))
    visitor.fill(rumour=RUMOUR)
    visitor.choose(team=cast.team)
    visitor.picture("pulse")
    visitor.send(until=visitor.say("pulse.planned_title"))
    visitor.close()
    visitor.command(PULSE[cast.language])
    visitor.fill(rumour=RUMOUR)
    visitor.choose(team=cast.team)
    visitor.send(until=visitor.say("notice.sorry_title"))
    visitor.picture("pulse-refused")
    visitor.close()
    return str(told_at)


def the_employee_answers_and_changes_it(visitor: Visitor, cast: Cast) -> None:
    """A question with its probe; the form opens empty whether or not someone answered."""
    visitor.be(cast.employee)
    asked = "|".join(re.escape(question(RoundKind.LISTEN, page, cast)) for page in ("lose", "hope", "worry"))
    visitor.move_until(visitor.messages.locator("article", has_text=re.compile(asked)))
    invitation = visitor.say("button.answer")
    visitor.press(invitation)
    visitor.fill(answer="   ")
    visitor.choose(words="yes")
    visitor.send(until=visitor.say("invalid.empty"))
    expect(visitor.dialog.locator('[aria-invalid="true"]')).to_be_focused()
    visitor.picture("invalid")
    visitor.fill(answer="Onze vaste dinsdagploeg.")
    visitor.send(until=visitor.say("form.probe_intro"))
    visitor.fill(probe="Als niemand meer belt.")
    visitor.picture("probe")
    visitor.send_on()
    say_the_rest(visitor)
    visitor.picture("thanks")
    visitor.close()
    visitor.press(invitation)
    expect(visitor.dialog.locator('[name="f.answer"]')).to_have_value("")
    visitor.fill(answer="De koffie om half acht.")
    visitor.choose(words="no")
    visitor.send(until=visitor.say("form.probe_intro"))
    visitor.close()


def say_the_rest(visitor: Visitor) -> None:
    """Answer the further questions of the same form, each with its probe, until the thanks."""
    thanks = visitor.dialog.get_by_text(visitor.say("thanks.title"))
    further = visitor.dialog.locator('[name="f.answer"]')
    for _ in range(5):
        expect(thanks.or_(further)).to_be_visible()
        if thanks.is_visible():
            return
        visitor.fill(answer="Dat weet ik nog niet.")
        visitor.choose(words="yes")
        visitor.send(until=visitor.say("form.probe_intro"))
        visitor.send_on()
    expect(thanks).to_be_visible()


def the_core_team_reads_and_tells_what_it_heard(visitor: Visitor, cast: Cast) -> None:
    """A digest as a thread; heard, ask on, link to a point; then everyone hears what was heard."""
    visitor.be(cast.core, "channel")
    digest = digest_of(visitor, RoundKind.LISTEN)
    replies = digest.locator("details article")
    assert replies.count() > 3
    visitor.picture("digest", at=digest)
    theme = replies.filter(has_text=visitor.say("button.ask_on", language="nl")).first
    visitor.press(visitor.say("button.heard", language="nl"), within=theme)
    visitor.close()
    visitor.press(visitor.say("button.ask_on", language="nl"), within=theme)
    visitor.fill(question_nl="Wanneer is dat het lastigst?", question_en="When is that hardest?")
    visitor.send_last()
    visitor.close()
    visitor.press(visitor.say("button.link_point", language="nl"), within=theme)
    visitor.choose(point="diensten")
    visitor.send_last()
    visitor.picture("linked")
    visitor.close()
    visitor.press(visitor.say("button.tell_heard", language="nl"), within=digest)
    visitor.fill(reaction_nl=REACTION, reaction_en=REACTION)
    visitor.send_last()
    visitor.close()
    visitor.be(cast.employee)
    visitor.picture("what-we-heard", at=visitor.wait_for(REACTION))


def digest_of(visitor: Visitor, kind: RoundKind) -> Locator:
    """Move the clock until the channel has the digest of a kind of round, and return its thread."""
    title = visitor.say(f"kind.{kind}", language="nl")
    digest = visitor.messages.locator("li.message:has(details)", has_text=f"{title},").last
    visitor.move_until(digest)
    return digest


def the_scenarios_stand_side_by_side(visitor: Visitor, cast: Cast) -> None:
    """Each scenario gets the same questions; the core team reads them beside each other."""
    scenarios = visitor.say("invite.scenarios")
    visitor.wait_for(scenarios)
    visitor.press(visitor.say("button.answer"), within=visitor.last(scenarios))
    visitor.fill(meaning="Ik kan afkijken.")
    visitor.choose(words="no")
    visitor.picture("scenario")
    visitor.send_on()
    expect(visitor.dialog.locator('[name="f.another"]')).to_be_visible()
    visitor.close()
    visitor.be(cast.core, "channel")
    table = visitor.messages.locator("table")
    visitor.move_until(table)
    assert table.locator("thead th").count() == 3
    visitor.picture("scenarios", at=table)
    digest = visitor.messages.locator("li.message:has(table)").last
    visitor.press(visitor.say("button.tell_heard", language="nl"), within=digest)
    visitor.fill(reaction_nl=REACTION)
    visitor.send_last()
    visitor.close()


def every_point_gets_its_outcome(visitor: Visitor, cast: Cast) -> None:
    """A change cannot be closed before; a draft goes back to everyone before its outcome."""
    desk = DESK[cast.language]
    visitor.command(desk)
    visitor.picture("desk")
    visitor.press(visitor.say("button.close"), within=visitor.dialog)
    visitor.send(until=visitor.say("notice.sorry_title"))
    visitor.close()
    decide(visitor, desk, 0, chosen="twee-teams", others_nl="Op één dag is te veel.", another_nl="Dat bewaren we.")
    decide(visitor, desk, 0)
    visitor.command(desk)
    visitor.press(visitor.say("button.draft"), within=visitor.dialog)
    visitor.fill(draft_nl=DRAFT, draft_en=DRAFT)
    visitor.send_last()
    visitor.close()
    the_draft_lies_with_everyone(visitor, desk)
    decide(visitor, desk, 0)
    visitor.be(cast.employee)
    visitor.picture("outcome", at=visitor.wait_for(REASON))


def the_draft_lies_with_everyone(visitor: Visitor, desk: str) -> None:
    """For some days nothing can be decided; then it can."""
    sorry, form = visitor.say("notice.sorry_title"), visitor.say("core.outcome_title")
    title = visitor.dialog.locator("#reply-title")
    for day in range(MOVES):
        visitor.command(desk)
        visitor.press(visitor.say("button.outcome"), within=visitor.dialog)
        expect(title).to_have_text(re.compile(f"{re.escape(sorry)}|{re.escape(form)}"))
        decided = title.inner_text() == form
        visitor.close()
        if decided:
            assert day >= 1
            return
        visitor.move("tomorrow")
    raise AssertionError("it can never be decided")


def decide(visitor: Visitor, desk: str, number: int, *, chosen: str = "", **texts: str) -> None:
    """Record the outcome of one of the points that have none."""
    visitor.command(desk)
    visitor.dialog.get_by_role("button", name=visitor.say("button.outcome"), exact=True).nth(number).click()
    expect(visitor.dialog.locator('[name="f.verdict"]').first).to_be_visible()
    visitor.choose(verdict="adapted")
    if chosen:
        visitor.choose(chosen=chosen)
    else:
        visitor.fill(decision_nl=DECISION, decision_en=DECISION)
    visitor.fill(reason_nl=REASON, reason_en=REASON, **texts)
    visitor.picture("deciding")
    visitor.send_last()
    expect(visitor.dialog).not_to_contain_text(visitor.say("notice.sorry_title"))
    visitor.close()


def the_loop_is_closed(visitor: Visitor, cast: Cast) -> None:
    """The heard check, then the change can be closed, and everyone is told."""
    heard = question(RoundKind.HEARD, "heard", cast)
    visitor.wait_for(heard)
    visitor.press(visitor.say("button.answer"), within=visitor.last(heard))
    visitor.choose(answer="yes")
    visitor.send(until=visitor.say("thanks.title"))
    visitor.close()
    visitor.be(cast.core, "channel")
    digest = digest_of(visitor, RoundKind.HEARD)
    # Its last message has the button, and may come after the first that is seen: opened anew, all is there.
    visitor.move("tomorrow")
    visitor.be(cast.core, "channel")
    tell = visitor.say("button.tell_heard", language="nl")
    # Only where fewer than half recognise it: that is answered first.
    if digest.get_by_role("button", name=tell).count():
        visitor.press(tell, within=digest)
        visitor.fill(reaction_nl=REACTION, reaction_en=REACTION)
        visitor.send_last()
        visitor.close()
    visitor.move("tomorrow")
    visitor.command(DESK[cast.language])
    visitor.press(visitor.say("button.close"), within=visitor.dialog)
    visitor.send_last()
    visitor.picture("closed")
    visitor.close()
    visitor.be(cast.employee)
    visitor.move()
    expect(visitor.messages).to_contain_text(visitor.say("news.closed_title", subject=""))
    visitor.picture("the-end")
