"""The core team: read, acknowledge, ask on, link, tell, decide, reply, stand still, close."""

from bot.service.core_team.decisions import close_change
from bot.service.core_team.desk import press, submit
from bot.service.core_team.themes import heard

__all__ = ["close_change", "heard", "press", "submit"]
