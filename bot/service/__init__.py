"""The use cases: load what is needed, let a pure function decide, store in one transaction, answer after the commit."""

from bot.service.organiser import Applied
from bot.service.parts import Parts
from bot.service.ruimte import Ruimte

__all__ = ["Applied", "Parts", "Ruimte"]
