"""What lies in boxes, as compact CBOR: slips, answers, and the words of the open door."""

import cbor2

from bot.answers import Answer
from bot.door import Entry, Offer, Wish
from bot.ids import FieldKey, Language, PageKey, PersonId, TeamKey
from bot.localised import Localised
from bot.slip import Slip


def pack_slip(slip: Slip) -> bytes:
    """Write a slip, without the names of its parts: 2,000 characters of four bytes have to fit."""
    return cbor2.dumps(
        (
            slip.page,
            _flat(slip.fields),
            slip.language,
            slip.quotable,
            slip.stamp,
            slip.voice,
            slip.segment,
            slip.named,
            slip.receipt,
        )
    )


def unpack_slip(content: bytes) -> Slip:
    """Read what `pack_slip` wrote."""
    page, fields, language, quotable, stamp, voice, segment, named, receipt = cbor2.loads(content)
    return Slip(
        page=PageKey(page),
        fields=tuple((FieldKey(key), text) for key, text in _pairs(fields)),
        language=Language(language),
        quotable=quotable,
        stamp=stamp,
        voice=voice,
        segment=None if segment is None else TeamKey(segment),
        named=None if named is None else PersonId(named),
        receipt=receipt,
    )


def pack_answer(answer: Answer) -> bytes:
    """Write a released answer."""
    return cbor2.dumps((answer.page, _flat(answer.fields), answer.language, answer.quotable, answer.segment))


def unpack_answer(content: bytes) -> Answer:
    """Read what `pack_answer` wrote."""
    page, fields, language, quotable, segment = cbor2.loads(content)
    return Answer(PageKey(page), _pairs(fields), language, quotable, segment)


def pack_entry(entry: Entry) -> bytes:
    """Write the words of an entry: its text and the reply to it."""
    return cbor2.dumps((_clean(entry.text), None if entry.reply is None else entry.reply.texts))


def unpack_entry(content: bytes) -> tuple[str, Localised | None]:
    """Read what `pack_entry` wrote."""
    text, reply = cbor2.loads(content)
    if reply is None:
        return text, None
    return text, Localised(tuple((Language(language), own) for language, own in reply))


def pack_offer(offer: Offer) -> bytes:
    """Write the words of an offer: what is wished, the note and the reply."""
    return cbor2.dumps((offer.wishes, _clean(offer.note), offer.reply))


def unpack_offer(content: bytes) -> tuple[tuple[Wish, ...], str, str]:
    """Read what `pack_offer` wrote."""
    wishes, note, reply = cbor2.loads(content)
    return tuple(Wish(wish) for wish in wishes), note, reply


def _flat(fields: tuple[tuple[str, str], ...]) -> list[str]:
    return [part for key, text in fields for part in (key, _clean(text))]


def _pairs(flat: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def _clean(text: str) -> str:
    """Put "?" for half a character (a lone surrogate), which a platform's JSON can carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()
