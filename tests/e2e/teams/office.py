"""An organisation of thirty-four people in Teams: who is in which team, and in whose Playground."""

from __future__ import annotations

from typing import Any

from bot.change import Change
from tests.e2e import seed

TENANT = "werk"
BOT = "28:ruimte"
AMINA, LEA, MILA, JOOST = "amina", "lea", "mila", "joost"
CORE = {MILA: "Mila de Boer", JOOST: "Joost Kok"} | {
    "sanne": "Sanne Mulder",
    "vera": "Vera Smit",
    "yusuf": "Yusuf Demir",
    "tom": "Tom Vos",
}
"""Six, because a Playground has six people, and everyone in its team reads the channel."""

FIRST = ("Bas", "Carla", "Daan", "Eva", "Farid", "Gijs", "Hanna", "Ilse", "Jamal", "Karin", "Lars", "Mo", "Noor")
LAST = ("Bakker", "de Wit")
OTHERS = {f"{first.lower()}{number}": f"{first} {last}" for number, last in enumerate(LAST, start=1) for first in FIRST}
"""Who have no Playground: their part is played by activities posted to our route."""

NAMES = {AMINA: "Amina El Idrissi", LEA: "Lea Visser"} | OTHERS | CORE
NORTH = "19:noord@thread.tacv2"
CORE_TEAM = "19:kernteam@thread.tacv2"
CORE_CHANNEL = "19:kern@thread.tacv2"

Json = dict[str, Any]


def change() -> Change:
    """Give the change that is played."""
    return seed.change(core_team=tuple(CORE), manager=LEA, team="Noord", channel=CORE_CHANNEL)


def playground(person: str, others: list[str]) -> Json:
    """Describe somebody's Teams to a Playground: they, five others, their chat with us, and the core team's channel."""
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": "Ruimte"},
        "currentUser": _user(person),
        "users": [_user(one) for one in others],
        "personalChat": {"id": f"a:{person}"},
        "groupChat": {"id": f"19:groep-{person}@thread.v2", "name": "Lunch"},
        "team": {
            "id": CORE_TEAM,
            "name": "Kernteam",
            "aadGroupId": "kernteam",
            "channels": [{"id": CORE_CHANNEL, "name": "Zelf roosteren"}],
        },
    }


def _user(person: str) -> Json:
    first, _, last = NAMES[person].partition(" ")
    return {
        "id": person,
        "name": NAMES[person],
        "userPrincipleName": f"{person}@delinde.example",
        "aadObjectId": person,
        "givenName": first,
        "surname": last,
        "email": f"{person}@delinde.example",
    }
