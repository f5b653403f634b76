"""The core team: read, acknowledge, ask on, link, tell, decide, reply, stand still, close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.change import Change, ChangeState, Outcome, Point, PointState, ThemeRef, Verdict, decide, move, with_point
from bot.digest.digest import RoundDigest, load
from bot.door import Known
from bot.errors import NotFound, Refused
from bot.events import Pressed, Submitted
from bot.ids import ChangeId, FieldKey, PageKey, PersonId, PointKey, RoundId, ScenarioKey
from bot.localised import Localised
from bot.messages import Action, Invalid, Notice, Paragraph, Reply
from bot.outbox import Delivery, Kind
from bot.people import Person
from bot.ports import Transaction
from bot.questions import RoundKind
from bot.round import ENDED, Round, RoundState
from bot.schedule import HEARD_WORKING_DAYS, day_begins, day_closes, local_day, working_days_after
from bot.service import items
from bot.service.closing import check_close
from bot.service.compose import due_lines
from bot.service.context import Context, rounds_of
from bot.service.doors import form_id
from bot.service.rounds import cancel, everyone_of, extend, filled, plan_heard_check, planned, tell_heard
from bot.wording import core, personal
from bot.wording.core import read_localised
from bot.wording.digest import ASK_ON_VOICES
from bot.wording.words import Words

STILL = "still"


def of_core(change: Change, person: PersonId) -> None:
    """Raise Refused unless this person is of the core team."""
    if person not in change.readers:
        raise Refused("not_core")


async def _round(tx: Transaction, round_id: str, person: PersonId) -> tuple[Round, Change]:
    round_ = await tx.rounds.get(RoundId(round_id))
    change = await tx.changes.get(round_.change)
    of_core(change, person)
    return round_, change


async def _change(tx: Transaction, change_id: str, person: PersonId) -> Change:
    change = await tx.changes.get(ChangeId(change_id))
    of_core(change, person)
    return change


async def press(context: Context, event: Pressed, person: Person) -> Reply:
    """Answer a button of the core team with its form, or do at once what needs none."""
    async with context.parts.store.read(event.tenant) as tx:
        words = context.words_for(person)
        match event.action:
            case Action.ASK_ON | Action.LINK_POINT:
                return await _theme_form(tx, words, event)
            case Action.TELL_HEARD:
                round_, change = await _round(tx, event.value, event.person)
                return core.heard_form(words, change, round_)
            case Action.OUTCOME | Action.DRAFT:
                change, point = await _point(tx, event.value, event.person)
                form = core.draft_form if event.action is Action.DRAFT else core.outcome_form
                return form(words, change, point)
            case Action.REPLY_QUESTION | Action.REPLY_OFFER | Action.PUBLISH_KNOWN:
                return await _reply_form(tx, words, event)
            case Action.EXTEND_ROUND | Action.CANCEL_ROUND:
                round_, change = await _round(tx, event.value, event.person)
                return core.confirm_form(words, event.action, event.value, event.action, change=change.title)
            case Action.STAND_STILL | Action.GO_ON | Action.CLOSE:
                change = await _change(tx, event.value, event.person)
                return core.confirm_form(words, event.action, event.value, event.action, change=change.title)
            case _:
                return await _desk(context, tx, words, event)


async def _desk(context: Context, tx: Transaction, words: Words, event: Pressed) -> Reply:
    """Everything that the core team can do now."""
    change = await _change(tx, event.value, event.person) if event.value else await _own_change(tx, event.person)
    lines = await due_lines(context, tx, change, words)
    return core.desk(words, change, await rounds_of(tx, change), lines)


async def _own_change(tx: Transaction, person: PersonId) -> Change:
    own = [change for change in await tx.changes.all() if person in change.readers]
    if not own:
        raise Refused("not_core")
    return own[0]


async def _point(tx: Transaction, value: str, person: PersonId) -> tuple[Change, Point]:
    change_id, _, key = value.partition("/")
    change = await _change(tx, change_id, person)
    return change, change.point(PointKey(key))


async def _theme(tx: Transaction, value: str, person: PersonId) -> tuple[ThemeRef, Round, Change, Localised, int]:
    """The theme that a button names: its round, its change, its label and its voices. Raises NotFound."""
    ref = ThemeRef.parse(value)
    round_, change = await _round(tx, ref.round, person)
    raw = await tx.answers.digest(round_.id)
    if raw is None:
        raise NotFound("the digest is gone")
    label, voices = find_theme(load(raw), ref)
    return ref, round_, change, label, voices


def find_theme(digest: RoundDigest, ref: ThemeRef) -> tuple[Localised, int]:
    """Return the label and the size of a theme. Raises NotFound."""
    field, _, key = ref.theme.partition(":")
    for page in digest.pages:
        for part in page.parts if page.page == ref.page else ():
            for theme in part.themes.themes if part.themes is not None and part.field == field else ():
                if theme.key == key:
                    return theme.label, theme.voices
    raise NotFound("there is no such theme")


async def _theme_form(tx: Transaction, words: Words, event: Pressed) -> Reply:
    ref, round_, change, label, voices = await _theme(tx, event.value, event.person)
    if event.action is Action.LINK_POINT:
        return core.link_form(words, change, ref, words.of(label))
    _may_ask_on(round_, ref, voices)
    return core.ask_on_form(words, change, ref, words.of(label))


def _may_ask_on(round_: Round, ref: ThemeRef, voices: int) -> None:
    """Themes of at least three voices, once per theme (section 5)."""
    if voices < ASK_ON_VOICES or round_.kind is RoundKind.ASK:
        raise Refused("ask_on_small")
    if f"{ref.page}/{ref.theme}" in round_.asked_on:
        raise Refused("ask_on_once")


async def _reply_form(tx: Transaction, words: Words, event: Pressed) -> Reply:
    """A reply to an offer or a rumour is personal; that to a question about the frame reaches everyone."""
    if event.action is Action.REPLY_OFFER:
        offer = await tx.door.offer(event.value)
        await _change(tx, offer.change, event.person)
        return core.reply_form(words, event.action, offer.id, offer.note)
    if event.action is Action.PUBLISH_KNOWN and not await _is_entry(tx, event.value):
        change = await _change(tx, event.value, event.person)
        return core.known_form(words, change, event.value, "")
    entry = await tx.door.entry(event.value)
    change = await _change(tx, entry.change or "", event.person)
    if event.action is Action.PUBLISH_KNOWN or entry.kind == "question":
        return core.known_form(words, change, entry.id, entry.text)
    return core.reply_form(words, event.action, entry.id, entry.text)


async def _is_entry(tx: Transaction, value: str) -> bool:
    try:
        await tx.door.entry(value)
    except NotFound:
        return False
    return True


async def heard(context: Context, event: Pressed, person: Person) -> Reply:
    """Acknowledge a theme: everyone sees with it that the core team read it."""
    async with context.parts.store.write(event.tenant) as tx:
        ref, round_, _, label, _ = await _theme(tx, event.value, event.person)
        if (key := f"{ref.page}/{ref.theme}") not in round_.themes_heard:
            await tx.rounds.put(replace(round_, themes_heard=(*round_.themes_heard, key)))
    return personal.said(context.words_for(person), "heard", theme=label)


async def submit(context: Context, event: Submitted, person: Person) -> Reply:
    """Take a form of the core team."""
    words = context.words_for(person)
    now = context.parts.clock.now()
    async with context.parts.store.write(event.tenant) as tx:
        match event.action:
            case Action.ASK_ON:
                return await _ask_on(context, tx, words, event, now)
            case Action.LINK_POINT:
                return await _link(tx, words, event)
            case Action.TELL_HEARD:
                return await _tell(context, tx, words, event, now)
            case Action.OUTCOME:
                return await _decide(context, tx, words, event, now)
            case Action.DRAFT:
                return await _draft(context, tx, words, event, now)
            case Action.REPLY_QUESTION | Action.PUBLISH_KNOWN:
                return await _reply(context, tx, words, event, now)
            case Action.REPLY_OFFER:
                return await _reply_offer(context, tx, words, event, now)
            case Action.EXTEND_ROUND | Action.CANCEL_ROUND:
                return await _round_action(context, tx, words, event, now)
            case Action.STAND_STILL:
                return await _stand_still(context, tx, words, event, now)
            case Action.GO_ON:
                return await _go_on(context, tx, words, event, now)
            case Action.CLOSE:
                return await _close(context, tx, words, event, now)
            case _:
                raise NotFound("no such form")


def _given(event: Submitted) -> dict[str, str]:
    return {str(key): text.strip() for key, text in event.fields}


def _missing(words: Words, change: Change, key: str) -> Invalid:
    return Invalid(((FieldKey(f"{key}-{change.languages[0]}"), words.say("invalid.empty")),))


async def _ask_on(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Put a further question under a theme: all of those of one round go out together, to everyone of the first."""
    ref, round_, change, label, voices = await _theme(tx, event.state, event.person)
    question = read_localised(change, _given(event), "question")
    if question is None:
        return _missing(words, change, "question")
    if not context.parts.packs.may_ask(question):
        return Invalid(((FieldKey(f"question-{change.languages[0]}"), words.say("refused.question")),))
    _may_ask_on(round_, ref, voices)
    existing = await rounds_of(tx, change)
    waiting = next((one for one in existing if one.after == round_.id and one.state is RoundState.PLANNED), None)
    template = context.parts.packs.of(RoundKind.ASK).pages[0]
    number = len(waiting.pages) + 1 if waiting else 1
    (page,) = filled((template,), theme=label, question=question, change=change.title)
    page = replace(page, key=PageKey(f"ask-{number}"), title=label)
    if waiting is None:
        waiting = _new_ask(context, change, round_, now, existing)
    await tx.rounds.put(
        replace(waiting, pages=(*waiting.pages, page)) if waiting.version else replace(waiting, pages=(page,))
    )
    await tx.rounds.put(replace(await tx.rounds.get(round_.id), asked_on=(*round_.asked_on, f"{ref.page}/{ref.theme}")))
    return personal.said(words, "asked_on", theme=label)


def _new_ask(context: Context, change: Change, first: Round, now: datetime, existing: tuple[Round, ...]) -> Round:
    holidays = context.parts.holidays
    opens = working_days_after(local_day(now, change.zone), 1, change.country, holidays)
    closes = working_days_after(opens, HEARD_WORKING_DAYS, change.country, holidays)
    round_ = planned(context, change, RoundKind.ASK, opens, closes, existing)
    return replace(round_, after=first.id, teams=first.teams, reader=first.reader, point=first.point)


async def _link(tx: Transaction, words: Words, event: Submitted) -> Reply:
    ref, _, change, label, _ = await _theme(tx, event.state, event.person)
    key = _given(event).get("point", "")
    if key not in {point.key for point in change.points}:
        return Invalid(((FieldKey("point"), words.say("invalid.choose")),))
    point = change.point(PointKey(key))
    if str(ref) not in {str(one) for one in point.linked}:
        linked = (*point.linked, replace(ref, label=label))
        await tx.changes.put(with_point(change, replace(point, linked=linked)))
    return personal.said(words, "linked", theme=label, point=point.text)


async def _tell(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    round_, change = await _round(tx, event.state, event.person)
    reaction = read_localised(change, _given(event), "reaction")
    if reaction is None and round_.kind is RoundKind.HEARD:
        # Fewer than half recognise it: telling that without an answer would be the end of the conversation.
        return _missing(words, change, "reaction")
    await tell_heard(context, tx, change, round_, now, reaction)
    return personal.said(words, "told")


async def _decide(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Record an outcome, tell everyone, and plan the heard check when it was the last."""
    change, point = await _point(tx, event.state, event.person)
    given = _given(event)
    if given.get("verdict") not in set(Verdict):
        return Invalid(((FieldKey("verdict"), words.say("invalid.choose")),))
    reason = read_localised(change, given, "reason")
    if reason is None:
        return _missing(words, change, "reason")
    another = read_localised(change, given, "another")
    if another is None and await _another_named(tx, change, point):
        return _missing(words, change, "another")
    outcome = Outcome(
        Verdict(given["verdict"]),
        reason,
        now,
        themes=point.linked,
        chosen=ScenarioKey(given["chosen"]) if given.get("chosen") else None,
        decision=read_localised(change, given, "decision"),
        changed=read_localised(change, given, "changed"),
        others=read_localised(change, given, "others"),
        another=another,
    )
    decided = decide(change, point.key, outcome)
    await tx.changes.put(decided)
    people = await everyone_of(tx, change)
    await tx.outbox.plan(items.news(Kind.OUTCOME, people, now, context.parts.holidays, change=change, about=point.key))
    await plan_heard_check(context, tx, decided, now)
    return personal.said(words, "decided", point=point.text)


async def _another_named(tx: Transaction, change: Change, point: Point) -> bool:
    """Say whether anyone named another scenario: it is placed beside the others, or answered (rule 4)."""
    for round_ in await rounds_of(tx, change):
        if round_.kind is RoundKind.SCENARIOS and round_.point in {None, point.key}:
            raw = await tx.answers.digest(round_.id)
            parts = [part for page in load(raw).pages for part in page.parts] if raw is not None else []
            if any(part.field == "another" and part.themes is not None and part.themes.voices for part in parts):
                return any(one.point == point.key for one in change.scenarios)
    return False


async def _draft(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Send the draft of a together point back to everyone; a later draft goes out again."""
    change, point = await _point(tx, event.state, event.person)
    text = read_localised(change, _given(event), "draft")
    if text is None:
        return _missing(words, change, "draft")
    if point.state is not PointState.TOGETHER or point.outcome is not None:
        raise Refused("not_open", point=point.text)
    await tx.changes.put(with_point(change, replace(point, draft=text, draft_told_at=now)))
    people = await everyone_of(tx, change)
    about = f"{point.key}@{now:%Y%m%d%H%M}"
    await tx.outbox.plan(items.news(Kind.DRAFT, people, now, context.parts.holidays, change=change, about=about))
    return personal.said(words, "draft_told", point=point.text)


async def _reply(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Reply to a rumour by name; or publish what is known, which also replies to the entry that it came from."""
    entry = await tx.door.entry(event.state) if await _is_entry(tx, event.state) else None
    change = await _change(tx, (entry.change or "") if entry else event.state, event.person)
    given = _given(event)
    if event.action is Action.REPLY_QUESTION and "reply" in given:
        answer: Localised | None = (
            Localised(((entry.language if entry else words.language, given["reply"]),)) if given["reply"] else None
        )
        if answer is None:
            return Invalid(((FieldKey("reply"), words.say("invalid.empty")),))
    else:
        answer = read_localised(change, given, "known")
        if answer is None:
            return _missing(words, change, "known")
        about = read_localised(change, given, "about")
        if about is None:
            return _missing(words, change, "about")
        await _publish(
            context,
            tx,
            change,
            Known(
                change.tenant,
                form_id(event),
                change.id,
                about,
                answer,
                read_localised(change, given, "unknown"),
                _day(given.get("until", "")),
                now,
            ),
        )
    if entry is not None:
        await tx.door.put_entry(replace(entry, reply=answer, replied_at=now))
        if entry.person is not None:
            await _tell_one(context, tx, change, Kind.REPLY, entry.person, f"{entry.id}@{form_id(event)}", now)
    return personal.said(words, "replied")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _publish(context: Context, tx: Transaction, change: Change, known: Known) -> None:
    await tx.door.add_known(known)
    people = await everyone_of(tx, change)
    await tx.outbox.plan(
        items.news(Kind.KNOWN, people, known.published_at, context.parts.holidays, change=change, about=known.id)
    )


async def _tell_one(  # noqa: PLR0917 -- everything that a personal reply is
    context: Context, tx: Transaction, change: Change, kind: Kind, person: PersonId, about: str, now: datetime
) -> None:
    """A personal reply: does not wait for the frame, nor for the two messages a week.

    A further reply to the same thing is a message of its own, unless the first did not go out yet and says it too.
    """
    on = about.partition("@")[0]
    there = [item for item in await tx.outbox.of_person(person) if item.kind is kind]
    if any(item.about.partition("@")[0] == on and item.state is Delivery.WAITING for item in there):
        return
    people = [one for one in await tx.people.all() if one.id == person]
    planned_items = items.news(kind, people, now, context.parts.holidays, change=change, about=about)
    await tx.outbox.plan([replace(item, parent=None) for item in planned_items])


async def _reply_offer(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    offer = await tx.door.offer(event.state)
    change = await _change(tx, offer.change, event.person)
    text = _given(event).get("reply", "")
    if not text:
        return Invalid(((FieldKey("reply"), words.say("invalid.empty")),))
    await tx.door.put_offer(replace(offer, reply=text, replied_at=now))
    await _tell_one(context, tx, change, Kind.OFFER_REPLY, offer.person, f"{offer.id}@{form_id(event)}", now)
    return personal.said(words, "replied")


async def _round_action(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    round_, change = await _round(tx, event.state, event.person)
    context.forget_sheet(event.tenant, round_.id)
    locked = await tx.rounds.get(round_.id, lock=True)
    if locked.state in ENDED or locked.state is RoundState.RELEASING:
        raise Refused("round_closed")
    if event.action is Action.CANCEL_ROUND:
        await cancel(context, tx, change, locked, now)
        return personal.said(words, "round_cancelled")
    longer = await extend(context, tx, change, locked, now)
    return personal.said(words, "round_extended", day=longer.closes_at)


async def _stand_still(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Everything planned waits, everyone is told, and one open question goes out (rule 9)."""
    change = await _change(tx, event.state, event.person)
    stopped = replace(move(change, ChangeState.STOPPED), stopped_at=now)
    await tx.changes.put(stopped)
    people = await everyone_of(tx, change)
    about = f"{now:%Y%m%d%H%M}"
    await tx.outbox.plan(items.news(Kind.STOOD_STILL, people, now, context.parts.holidays, change=change, about=about))
    holidays = context.parts.holidays
    opens = working_days_after(local_day(now, change.zone), 1, change.country, holidays)
    closes = working_days_after(opens, HEARD_WORKING_DAYS, change.country, holidays)
    pack = context.parts.packs.of(RoundKind.LISTEN)
    page = pack.pages[-1]
    existing = await rounds_of(tx, change)
    await tx.rounds.put(planned(context, change, RoundKind.LISTEN, opens, closes, existing, pages=(page,), name=STILL))
    return personal.said(words, "stood_still")


async def _go_on(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    """Go on, after everyone heard what was heard; what was planned moves by as long as the change stood still."""
    change = await _change(tx, event.state, event.person)
    rounds = await rounds_of(tx, change)
    if any(_still_open(change, one) for one in rounds):
        raise Refused("heard_first")
    running = replace(move(change, ChangeState.RUNNING), stopped_at=None)
    await tx.changes.put(running)
    stood = now - change.stopped_at if change.stopped_at else timedelta(0)
    for one in rounds:
        if one.state is RoundState.PLANNED:
            await tx.rounds.put(_moved(context, change, one, stood))
    people = await everyone_of(tx, change)
    about = f"{now:%Y%m%d%H%M}"
    await tx.outbox.plan(items.news(Kind.WENT_ON, people, now, context.parts.holidays, change=change, about=about))
    return personal.said(words, "went_on")


def _still_open(change: Change, round_: Round) -> bool:
    """The question of standing still goes on until everyone was told what was heard."""
    ours = f"{change.id}-{STILL}-" in round_.id
    return ours and round_.state is not RoundState.CANCELLED and round_.heard_told_at is None


def _moved(context: Context, change: Change, round_: Round, by: timedelta) -> Round:
    """A planned round, as many days later, on working days."""

    def later(moment: datetime) -> date:
        day = local_day(moment, change.zone) + timedelta(days=by.days + 1)
        return working_days_after(day - timedelta(days=1), 1, change.country, context.parts.holidays)

    return replace(
        round_,
        opens_at=day_begins(later(round_.opens_at), change.zone),
        closes_at=day_closes(later(round_.closes_at), change.zone),
    )


async def _close(context: Context, tx: Transaction, words: Words, event: Submitted, now: datetime) -> Reply:
    change = await _change(tx, event.state, event.person)
    checks = [one for one in await rounds_of(tx, change) if one.kind is RoundKind.HEARD]
    if change.state is ChangeState.RUNNING and all(one.state is RoundState.CANCELLED for one in checks):
        # Where nothing was open no outcome planned it.
        await plan_heard_check(context, tx, change, now)
        missing = words.say("refused.close_undecided" if change.undecided else "refused.close_heard_check")
        return Notice(words.say("notice.sorry_title"), (Paragraph(missing),))
    await close_change(context, tx, change, now)
    return personal.said(words, "closed")


async def close_change(context: Context, tx: Transaction, change: Change, now: datetime) -> Change:
    """Close a change. Raises Refused while a point is undecided, a round is open, or the heard check was not held."""
    await check_close(tx, change)
    closed = replace(move(change, ChangeState.CLOSED), closed_at=now)
    await tx.changes.put(closed)
    people = await everyone_of(tx, change)
    await tx.outbox.plan(items.news(Kind.CHANGE_CLOSED, people, now, context.parts.holidays, change=change))
    return closed
