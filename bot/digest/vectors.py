"""Texts as vectors, so that what is alike can be measured: words, pairs of words, and parts of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from bot.digest.words import stems_in

_DENSE_ABOVE = 1500
"""Texts above which the vectors are brought back to `_DIMENSIONS`; below, this only costs quality."""
_DIMENSIONS = 100


@dataclass(frozen=True, slots=True)
class Vectors:
    """One row of length one (or zero, when a text says nothing) for each text, in the order of the texts."""

    rows: Any

    def likeness(self, rows: Sequence[int], others: Sequence[int]) -> np.ndarray:
        """Return the cosine of each of `rows` with each of `others`, rounded so that it is the same everywhere."""
        product = self.rows[list(rows)] @ self.rows[list(others)].T
        dense = product.toarray() if sparse.issparse(product) else np.asarray(product)
        return np.round(dense, 6)

    def to_middle(self, rows: Sequence[int], members: Sequence[int]) -> np.ndarray:
        """Return the cosine of each of `rows` with the middle of `members`."""
        middle = np.asarray(self.rows[list(members)].mean(axis=0)).ravel()
        length = float(np.linalg.norm(middle)) or 1.0
        return np.round(np.asarray(self.rows[list(rows)] @ middle).ravel() / length, 6)


def vectors_of(texts: Sequence[tuple[str, str]]) -> Vectors:
    """Turn (text, language) pairs into vectors."""
    stems = [stems_in(text, language) for text, language in texts]
    if not any(stems):
        return Vectors(sparse.csr_matrix((len(texts), 1)))
    words = TfidfVectorizer(sublinear_tf=True, analyzer=_words_and_pairs).fit_transform(stems)
    # Parts of words, because Dutch writes compounds: `avonddienst`, `dienstrooster`.
    parts = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)).fit_transform(
        [" ".join(own) for own in stems]
    )
    rows = normalize(sparse.hstack([words, parts]).tocsr())
    if len(texts) > _DENSE_ABOVE:
        rows = normalize(TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(rows))
    return Vectors(rows)


def _words_and_pairs(stems: list[str]) -> list[str]:
    return [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]
