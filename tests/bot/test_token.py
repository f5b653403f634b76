"""Tokens and receipts: what only their own person can use."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.errors import TokenRejected
from bot.ids import PersonId, RoundId
from bot.receipt import receipt, receipt_hash
from bot.token import issue, nonce, round_of, tag, verify, voice

BIND, WAVE, SEAL = (bytes([number]) * 32 for number in range(3))
ROUND, ANA, BEN = RoundId("roosters-listen-1"), PersonId("ana"), PersonId("ben")
NONCE = nonce(WAVE, ROUND, ANA)
TOKEN = issue(BIND, ROUND, ANA, NONCE)


def rejected(token: str, person: PersonId = ANA, key: bytes = BIND) -> bool:
    """Whether it is refused, and by no other error."""
    try:
        verify(key, token, person)
    except TokenRejected:
        return True
    return False


def test_ones_own_token_says_its_round_and_nonce() -> None:
    assert (verify(BIND, TOKEN, ANA).round, verify(BIND, TOKEN, ANA).nonce) == (ROUND, NONCE)
    assert round_of(TOKEN) == ROUND


def test_the_same_message_sent_again_carries_the_same_token() -> None:
    assert issue(BIND, ROUND, ANA, nonce(WAVE, ROUND, ANA)) == TOKEN


def test_a_token_of_someone_else_another_round_or_another_tenant_is_refused() -> None:
    assert rejected(TOKEN, BEN)
    assert rejected(TOKEN.replace("listen-1", "listen-2"))
    assert rejected(TOKEN, key=WAVE)


@given(st.text(st.characters(codec=None, exclude_categories=())))
@example("\ud800.AAAA")
@example(TOKEN[:-1])
@example(TOKEN + "=")
@example(TOKEN + "!")
@example(TOKEN.replace(".", ". "))
def test_garbage_is_refused_and_nothing_else_happens(text: str) -> None:
    assert rejected(text)


@given(st.binary(max_size=64), st.sampled_from(["roosters-listen-1", "x", "a.b", ""]))
def test_made_up_bytes_are_refused(raw: bytes, name: str) -> None:
    assert rejected(f"{name}.{urlsafe_b64encode(raw).decode()}")


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_token_of_which_anything_was_changed_is_refused(at: int, sign: str) -> None:
    changed = TOKEN[:at] + sign + TOKEN[at + 1 :]
    assume(changed != TOKEN)
    assert rejected(changed)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_two_people_or_rounds_never_share_a_nonce(round1: str, person1: str, round2: str, person2: str) -> None:
    same = nonce(WAVE, RoundId(round1), PersonId(person1)) == nonce(WAVE, RoundId(round2), PersonId(person2))
    assert same is ((round1, person1) == (round2, person2))


def test_a_tag_needs_the_seal_the_nonce_and_the_page_and_is_not_the_voice() -> None:
    tags = {tag(key, one, page) for key in (SEAL, BIND) for one in (NONCE, b"x" * 16) for page in ("a", "b")}
    assert len(tags) == 8
    assert all(len(one) == 32 for one in tags)
    assert voice(SEAL, NONCE) not in {one[:16] for one in tags}


def test_a_receipt_is_five_words_of_eighty_bits_and_the_same_for_the_same_form() -> None:
    words = receipt(SEAL, NONCE, 7)
    assert len(words.split()) == 5
    assert all(len(word) == 5 and word.isalpha() for word in words.split())
    assert receipt(SEAL, NONCE, 7) == words
    assert len({receipt(SEAL, NONCE, stamp) for stamp in range(200)}) == 200


@given(st.integers(-(2**127), 2**127 - 1))
def test_every_stamp_has_a_receipt(stamp: int) -> None:
    assert receipt_hash(receipt(SEAL, NONCE, stamp)) == receipt_hash(
        receipt(SEAL, NONCE, stamp).upper().replace(" ", "-")
    )


def test_an_error_does_not_repeat_the_token() -> None:
    with pytest.raises(TokenRejected) as refused:
        verify(BIND, TOKEN, BEN)
    assert TOKEN not in str(refused.value)


def test_what_is_kept_of_a_receipt_does_not_say_it() -> None:
    assert receipt(SEAL, NONCE, 7).encode() not in receipt_hash(receipt(SEAL, NONCE, 7))
    assert len(receipt_hash("")) == 32
