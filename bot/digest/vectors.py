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

_COMMON = 0.3
"""A word that more than this share uses belongs to the question, not to a theme."""
_PARTS_WEIGHT = 2.0
"""Parts of words count more than words: Dutch writes compounds (`avonddienst`, `dienstrooster`)."""
_DENSE_ABOVE = 1500
"""Texts above which the vectors are brought back to `_DIMENSIONS`; below, this only costs quality."""
_DIMENSIONS = 100
_FEW = 20
"""Below this number of texts every word is common, so none is left out."""


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
    common = _COMMON if len(texts) >= _FEW else 1.0
    words = _weigh(stems, analyzer=_words_and_pairs, max_df=common)
    parts = _weigh([" ".join(own) for own in stems], analyzer="char_wb", ngram_range=(3, 5), max_df=common)
    rows = normalize(sparse.hstack([words, _PARTS_WEIGHT * parts]).tocsr())
    if len(texts) > _DENSE_ABOVE:
        rows = normalize(TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(rows))
    return Vectors(rows)


def _weigh(texts: Sequence[Any], **how: Any) -> Any:  # noqa: ANN401 -- scikit-learn has no types
    """Weigh by TF-IDF; where every word is too common to say something, there is one empty column."""
    try:
        return TfidfVectorizer(sublinear_tf=True, **how).fit_transform(texts)
    except ValueError:
        return sparse.csr_matrix((len(texts), 1))


def _words_and_pairs(stems: list[str]) -> list[str]:
    return [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]
