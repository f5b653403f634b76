"""What makes digests, elsewhere than in the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.answers import Answer
from bot.codebook import Codebook
from bot.round import Round


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What the arithmetic of a digest needs, picklable, for a child process."""

    round: Round
    answers: tuple[Answer, ...]
    codebook: Codebook
    names: tuple[str, ...]
    before: bytes | None


class Arithmetic(Protocol):
    """Makes digests, elsewhere than in the event loop."""

    async def digest(self, request: DigestRequest) -> bytes:
        """Return the digest of a released round, serialised (`bot.digest`)."""
        ...
