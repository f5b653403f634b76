"""Whether a request is Slack's: signed with our secret, over the body as it came, within five minutes."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier

TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"


class Signatures:
    """Checks signatures of one app."""

    def __init__(self, secret: str) -> None:
        """Check with this signing secret, from now on."""
        self._verifier = SignatureVerifier(secret)
        self._began_s = int(self._verifier.clock.now())

    def of_before(self, headers: Mapping[str, str]) -> bool:
        """Say whether a request that is valid was signed before we began.

        Then it may be one that another process did already, played again: what this one did it remembers, and a request
        is valid for five minutes.
        """
        return int(headers.get(TIMESTAMP, "0")) < self._began_s

    def valid(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Say whether Slack signed this body. slack_sdk 3.47 raises where a header is not as Slack writes it."""
        try:
            return self._verifier.is_valid(body, headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, ""))
        except (ValueError, TypeError, OverflowError):
            return False
