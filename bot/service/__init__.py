"""The use cases: load what is needed, let a pure function decide, store in one transaction, answer after the commit."""

from bot.service.ruimte import Applied, Parts, Ruimte

__all__ = ["Applied", "Parts", "Ruimte"]
