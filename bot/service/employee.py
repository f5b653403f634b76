"""A participant in a round: open a page, answer, change, withdraw, offer. Nothing here is written by person."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.course import course
from bot.dialogue.machine import Course, advance
from bot.dialogue.model import DialogueEvent as Said
from bot.dialogue.model import Opened, Place, SayOver, SayWithdrawn, Seal, Sent, Show, State, Step, Thank, TookBack
from bot.door import Wish
from bot.errors import KeyMissing, NotFound, RoundClosed
from bot.events import Pressed, Submitted
from bot.ids import FieldKey, Language, PageKey, PersonId, TeamKey, TenantId
from bot.messages import Action, Form, Invalid, Paragraph, Reply
from bot.questions import PAGE_MAXIMUM, Page, Question
from bot.release import OFFER_PAGE
from bot.round import Round, RoundState
from bot.service.context import Context, Sheet
from bot.service.items import invite_id
from bot.slip import Fields, Slip
from bot.token import Token
from bot.wording import round as wording
from bot.wording.round import WORDS_FIELD, Handle
from bot.wording.words import Words


async def open_page(context: Context, event: Pressed, language: Language) -> Reply:
    """Open a page: the one that was put to this person, or the one that the button names."""
    handle = replace(Handle.parse(event.value), language=language)
    token = await context.token(event.tenant, handle.token, event.person)
    context.forget_sheet(event.tenant, token.round)
    sheet = await context.sheet(event.tenant, token.round)
    said: Said = Opened(PageKey(handle.page) if handle.page else None)
    place = Place.INVITED if sheet.round.state is RoundState.OPEN else Place.OVER
    return await _take(context, event.tenant, event.person, sheet, token, handle, State(place), said)


async def submit_page(context: Context, event: Submitted) -> Reply:
    """Take one step of a page: checked, sealed and committed, and only then answered."""
    handle = Handle.parse(event.state)
    token = await context.token(event.tenant, handle.token, event.person)
    sheet = await context.sheet(event.tenant, token.round)
    words = context.words(handle.language, sheet.change.zone)
    page = sheet.round.page(PageKey(handle.page))
    given = dict(event.fields)
    problems = _problems(words, sheet.round, page, handle, given)
    if problems:
        return Invalid(problems)
    fields = tuple((one.key, given.get(one.key, "").strip()) for one in page.step(handle.step))
    quotable = given[WORDS_FIELD] == "yes" if WORDS_FIELD in given else None
    state = State(Place.QUESTION if handle.step == 1 else Place.PROBE, page.key)
    said = Sent(fields, quotable, event.stamp)
    return await _take(context, event.tenant, event.person, sheet, token, handle, state, said)


def _problems(
    words: Words, round_: Round, page: Page, handle: Handle, given: dict[FieldKey, str]
) -> tuple[tuple[FieldKey, str], ...]:
    """Say what is missing, too long or not an option, per field."""
    questions = page.step(handle.step)
    problems = [(one.key, text) for one in questions if (text := _problem(words, one, given.get(one.key, "")))]
    asked = handle.step == 1 and wording.asks_for_words(round_, page, handle.language)
    if asked and given.get(WORDS_FIELD) not in {"yes", "no"}:
        problems.append((WORDS_FIELD, words.say("invalid.words")))
    if not problems and sum(len(given.get(one.key, "").strip()) for one in questions) > PAGE_MAXIMUM:
        problems.append((questions[0].key, words.say("invalid.too_long", maximum=PAGE_MAXIMUM)))
    return tuple(problems)


def _problem(words: Words, question: Question, text: str) -> str:
    text = text.strip()
    if question.required and not text:
        return words.say("invalid.choose" if question.choices else "invalid.empty")
    if question.choices and text and text not in {choice.key for choice in question.choices}:
        return words.say("invalid.choose")
    return words.say("invalid.too_long", maximum=question.maximum) if len(text) > question.maximum else ""


async def _take(  # noqa: PLR0917 -- everything that one step of a conversation stands on
    context: Context,
    tenant: TenantId,
    person: PersonId,
    sheet: Sheet,
    token: Token,
    handle: Handle,
    state: State,
    said: Said,
) -> Reply:
    """Let the table decide, seal what is to be sealed, and show what comes next."""
    way = course(sheet.round, token.nonce)
    step = advance(state, said, way)
    for effect in step.effects:
        if isinstance(effect, Seal):
            slip = await _slip(context, tenant, person, sheet.round, handle.language, effect)
            if not await _sealed(context, tenant, token, slip):
                return wording.closed(context.words(handle.language, sheet.change.zone))
    return _shown(context.words(handle.language, sheet.change.zone), sheet, handle, step, way)


async def _sealed(context: Context, tenant: TenantId, token: Token, slip: Slip) -> bool:
    """Put a slip in its box; False when the round has closed, and its key is perhaps gone. Raises KeyMissing."""
    try:
        await context.parts.spool.put(tenant, token.round, token.nonce, slip)
    except RoundClosed:
        context.forget_sheet(tenant, token.round)
        return False
    except KeyMissing:
        context.forget_sheet(tenant, token.round)
        if (await context.sheet(tenant, token.round)).round.state is RoundState.OPEN:
            raise
        return False
    return True


async def _slip(
    context: Context, tenant: TenantId, person: PersonId, round_: Round, language: Language, seal: Seal
) -> Slip:
    segment = await _segment(context, tenant, person, round_) if round_.segments else None
    return Slip(seal.page, seal.fields, language, seal.quotable, seal.stamp, segment=segment)


async def _segment(context: Context, tenant: TenantId, person: PersonId, round_: Round) -> TeamKey | None:
    """The one coarse group that this person belonged to when the round was opened, none for one who was forgotten."""
    async with context.parts.store.read(tenant) as tx:
        try:
            about = (await tx.outbox.get(invite_id(round_.id, person))).about
        except NotFound:
            # Their token is still good: they can change what they said, and take it back.
            return None
    return TeamKey(about) if about else None


def _shown(words: Words, sheet: Sheet, handle: Handle, step: Step, way: Course) -> Reply:
    """What the person sees: the last effect of a step always shows something."""
    effect = step.effects[-1]
    round_ = sheet.round
    match effect:
        case Show(page, number):
            shown = replace(handle, page=page, step=number)
            place = way.place(page, number)
            return wording.page_form(words, round_, sheet.change, round_.page(page), shown, place=place)
        case Thank(more):
            return wording.thanks(words, round_, handle, tuple(round_.page(key) for key in more))
        case SayWithdrawn():
            return wording.withdrawn(words, round_)
        case SayOver() | Seal():
            return wording.closed(words)


async def ask_withdraw(context: Context, event: Pressed, language: Language) -> Reply:
    """Ask once more; the form carries the stamp that makes it newer than what it withdraws."""
    handle = replace(Handle.parse(event.value), language=language)
    token = await context.token(event.tenant, handle.token, event.person)
    sheet = await context.sheet(event.tenant, token.round)
    words = context.words(language, sheet.change.zone)
    return Form(
        action=Action.WITHDRAW,
        state=str(handle),
        title=words.say("withdraw.title"),
        blocks=(Paragraph(words.say("withdraw.text", day=sheet.round.closes_at)),),
        fields=(),
        submit=words.say("withdraw.yes"),
    )


async def withdraw(context: Context, event: Submitted) -> Reply:
    """Empty the box of a page; the same is said whether or not there was anything in it."""
    handle = Handle.parse(event.state)
    token = await context.token(event.tenant, handle.token, event.person)
    sheet = await context.sheet(event.tenant, token.round)
    state = State(Place.QUESTION, PageKey(handle.page))
    said = TookBack(event.stamp)
    return await _take(context, event.tenant, event.person, sheet, token, handle, state, said)


async def open_offer(context: Context, event: Pressed, language: Language) -> Reply:
    """Offer to think along, or ask for a quarter of an hour; it can be done without answering."""
    handle = replace(Handle.parse(event.value), language=language)
    token = await context.token(event.tenant, handle.token, event.person)
    sheet = await context.sheet(event.tenant, token.round)
    words = context.words(language, sheet.change.zone)
    if sheet.round.state is not RoundState.OPEN:
        return wording.closed(words)
    return wording.offer_form(words, sheet.round, sheet.change, handle)


async def submit_offer(context: Context, event: Submitted) -> Reply:
    """Seal an offer under a tag of its own; it holds a name and no voice."""
    handle = Handle.parse(event.state)
    token = await context.token(event.tenant, handle.token, event.person)
    sheet = await context.sheet(event.tenant, token.round)
    words = context.words(handle.language, sheet.change.zone)
    given = dict(event.fields)
    wishes = [wish for wish in given.get(FieldKey("wishes"), "").split() if wish in set(Wish)]
    if not wishes:
        return Invalid(((FieldKey("wishes"), words.say("invalid.choose")),))
    note = given.get(FieldKey("note"), "").strip()[:500]
    fields: Fields = ((FieldKey("wishes"), " ".join(wishes)), (FieldKey("note"), note))
    slip = Slip(OFFER_PAGE, fields, handle.language, quotable=None, stamp=event.stamp, named=event.person)
    if not await _sealed(context, event.tenant, token, slip):
        return wording.closed(words)
    return wording.offer_thanks(words, sheet.round)
