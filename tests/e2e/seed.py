"""The change that is played on every platform, from its frame to an outcome, and what people say in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.change import Change, Manager, Point, PointState, Scenario
from bot.ids import ChannelId, PersonId, PointKey, ScenarioKey, TeamKey
from bot.localised import Localised
from prompts.loader import load_packs
from tests.world import BELIEVE, a_change, plan

ONLY = "ooievaarsbek"
"""A word that stands in answers only: no id, token or moment can have it, as a number by chance does."""
MARKER = f"Onze vaste dinsdagploeg {ONLY}."
CHANGED = f"De koffie om half acht {ONLY}."
DONE = "Gehoord, door het kernteam, op woensdag 27 januari"
REACTION = "We houden de vaste gezichten. Hoe, dat weten we nog niet."
REASON = "Zo kan iedereen afkijken en bijsturen."
SAID = (
    "Dat ik weet wie er op dinsdag staat, die rust wil ik houden.",
    "De rust van een vaste ploeg, met vaste gezichten.",
    "Vaste collega's op wie je kunt rekenen als er iemand ziek is.",
    "Dat je bij ziekte een mens aan de telefoon krijgt.",
    "Dat ruilen onderling kan zonder formulier.",
    "Onderling ruilen, gewoon even bellen.",
)


def text(dutch: str) -> Localised:
    """Give a text; the English one says so."""
    return Localised.of({"nl": dutch, "en": f"{dutch} (en)"})


def change(*, core_team: Sequence[str], manager: str, team: str, channel: str) -> Change:
    """Give the change: from the frame, by listening and two scenarios, to an outcome. Who comes first decides."""
    fixed = Point(
        PointKey("uren"), PointState.FIXED, text("Iedereen houdt het eigen aantal uren"),
        decided_by=text("de directie"), why=text("Dat is met de ondernemingsraad afgesproken"),
    )  # fmt: skip
    open_ = Point(
        PointKey("ruilen"), PointState.OPEN, text("Wie met wie ruilt, en tot wanneer"),
        owner=PersonId(core_team[0]), due_on=date(2027, 4, 1),
    )  # fmt: skip
    scenarios = (
        Scenario(ScenarioKey("vrij"), open_.key, text("Vrij ruilen"), text("Je ruilt zelf, tot een dag van tevoren.")),
        Scenario(ScenarioKey("vast"), open_.key, text("Vaste maatjes"), text("Je ruilt met wie jouw maatje is.")),
    )
    return replace(
        a_change(
            BELIEVE,
            plan("listen", "01-19", "01-26", questions=("lose",)),
            plan("scenarios", "03-02", "03-09", point=open_.key),
        ),
        title=text("Zelf roosteren"),
        why=text("Het rooster loopt vast: wie ziek is, wordt te laat vervangen."),
        points=(fixed, open_),
        scenarios=scenarios,
        channel=ChannelId(channel),
        organisers=(PersonId(core_team[0]),),
        core_team=tuple(map(PersonId, core_team)),
        managers=(Manager(PersonId(manager), TeamKey(team)),),
        adviser=text("Margriet, de vertrouwenspersoon"),
    )


def question() -> str:
    """Return the question of the round."""
    page = next(one for one in load_packs().of("listen").pages if one.key == "lose")  # type: ignore[arg-type]
    return page.questions[0].text.in_("nl")  # type: ignore[arg-type]
