"""A workspace of thirty people, and the change that they hear about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.change import Change, Manager, Point, PointState, Scenario
from bot.ids import ChannelId, PersonId, PointKey, ScenarioKey, TeamKey
from bot.localised import Localised
from tests.world import BELIEVE, a_change, plan

BOT = "U0RUIMTE"
BOT_TOKEN = "xoxb-e2e"
APP_TOKEN = "xapp-e2e"
SECRET = "e2e-signing-secret"
CORE_CHANNEL = "C0KERN"
AMINA, LEA, MILA, JOOST = "U0AMINA", "U0LEA", "U0MILA", "U0JOOST"
FIRST = ("Bas", "Carla", "Daan", "Eva", "Farid", "Gijs", "Hanna", "Ilse", "Jamal", "Karin", "Lars", "Mo", "Noor")
LAST = ("Bakker", "de Wit")

NAMES = {AMINA: "Amina El Idrissi", LEA: "Lea Visser", MILA: "Mila de Boer", JOOST: "Joost Kok"} | {
    f"U1{first.upper()}{number}": f"{first} {last}" for number, last in enumerate(LAST) for first in FIRST
}
OTHERS = [person for person in NAMES if person not in {AMINA, LEA, MILA, JOOST}]


def config(*, request_url: str) -> dict[str, Any]:
    """Describe the workspace to local-slack; with `request_url` it posts signed requests there."""
    app = {
        "appId": "A0RUIMTE",
        "botUserId": BOT,
        "botName": "Ruimte",
        "botToken": BOT_TOKEN,
        "appToken": APP_TOKEN,
        "signingSecret": SECRET,
        "mode": "events" if request_url else "socket",
        **({"requestUrl": request_url} if request_url else {}),
    }
    users = [
        {"id": id_, "name": name.split()[0].lower(), "real_name": name, "tz": "Europe/Amsterdam"}
        for id_, name in NAMES.items()
    ]
    floor = [person for person in NAMES if person not in {MILA, JOOST}]
    return {
        "workspace": {"name": "De Linde", "domain": "delinde", "teamId": "T0LINDE"},
        "apps": [app],
        "users": users,
        "channels": [
            {"id": "C1NOORD", "name": "noord", "members": [*floor, BOT]},
            {"id": CORE_CHANNEL, "name": "kernteam", "is_private": True, "members": [MILA, JOOST, BOT]},
        ],
    }


def text(dutch: str) -> Localised:
    """Give a text; the English one says so."""
    return Localised.of({"nl": dutch, "en": f"{dutch} (en)"})


def change() -> Change:
    """Give the change: from the frame, by listening and two scenarios, to an outcome."""
    fixed = Point(
        PointKey("uren"), PointState.FIXED, text("Iedereen houdt het eigen aantal uren"),
        decided_by=text("de directie"), why=text("Dat is met de ondernemingsraad afgesproken"),
    )  # fmt: skip
    open_ = Point(
        PointKey("ruilen"), PointState.OPEN, text("Wie met wie ruilt, en tot wanneer"),
        owner=PersonId(MILA), due_on=date(2027, 4, 1),
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
        channel=ChannelId(CORE_CHANNEL),
        organisers=(PersonId(MILA),),
        core_team=(PersonId(MILA), PersonId(JOOST)),
        managers=(Manager(PersonId(LEA), TeamKey("noord")),),
        adviser=text("Margriet, de vertrouwenspersoon"),
    )
