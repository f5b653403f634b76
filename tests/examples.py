"""Examples of what is stored, each whole and with what a test says about it."""

# ruff: noqa: ANN401 - what a test says about an example may be any of its fields

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.change import (
    Change,
    Manager,
    Outcome,
    PlannedRound,
    Point,
    PointState,
    Scenario,
    ThemeRef,
    Verdict,
)
from bot.door import Entry, EntryKind, Known, Offer, Wish
from bot.ids import (
    ChangeId,
    ChannelId,
    FieldKey,
    Language,
    PageKey,
    PersonId,
    PointKey,
    RoundId,
    ScenarioKey,
    TeamKey,
    TenantId,
)
from bot.localised import Localised
from bot.outbox import Item, Kind
from bot.people import Person
from bot.questions import Choice, Page, Question, RoundKind
from bot.round import PageCount, Round, RoundState
from bot.slip import Slip

TENANT = TenantId("T1")
CHANGE = ChangeId("roosters")
ROUND = RoundId("roosters-1")
PAGE = PageKey("lose")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def text(dutch: str) -> Localised:
    """Give a text in two languages."""
    return Localised.of({"nl": dutch, "en": f"{dutch} (en)"})


def a_page(key: str = PAGE) -> Page:
    """Give a page of two steps, with a choice."""
    probe = Question(FieldKey("probe"), text("En dan?"), step=2, choices=(Choice("a", text("A")),), required=False)
    return Page(PageKey(key), (Question(FieldKey("answer"), text("Wat niet verliezen?")), probe), 4.5)


def a_round(**given: Any) -> Round:
    """Give an open round with a k and an audience."""
    round_ = Round(
        tenant=TENANT,
        id=ROUND,
        change=CHANGE,
        kind=RoundKind.LISTEN,
        pages=(a_page(), a_page("keep")),
        opens_at=NOW,
        closes_at=NOW + timedelta(days=7),
        state=RoundState.OPEN,
        point=PointKey("evenings"),
        teams=(TeamKey("north"),),
        reader=PersonId("lead"),
        subject=text("De avonden"),
        k=10,
        audience="ab" * 32,
        invited=40,
        showable=(Language("nl"),),
        split=True,
        counts=(PageCount(PAGE, 12, withheld=False),),
        heard_by=NOW + timedelta(days=14),
    )
    return replace(round_, **given)


def a_change(**given: Any) -> Change:
    """Give a change in which every kind of field is filled."""
    theme = ThemeRef(ROUND, PAGE, "workload")
    outcome = Outcome(Verdict.ADAPTED, text("Omdat"), NOW, (theme,), ScenarioKey("two"), text("Later"), text("Duur"))
    change = Change(
        tenant=TENANT,
        id=CHANGE,
        title=text("Zelf roosteren"),
        why=text("Het loopt vast"),
        languages=(Language("nl"), Language("en")),
        points=(
            Point(PointKey("pay"), PointState.FIXED, text("Het loon"), text("De directie"), text("Cao")),
            Point(
                PointKey("evenings"),
                PointState.TOGETHER,
                text("De avonden"),
                owner=PersonId("mila"),
                due_on=date(2027, 1, 15),
                co_designers=(PersonId("a"), PersonId("b")),
                draft=text("Om de beurt"),
                draft_told_at=NOW,
                outcome=outcome,
                linked=(theme,),
            ),
        ),
        frame_on=date(2026, 11, 30),
        zone="Europe/Amsterdam",
        channel=ChannelId("C1"),
        organisers=(PersonId("mila"),),
        core_team=(PersonId("mila"), PersonId("joost")),
        managers=(Manager(PersonId("lead"), TeamKey("north")),),
        scenarios=(Scenario(ScenarioKey("two"), PointKey("evenings"), text("Twee"), text("Ploegen"), (theme,)),),
        planning=(PlannedRound(RoundKind.LISTEN, date(2026, 12, 1), date(2026, 12, 8), (PAGE,), (a_page(),)),),
        council_told_on=date(2026, 11, 2),
        managers_told_on=date(2026, 11, 16),
        frame_told_at=NOW,
    )
    return replace(change, **given)


def a_person(name: str = "ana", **given: Any) -> Person:
    """Give someone with unusual hours."""
    person = Person(
        TENANT,
        PersonId(name),
        f"{name.title()} de Vries",
        Language("nl"),
        "Europe/Amsterdam",
        teams=(TeamKey("north"),),
        starts=time(7, 30),
        ends=time(15),
        workdays=(0, 2, 4),
        joined_at=NOW,
        snoozed_until=date(2026, 12, 1),
    )
    return replace(person, **given)


def an_item(number: int = 1, **given: Any) -> Item:
    """Give an invitation that is due."""
    item = Item(
        id=f"{number:032x}",
        tenant=TENANT,
        kind=Kind.INVITE,
        due_at=NOW,
        person=PersonId("ana"),
        change=CHANGE,
        round=ROUND,
        page=PAGE,
        minutes=4.5,
    )
    return replace(item, **given)


def a_slip(words: str = "De rust op vrijdag", **given: Any) -> Slip:
    """Give what one form says on one page."""
    slip = Slip(PAGE, ((FieldKey("answer"), words),), Language("nl"), quotable=True, stamp=1)
    return replace(slip, **given)


def an_entry(id_: str = "e1", **given: Any) -> Entry:
    """Give a question by name."""
    entry = Entry(
        tenant=TENANT,
        id=id_,
        kind=EntryKind.QUESTION,
        text="Wanneer weten we meer?",
        language=Language("nl"),
        change=CHANGE,
        person=PersonId("ana"),
        asked_at=NOW,
        reply_by=date(2026, 11, 26),
    )
    return replace(entry, **given)


def an_offer(id_: str = "o1", **given: Any) -> Offer:
    """Give an offer to think along."""
    offer = Offer(
        tenant=TENANT,
        id=id_,
        change=CHANGE,
        round=ROUND,
        person=PersonId("ana"),
        wishes=(Wish.THINK_ALONG, Wish.QUARTER),
        note="Ik werk al tien jaar met roosters",
        reply_by=date(2026, 12, 3),
    )
    return replace(offer, **given)


def something_known(id_: str = "k1", **given: Any) -> Known:
    """Give what the core team published about a rumour."""
    known = Known(
        tenant=TENANT,
        id=id_,
        change=CHANGE,
        about=text("Gaat Noord dicht?"),
        known=text("Nee"),
        unknown=text("Wanneer we verbouwen"),
        until=date(2027, 2, 1),
        published_at=NOW,
    )
    return replace(known, **given)
