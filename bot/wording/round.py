"""A round as a participant meets it: invitation, reminder, the steps of the form, thanks, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.change import Change
from bot.ids import FieldKey, Language, MessageRef, PageKey, ScenarioKey
from bot.messages import (
    Action,
    Block,
    Button,
    Buttons,
    ChoiceField,
    Fact,
    Facts,
    Field,
    Form,
    Heading,
    Message,
    Note,
    Notice,
    Option,
    Paragraph,
    Pointer,
    TextField,
)
from bot.outbox import Item
from bot.questions import LISTENING, Page, Question, RoundKind
from bot.round import Round
from bot.wording import explain
from bot.wording.words import Words, cut

WORDS_FIELD = FieldKey("words")
"""The choice whether one's words may be read; asked each time, without a default."""

OFFERING = LISTENING | {RoundKind.SCENARIOS}
"""Kinds in which people may offer to think along (rule 8): those early in a change."""

NO_LANGUAGE = Language("")


@dataclass(frozen=True, slots=True)
class Handle:
    """What the buttons of a form carry: the token, and the page, step and language that they are about.

    The language travels along, so that taking an answer needs no look at who gave it.
    """

    token: str
    page: str = ""
    step: int = 1
    language: Language = NO_LANGUAGE

    def __str__(self) -> str:
        """Write it for a button's value or a form's state."""
        return " ".join((self.token, self.page, str(self.step), self.language)).rstrip()

    @classmethod
    def parse(cls, text: str) -> Handle:
        """Read what `str` wrote; a token alone is one too."""
        token, page, step, language, *_ = (*text.split(" "), "", "", "", "")
        return cls(token, page, 2 if step == "2" else 1, Language(language))


def asks_for_words(round_: Round, page: Page, language: Language) -> bool:
    """Say whether words of this page could ever be shown, so that it must be asked whether they may."""
    return page.takes_text and not round_.themes_only and language in round_.showable


def invitation(words: Words, round_: Round, change: Change, page: Page, handle: Handle) -> Message:
    """Ask one question. At most 60 words with the question (design, section 1)."""
    blocks: tuple[Block, ...] = (
        Heading(_subject(words, round_, change)),
        Paragraph(_lead(words, round_, page)),
        Note(words.say("invite.note", k=round_.k, day=round_.closes_at)),
        Buttons(invitation_buttons(words, round_, handle)),
    )
    return Message(words.say("invite.summary", change=_subject(words, round_, change)), blocks)


def _subject(words: Words, round_: Round, change: Change) -> str:
    """What the round is about: its own subject, or the change."""
    return words.of(round_.subject or change.title)


def _lead(words: Words, round_: Round, page: Page) -> str:
    """The question itself, with what comes before it where the kind of round has something to say first."""
    question = words.of(page.questions[0].text)
    if round_.kind is RoundKind.SOURCE and page.intro is not None:
        return f"{words.of(page.intro)}\n{question}"
    if round_.kind is RoundKind.SCENARIOS:
        titles = "\n".join(f"• {words.of(one.title)}" for one in round_.pages if one.title is not None)
        return f"{words.say('invite.scenarios')}\n{titles}"
    if round_.kind is RoundKind.ASK:
        return "\n".join((words.say("invite.ask"), *(f"• {words.of(one.questions[0].text)}" for one in round_.pages)))
    if round_.kind is RoundKind.PULSE:
        return f"{words.say('invite.pulse')}\n{question}"
    return question


def invitation_buttons(words: Words, round_: Round, handle: Handle) -> tuple[Button, ...]:
    """Answer; for rounds early in a change also think along; not now, and not any more."""
    answer = words.button("answer", Action.ANSWER, str(handle), primary=True)
    offer = words.button("offer", Action.OFFER, handle.token)
    home = words.button("home", Action.HOME)
    if round_.kind in OFFERING:
        return (answer, offer, words.button("snooze", Action.SNOOZE), home)
    return (answer, words.button("snooze", Action.SNOOZE), home)


def believe_buttons(words: Words, handle: Handle) -> tuple[Button, ...]:
    """The one tap that the frame asks."""
    return (words.button("believe", Action.ANSWER, str(handle), primary=True),)


def reminder(words: Words, round_: Round, change: Change, first: Item) -> Message:
    """Remind everyone, answered or not, in the same words (section 5)."""
    blocks: tuple[Block, ...] = (
        Paragraph(words.say("reminder.text", change=_subject(words, round_, change), day=round_.closes_at)),
        Pointer(words.say("reminder.pointer", day=first.sent_at or round_.opens_at), first.ref or MessageRef("")),
    )
    return Message(words.say("reminder.summary", change=_subject(words, round_, change)), blocks)


def over(words: Words, round_: Round, change: Change) -> Message:
    """What stands in the place of the invitation after the close: no token, and nothing about who answered."""
    blocks: tuple[Block, ...] = (
        Heading(_subject(words, round_, change)),
        Paragraph(words.say(f"over.{'cancelled' if round_.state == 'cancelled' else 'closed'}")),
        Buttons((words.button("page", Action.PAGE, change.id),)),
    )
    return Message(words.say("over.summary", change=_subject(words, round_, change)), blocks)


def page_form(
    words: Words, round_: Round, change: Change, page: Page, handle: Handle, *, place: tuple[int, int] = (1, 1)
) -> Form:
    """One step of a page. It opens empty, whether or not someone answered before. `place` is "1 of 2"."""
    first = handle.step == 1
    number, count = place
    intro = (
        (*_intro(words, page), *_early(words, change, page)) if first else (Paragraph(words.say("form.probe_intro")),)
    )
    fields = tuple(_field(words, question) for question in page.step(handle.step))
    if first and asks_for_words(round_, page, words.language):
        fields = (*fields, _words_field(words))
    promise = _promise(words, round_, change, page) if first else ()
    return Form(
        action=Action.ANSWER,
        state=str(handle),
        title=words.say(f"form.title_{round_.kind}"),
        blocks=(*_place(words, place, handle), *intro, *promise),
        fields=fields,
        submit=words.say("form.next" if number < count else "form.send" if first else "form.send_probe"),
        buttons=(
            words.button("withdraw", Action.WITHDRAW, str(Handle(handle.token, page.key))),
            *(_other_themes(words, round_, page, handle) if first else ()),
        ),
    )


def _place(words: Words, place: tuple[int, int], handle: Handle) -> tuple[Block, ...]:
    """Say how far this step is, where more than one is certain to come, and on a new page that one may stop here."""
    number, count = place
    if count == 1:
        return ()
    kept = number > 1 and handle.step == 1
    return (Note(words.say("form.place_kept" if kept else "form.place", number=number, count=count)),)


def _other_themes(words: Words, round_: Round, page: Page, handle: Handle) -> tuple[Button, ...]:
    """Asking on: everyone sees every theme, and goes to the one that is theirs."""
    others = [one for one in round_.pages if one.key != page.key] if round_.kind is RoundKind.ASK else []
    return tuple(Button(_short(words, one), Action.ANSWER, str(Handle(handle.token, one.key))) for one in others)


def _intro(words: Words, page: Page) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if page.title is not None:
        blocks.append(Heading(words.of(page.title)))
    if page.intro is not None:
        blocks.append(Paragraph(words.of(page.intro)))
    return tuple(blocks)


def _early(words: Words, change: Change, page: Page) -> tuple[Block, ...]:
    """Say of a scenario that it was written before listening had closed (rule 3)."""
    early = {scenario_page(one.key) for one in change.scenarios if one.early}
    return (words.note("form.early"),) if page.key in early else ()


def scenario_page(scenario: ScenarioKey) -> PageKey:
    """Name the page of a scenario."""
    return PageKey(f"scenario-{scenario}")


def _promise(words: Words, round_: Round, change: Change, page: Page) -> tuple[Block, ...]:
    """Four lines: who reads it, when, from how many on, what nobody can prevent; more about it; where not to report."""
    if page.takes_text:
        who = _who(words, round_)
        limits = words.say("promise.limits")
    else:
        who, limits = words.say("promise.who_tap"), words.say("promise.limits_tap")
    lines = (
        Fact(words.say("promise.who_label"), who),
        Fact(words.say("promise.when_label"), words.say("promise.when", day=round_.closes_at)),
        Fact(words.say("promise.k_label"), words.say("promise.k_last" if round_.extended else "promise.k", k=round_.k)),
        Fact(words.say("promise.limits_label"), limits),
    )
    more = words.button("explain", Action.EXPLAIN, explain.about(round_.id, words.language))
    groups = (words.note("promise.groups", groups=", ".join(round_.segments)),) if round_.segments else ()
    return (Facts(lines), *groups, Buttons((more,)), words.adviser(change))


def _who(words: Words, round_: Round) -> str:
    """Who reads what is written: with words or without, and why without."""
    if round_.themes_only:
        return words.say("promise.few_asked")
    return words.say("promise.who" if words.language in round_.showable else "promise.no_words")


def _field(words: Words, question: Question) -> Field:
    hint = words.of(question.hint) if question.hint is not None else ""
    if question.choices:
        options = tuple(Option(choice.key, words.of(choice.label)) for choice in question.choices)
        return ChoiceField(question.key, words.of(question.text), options, hint, required=question.required)
    return TextField(question.key, words.of(question.text), hint, maximum=question.maximum, required=question.required)


def _words_field(words: Words) -> ChoiceField:
    options = (Option("yes", words.say("form.words_yes")), Option("no", words.say("form.words_no")))
    return ChoiceField(WORDS_FIELD, words.say("form.words"), options)


def thanks(words: Words, round_: Round, handle: Handle, more: Sequence[Page]) -> Notice:
    """The last page: what happens next, when they will hear back, and what else can be said. It repeats no answer."""
    blocks: list[Block] = [
        Paragraph(words.say("thanks.text" if round_.takes_text else "thanks.text_tap", day=round_.closes_at))
    ]
    if round_.heard_by is not None:
        blocks.append(Paragraph(words.say("thanks.heard_by", day=round_.heard_by)))
    blocks.append(words.note("thanks.change", day=round_.closes_at))
    buttons = [Button(_short(words, page), Action.ANSWER, str(Handle(handle.token, page.key))) for page in more]
    if round_.kind in OFFERING:
        buttons.append(words.button("offer", Action.OFFER, handle.token))
    if more:
        blocks.append(Paragraph(words.say("thanks.more")))
    if buttons:
        blocks.append(Buttons(tuple(buttons)))
    return Notice(words.say("thanks.title"), tuple(blocks))


def _short(words: Words, page: Page) -> str:
    """A page as the label of a button."""
    return cut(words.of(page.title or page.questions[0].text))


def withdrawn(words: Words, round_: Round) -> Notice:
    """Said the same whether or not there was something to withdraw."""
    return Notice(words.say("withdrawn.title"), (Paragraph(words.say("withdrawn.text", day=round_.closes_at)),))


def closed(words: Words) -> Notice:
    """The round is over."""
    return Notice(words.say("closed.title"), (Paragraph(words.say("error.round_closed")),))


def offer_form(words: Words, round_: Round, change: Change, handle: Handle) -> Form:
    """Offer to think along, or ask for a quarter of an hour: by name, apart from any answer."""
    wishes = tuple(Option(wish, words.say(f"offer.{wish}")) for wish in ("think_along", "quarter"))
    return Form(
        action=Action.OFFER,
        state=str(handle),
        title=words.say("offer.title"),
        blocks=(Paragraph(words.say("offer.intro", day=round_.closes_at)), words.adviser(change)),
        fields=(
            ChoiceField(FieldKey("wishes"), words.say("offer.wishes"), wishes, several=True),
            TextField(FieldKey("note"), words.say("offer.note"), maximum=500, required=False, lines=2),
        ),
        submit=words.say("form.send"),
    )


def offer_thanks(words: Words, round_: Round) -> Notice:
    """Said after an offer."""
    return Notice(words.say("offer.thanks_title"), (Paragraph(words.say("offer.thanks", day=round_.closes_at)),))
