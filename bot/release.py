"""What becomes of a round at its close: released, extended or destroyed. A pure decision over what the boxes hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answers import Answer
from bot.ids import Language, PageKey, TeamKey
from bot.privacy import may_show_segments
from bot.round import PageCount, Round
from bot.slip import Slip

OFFER_PAGE = PageKey("by name")
"""The page of a round that is made by name; it holds no voice and is not counted. No page of a round is called so."""


@dataclass(frozen=True, slots=True)
class Extended:
    """Some page is below k and the round was not extended yet: nobody reads anything, and it stays open."""


@dataclass(frozen=True, slots=True)
class Released:
    """What can be read from now on. Without any answer everything was destroyed unread (offers by name are kept).

    `answers` and `offers` are shuffled, each by itself; nothing says which belong to one voice.
    """

    answers: tuple[Answer, ...]
    offers: tuple[Slip, ...]
    counts: tuple[PageCount, ...]
    voices: int


def decide(round_: Round, slips: Sequence[Slip], *, shuffle: Callable[[list[Slip]], None]) -> Released | Extended:
    """Decide over everything that lies in the boxes of a round.

    k holds for every page by itself; a page below k is withheld, after one extension. `shuffle` shuffles in place and
    must be the system's randomness, never seeded.
    """
    kept = [slip for slip in slips if not slip.withdrawn]
    said = [slip for slip in kept if slip.named is None]
    counts = _counts(round_, said)
    if any(count.withheld for count in counts) and not round_.extended:
        return Extended()
    readable = {count.page for count in counts if not count.withheld}
    answers = _with_segments(round_, [slip for slip in said if slip.page in readable])
    offers = [slip for slip in kept if slip.named is not None]
    shuffle(answers)
    shuffle(offers)
    voices = len({slip.voice for slip in said})
    return Released(tuple(_answer(slip) for slip in answers), tuple(offers), counts, voices)


def offers_only(slips: Sequence[Slip], *, shuffle: Callable[[list[Slip]], None]) -> Released:
    """Keep what was offered by name in a round that was called off, and nothing that was said."""
    offers = [slip for slip in slips if not slip.withdrawn and slip.named is not None]
    shuffle(offers)
    return Released((), tuple(offers), (), 0)


def _counts(round_: Round, said: Sequence[Slip]) -> tuple[PageCount, ...]:
    """Count the voices of every page, in the order of the round."""
    voices = Counter(slip.page for slip in said)
    return tuple(PageCount(page.key, voices[page.key], voices[page.key] < round_.k) for page in round_.pages)


def _with_segments(round_: Round, said: Sequence[Slip]) -> list[Slip]:
    """Keep the segment of answers only on pages where every segment has k voices; elsewhere nobody can know it.

    An answer keeps its language too, so every language that is spoken in a segment needs k voices in it as well.
    """
    voices = Counter((slip.page, slip.segment, slip.language) for slip in said)
    shown = {page.key for page in round_.pages if _may_part(round_, page.key, voices)}
    return [slip if slip.page in shown else replace(slip, segment=None) for slip in said]


def _may_part(round_: Round, page: PageKey, voices: Counter[tuple[PageKey, TeamKey | None, Language]]) -> bool:
    """Say whether a page may be read by segment; those who are in none are one too, where there are any."""
    here = {(segment, language): count for (on, segment, language), count in voices.items() if on == page}
    spoken_in = {segment for segment, _ in here}
    all_there = spoken_in.issuperset(round_.segments) and len(spoken_in) > 1
    return all_there and may_show_segments(here.values(), round_.k)


def _answer(slip: Slip) -> Answer:
    """Leave behind what could find the voice again."""
    return Answer(
        page=slip.page,
        fields=tuple((field, text) for field, text in slip.fields if text.strip()),
        language=slip.language,
        quotable=bool(slip.quotable),
        segment=slip.segment,
    )
