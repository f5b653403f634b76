"""How anonymous answering works: looked up by whoever wants to know, before answering or at any other time."""

from __future__ import annotations

from bot.errors import NotFound
from bot.ids import TenantId
from bot.messages import Notice
from bot.service.context import Context
from bot.wording import explain as wording


async def explain(context: Context, tenant: TenantId, value: str) -> Notice:
    """Explain the round that `value` names, or any where it names none that is there. It asks nothing of the person."""
    round_id, wished = wording.parse(value)
    texts = context.parts.texts
    language = wished if wished in texts.languages else texts.languages[0]
    try:
        sheet = await context.sheet(tenant, round_id) if round_id is not None else None
    except NotFound:
        sheet = None
    if sheet is None:
        return wording.page(context.words(language, "UTC"), None, None)
    return wording.page(context.words(language, sheet.change.zone), sheet.round, sheet.change)
