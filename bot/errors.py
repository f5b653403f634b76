"""One root error and its children, each named for what happened, each with a stable code.

A message names the offending value, never an answer, a name or a token. Adapters turn the errors of an SDK into
these at the border, and these into a sentence for the person (`error.<code>` in the interface texts) and a status.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class RuimteError(Exception):
    """Something went wrong in Ruimte."""

    code = "ruimte"

    def __init__(self, message: str = "", **facts: object) -> None:
        """Keep the facts for the sentence; the docstring is the default message."""
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])
        self.facts = facts


class Refused(RuimteError):
    """A rule of section 3 says no; the person gets a clear sentence, named by `reason`."""

    code = "refused"

    def __init__(self, reason: str, **facts: object) -> None:
        """`reason` is the key of the sentence, `refused.<reason>` in the interface texts; facts fill its gaps."""
        super().__init__(f"refused: {reason}", **facts)
        self.reason = reason


class NotAllowed(RuimteError):
    """This person may not do that."""

    code = "not_allowed"


class TokenRejected(RuimteError):
    """A token that is not this person's, or of no round that we know."""

    code = "token_rejected"


class RoundClosed(RuimteError):
    """The round is not open: nothing can be given, changed or withdrawn."""

    code = "round_closed"


class PageUnknown(RuimteError):
    """The round has no such page."""

    code = "page_unknown"


class IllegalMove(RuimteError):
    """From where it is, a change, a round or a conversation cannot go there."""

    code = "illegal_move"


class NotFound(RuimteError):
    """There is no such thing."""

    code = "not_found"


class BoxBroken(RuimteError):
    """A sealed box does not open: it was swapped, or its round's k or audience was changed."""

    code = "box_broken"


class SlipTooLarge(RuimteError):
    """What was written on one page does not fit in its sealed box."""

    code = "slip_too_large"


class KeyMissing(RuimteError):
    """A key is not in the key directory."""

    code = "key_missing"


class StoreUnavailable(RuimteError):
    """The database is locked, missing or cannot be reached."""

    code = "store_unavailable"


class StoreVersion(RuimteError):
    """The database is of another version than this program."""

    code = "store_version"


class StoreForeign(RuimteError):
    """The sandbox and the simulation use only a database that they made."""

    code = "store_foreign"


class LeaseLost(RuimteError):
    """Another replica works for this tenant now."""

    code = "lease_lost"


class StaleWrite(RuimteError):
    """Someone else changed it in the meantime."""

    code = "stale_write"


class DeliveryFailed(RuimteError):
    """A platform did not take a message; `retry_after_s` says when to try again, None: later and later."""

    code = "delivery_failed"

    def __init__(self, message: str = "", *, retry_after_s: float | None = None) -> None:
        """Remember when the platform wants to be asked again, in seconds."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class DeliveryUncertain(DeliveryFailed):
    """A platform did not say whether it took a message: it may have arrived."""

    code = "delivery_uncertain"


class PlatformAway(DeliveryFailed):
    """A platform takes nothing from anybody now: too busy, out of reach, or not connected.

    It did not take this, unless the error is a DeliveryUncertain as well.
    """


class PlaceBusy(DeliveryFailed):
    """A person's chat or a channel has had enough for now; what goes elsewhere goes on.

    It did not take this, unless the error is a DeliveryUncertain as well.
    """


class Unreachable(DeliveryFailed):
    """This person cannot be written to: left, without the app, or deactivated."""

    code = "unreachable"


class SettingsInvalid(RuimteError):
    """The configuration does not work; the message says what is missing."""

    code = "settings_invalid"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a file: where (line from 1, 0 for the whole file) and what.

    `code` names what is wrong and `facts` fill the gaps of its sentence, for whoever says it in other words than `text`
    ("" where nobody does). `key` is the key that it is about, where that is not the one that stands on the line.
    """

    path: str
    line: int
    text: str
    code: str = field(default="", compare=False)
    key: str = field(default="", compare=False)
    facts: tuple[tuple[str, object], ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """Write it as compilers do: `file:line: text`; of the whole file without a line."""
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


class FileInvalid(RuimteError):
    """A change file or a question pack has findings; all of them are here."""

    code = "file_invalid"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep every finding, in the order of the file."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings
