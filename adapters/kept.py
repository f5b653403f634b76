"""What is remembered for a while: the latest so many."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The latest `most` of what was put in."""

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        """Say whether this is still remembered."""
        return key in self._kept

    def get(self, key: K, default: V) -> V:
        """Return what is remembered of this."""
        return self._kept.get(key, default)

    def pop(self, key: K, default: V) -> V:
        """Return what is remembered of this, and forget it."""
        return self._kept.pop(key, default)

    def put(self, key: K, value: V) -> V:
        """Remember this and return it; what was put in first is forgotten for it."""
        self._kept[key] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value
