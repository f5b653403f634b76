"""The digest of a round: what was counted and found on every page, and how it is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.answers import Answer
from bot.digest import find_themes
from bot.digest.model import Alone, QuestionDigest, Quote, Theme, ThemeSize
from bot.digest.segments import SegmentRow, Segments, SegmentTable
from bot.ids import Language, PageKey, RoundId
from bot.localised import Localised
from bot.ports import DigestRequest
from bot.questions import Page, RoundKind
from bot.round import Round


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is counted on a page: a choice, or the themes in one field (`field` "": in all of them)."""

    field: str
    choices: tuple[tuple[str, int], ...] = ()
    themes: QuestionDigest | None = None


@dataclass(frozen=True, slots=True)
class PageDigest:
    """One page; `withheld` means below k: nobody read it, and it has no parts."""

    page: PageKey
    voices: int
    withheld: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class RoundDigest:
    """What a round gave."""

    round: RoundId
    pages: tuple[PageDigest, ...]

    def sizes(self, page: PageKey, field: str) -> tuple[ThemeSize, ...]:
        """Return the sizes of the themes of one part, to compare a later digest with."""
        for one in self.pages:
            for part in one.parts if one.page == page else ():
                if part.field == field and part.themes is not None:
                    return part.themes.sizes()
        return ()


def make(request: DigestRequest) -> bytes:
    """Make the digest of a released round, serialised. Seconds of arithmetic: runs in a child process."""
    before = load(request.before) if request.before is not None else None
    pages = tuple(_page(request, page, before) for page in request.round.pages)
    return dump(RoundDigest(request.round.id, pages))


def _page(request: DigestRequest, page: Page, before: RoundDigest | None) -> PageDigest:
    answers = [answer for answer in request.answers if answer.page == page.key]
    if not answers:
        return PageDigest(page.key, _withheld_voices(request.round, page.key), withheld=True, parts=())
    parts = tuple(_part(request, page, answers, field, before) for field in _fields(request.round, page))
    return PageDigest(page.key, len(answers), withheld=False, parts=parts)


def _withheld_voices(round_: Round, page: PageKey) -> int:
    return next((count.voices for count in round_.counts if count.page == page), 0)


def _fields(round_: Round, page: Page) -> tuple[str, ...]:
    """A question and its probe are read together; the questions to a scenario and every choice each by themselves."""
    if round_.kind is RoundKind.SCENARIOS or not page.takes_text:
        return tuple(question.key for question in page.questions)
    return ("",)


def _part(
    request: DigestRequest, page: Page, answers: Sequence[Answer], field: str, before: RoundDigest | None
) -> Part:
    question = next((one for one in page.questions if one.key == field), None)
    if question is not None and question.choices:
        return Part(field, choices=_choices(answers, field, [choice.key for choice in question.choices]))
    round_ = request.round
    themes = find_themes(
        answers,
        fields=(field,) if field else None,
        codebook=request.codebook,
        names=request.names,
        showable_languages=frozenset(round_.showable),
        themes_only=round_.themes_only,
        before=before.sizes(page.key, field) if before is not None else (),
        segments=Segments(round_.segments, round_.k) if round_.segments else None,
    )
    return Part(field, themes=themes)


def _choices(answers: Sequence[Answer], field: str, keys: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Count every option, those that nobody chose included, in the order of the question."""
    chosen = Counter(text for answer in answers for key, text in answer.fields if key == field)
    return tuple((key, chosen[key]) for key in keys)


def dump(digest: RoundDigest) -> bytes:
    """Write a digest as JSON."""
    return json.dumps(asdict(digest), ensure_ascii=False, separators=(",", ":")).encode()


def load(raw: bytes) -> RoundDigest:
    """Read what `dump` wrote."""
    data = json.loads(raw)
    return RoundDigest(RoundId(data["round"]), tuple(_load_page(page) for page in data["pages"]))


def _load_page(data: dict[str, Any]) -> PageDigest:
    parts = tuple(
        Part(part["field"], tuple((key, count) for key, count in part["choices"]), _load_themes(part["themes"]))
        for part in data["parts"]
    )
    return PageDigest(PageKey(data["page"]), data["voices"], data["withheld"], parts)


def _load_themes(data: dict[str, Any] | None) -> QuestionDigest | None:
    if data is None:
        return None
    themes = tuple(
        Theme(
            theme["key"],
            Localised(tuple((Language(language), text) for language, text in theme["label"]["texts"])),
            theme["voices"],
            theme["change"],
            _load_quotes(theme["quotes"]),
            theme["layer"],
        )
        for theme in data["themes"]
    )
    alone = Alone(data["alone"]["voices"], _load_quotes(data["alone"]["quotes"]))
    return QuestionDigest(
        PageKey(data["page"]),
        data["voices"],
        themes,
        alone,
        data["other"],
        data["silent"],
        _load_segments(data.get("segments")),
    )


def _load_segments(data: dict[str, Any] | None) -> SegmentTable | None:
    if data is None:
        return None
    rows = tuple(SegmentRow(row["theme"], tuple(row["voices"])) for row in data["rows"])
    return SegmentTable(tuple(data["segments"]), rows)


def _load_quotes(data: list[dict[str, str]]) -> tuple[Quote, ...]:
    return tuple(Quote(quote["text"], quote["language"]) for quote in data)
