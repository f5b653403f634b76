"""What the tests of the platforms show is everything that the wording makes."""

from tests.said import made, makers


def test_no_message_form_or_notice_of_the_wording_is_left_out() -> None:
    assert set(makers()) - made() == {"said"}, "`said` is a title and a paragraph, as others are"
