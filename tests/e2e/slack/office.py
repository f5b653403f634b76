"""A workspace of thirty people, and the change that they hear about."""

from __future__ import annotations

from typing import Any

from bot.change import Change
from tests.e2e import seed

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


def change() -> Change:
    """Give the change that is played."""
    return seed.change(core_team=(MILA, JOOST), manager=LEA, team="noord", channel=CORE_CHANNEL)
