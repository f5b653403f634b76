"""Sealed boxes: one size, and nothing opens that was changed or moved."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BoxBroken, SlipTooLarge
from storage.box import BOX_BYTES, CAPACITY, about, seal, seal_long, unseal

KEY = bytes(range(32))
HERE = about("slip", b"tag", "T1", "r1", 10, "ab")


@given(st.binary(max_size=CAPACITY))
def test_whatever_fits_lies_in_a_box_of_one_size(content: bytes) -> None:
    box = seal(KEY, content, HERE)
    assert len(box) == BOX_BYTES == 8192
    assert unseal(KEY, box, HERE) == content


def test_the_fullest_box_is_no_longer_than_the_others() -> None:
    full = secrets.token_bytes(CAPACITY)
    assert len(seal(KEY, full, HERE)) == BOX_BYTES
    with pytest.raises(SlipTooLarge):
        seal(KEY, full + b"x", HERE)


@pytest.mark.parametrize(("length", "boxes"), [(0, 1), (CAPACITY, 1), (CAPACITY + 1, 2), (100_000, 13)])
def test_what_is_longer_lies_in_a_whole_number_of_boxes(length: int, boxes: int) -> None:
    content = secrets.token_bytes(length)
    box = seal_long(KEY, content, HERE)
    assert len(box) == boxes * BOX_BYTES
    assert unseal(KEY, box, HERE) == content


def test_the_same_content_never_looks_the_same() -> None:
    assert seal(KEY, b"same", HERE) != seal(KEY, b"same", HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        about("slip", b"gat", "T1", "r1", 10, "ab"),
        about("slip", b"tag", "T2", "r1", 10, "ab"),
        about("slip", b"tag", "T1", "r2", 10, "ab"),
        about("slip", b"tag", "T1", "r1", 5, "ab"),
        about("slip", b"tag", "T1", "r1", 10, "cd"),
        about("slip", b"tag", "T1r1", "", 10, "ab"),
    ],
)
def test_a_box_opens_only_as_what_it_was_sealed_for(elsewhere: bytes) -> None:
    with pytest.raises(BoxBroken):
        unseal(KEY, seal(KEY, b"content", HERE), elsewhere)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BoxBroken):
        unseal(bytes(32), seal(KEY, b"content", HERE), HERE)


@given(st.integers(0, BOX_BYTES - 1))
def test_a_box_of_which_a_byte_was_changed_does_not_open(place: int) -> None:
    box = bytearray(seal(KEY, b"content", HERE))
    box[place] ^= 1
    with pytest.raises(BoxBroken):
        unseal(KEY, bytes(box), HERE)


@pytest.mark.parametrize("rest", [b"", b"short", bytes(27)])
def test_what_is_no_box_does_not_open(rest: bytes) -> None:
    with pytest.raises(BoxBroken):
        unseal(KEY, rest, HERE)
