"""No answer stands anywhere in the clear: not in a file of the database, not in the write-ahead log, not in any log."""

from __future__ import annotations

from tests.attacks.conftest import MARKER, ROUND, Crime
from tests.world import CHANGE


def test_no_answer_stands_in_any_file_of_the_database(crime: Crime) -> None:
    raw = crime.bytes_on_disk()
    assert CHANGE.encode() in raw  # what is not secret is found this way
    assert MARKER.encode() not in raw


def test_no_token_stands_in_any_file_of_the_database(crime: Crime) -> None:
    raw = crime.bytes_on_disk()
    secrets = {token.split(" ")[0].rpartition(".")[2] for token in crime.tokens}
    assert len(secrets) >= len(crime.order)
    assert not [secret for secret in secrets if secret.encode() in raw]


def test_no_answer_name_or_token_reaches_a_log_at_any_level(crime: Crime) -> None:
    assert MARKER not in crime.log
    assert not [name for name in (*crime.order, *crime.silent) if name in crime.log or name.title() in crime.log]
    assert not [token for token in crime.tokens if token.split(" ")[0] in crime.log]
    assert f"{ROUND}." not in crime.log


def test_no_answer_stands_in_the_directory_of_the_keys(crime: Crime) -> None:
    raw = b"".join(path.read_bytes() for path in crime.keys.iterdir())
    assert MARKER.encode() not in raw
    assert {path.stat().st_mode & 0o777 for path in crime.keys.iterdir()} == {0o600}
