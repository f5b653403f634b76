"""When a change may close, and what the heard check said (rule 5)."""

from __future__ import annotations

from bot.change import Change
from bot.digest.digest import RoundDigest, load
from bot.errors import Refused
from bot.ports import Transaction
from bot.privacy import nearly_all_answered, roughly
from bot.questions import RoundKind
from bot.round import ENDED, HELD, Round, RoundState
from bot.service.context import rounds_of
from bot.service.telling import heard_check
from bot.wording.words import Words


async def check_close(tx: Transaction, change: Change) -> None:
    """Raise Refused while something is missing: an outcome, the end of a round, the heard check, an answer to it."""
    if change.undecided:
        raise Refused("close_undecided")
    rounds = await rounds_of(tx, change)
    checks = [one for one in rounds if one.kind is RoundKind.HEARD]
    check = heard_check(change, rounds)
    if check is None or check.state not in HELD:
        raise Refused("close_heard_check")
    if any(one.state not in ENDED for one in rounds):
        raise Refused("close_round_open")
    for one in checks:
        if await _unanswered(tx, one):
            raise Refused("close_unrecognised")


async def _unanswered(tx: Transaction, check: Round) -> bool:
    """Fewer than half recognise it, and the core team has not answered that."""
    if check.state is not RoundState.RELEASED or check.reaction is not None:
        return False
    raw = await tx.answers.digest(check.id)
    return raw is None or not recognised(load(raw))


def recognised(digest: RoundDigest) -> bool:
    """Say whether at least half of those who took part in a heard check recognise what was heard and done."""
    counts = dict(part for page in digest.pages for one in page.parts for part in one.choices)
    return 2 * counts.get("yes", 0) >= sum(counts.values())


def _recognised_line(words: Words, check: Round, yes: int, total: int) -> str:
    """How many recognise it; where nearly all do, or nearly all answered, no number says who is left."""
    if roughly(yes, total)[0] == "almost_all":
        return words.say("page.heard_check_all")
    if nearly_all_answered(check):
        return words.say("page.heard_check_tenths", count=round(10 * yes / total))
    return words.say("page.heard_check", yes=yes, total=total)


async def heard_check_lines(tx: Transaction, change: Change, words: Words) -> tuple[str, ...]:
    """The count of the heard check, in words; too few voices are said to be too few."""
    lines = []
    for one in await rounds_of(tx, change):
        if one.kind is RoundKind.HEARD and one.state is RoundState.DESTROYED:
            lines.append(words.say("page.heard_check_few"))
        if one.kind is RoundKind.HEARD and one.state is RoundState.RELEASED:
            raw = await tx.answers.digest(one.id)
            counts = dict(part for page in load(raw).pages for p in page.parts for part in p.choices) if raw else {}
            lines.append(_recognised_line(words, one, counts.get("yes", 0), sum(counts.values())))
    return tuple(lines)
